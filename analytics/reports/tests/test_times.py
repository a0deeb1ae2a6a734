"""Percentiles out of counts are those of PERCENTILE_CONT: to the second, or within a class."""

import datetime
import math
import random
from collections import Counter, defaultdict

import pytest
from django.db import connection
from django.db.models import Count, F, Q, Sum

from analytics.facts.services import refresh_all
from analytics.models import OrderFact
from analytics.reports import times
from analytics.reports.figures import TO_ACCEPT
from analytics.reports.measuring import measure
from analytics.reports.scope import Scope
from suz.common.lengths import BOUNDS, LONGEST, SHOWN_ENDS, WIDTH, LengthClass, bounds_of
from tests.factories import NOW, DealerFactory, OrderFactory, RegionFactory

pytestmark = pytest.mark.django_db
FRACTIONS = (0.0, 0.25, 0.5, 0.9, 1.0)


def by_postgresql(lengths, fraction):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(%s) WITHIN GROUP (ORDER BY one) FROM unnest(%s) AS one",
            [fraction, lengths],
        )
        return cursor.fetchone()[0]


def lengths(seed, count):
    """Lengths of time as they come: most are short, some are weeks."""
    rng = random.Random(seed)
    return [int(rng.lognormvariate(8, 2)) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 10, 501])
@pytest.mark.parametrize("fraction", FRACTIONS)
def test_counted_by_the_second_they_are_exact(count, fraction):
    found = lengths(count, count)
    expected = by_postgresql(found, fraction)
    assert times.percentile(Counter(found), fraction, is_exact=True) == pytest.approx(expected)


def test_without_rows_there_is_none():
    assert times.percentile(Counter(), 0.5, is_exact=True) is None
    assert times.percentile(Counter(), 0.5, is_exact=False) is None


@pytest.fixture
def facts():
    regions, dealer = RegionFactory.create_batch(2), DealerFactory()
    for number, seconds in enumerate(lengths(3, 400)):
        OrderFactory(
            created_at=NOW, region=regions[number % 2], lines=0, status="accepted",
            dealer=dealer,
            accepted_at=NOW + datetime.timedelta(seconds=seconds),
        )  # fmt: skip
    # One that nobody has accepted has no such time.
    OrderFactory(created_at=NOW, region=regions[0], lines=0)
    refresh_all(now=NOW)
    return OrderFact.objects.all()


@pytest.mark.parametrize("is_exact", [True, False])
def test_the_database_counts_them(facts, is_exact):
    found = times.counted(facts, *TO_ACCEPT, times.ALL, key=F("region"), is_exact=is_exact)
    assert sum(counts.total() for counts in found.values()) == 400
    whole = times.counted(facts, *TO_ACCEPT, times.ALL, is_exact=is_exact)
    assert times.together(found) == whole[None]
    for region, counts in found.items():
        mine = [fact.to_accept for fact in facts if fact.region_id == region and fact.accepted_at]
        for fraction in FRACTIONS:
            value = times.percentile(counts, fraction, is_exact=is_exact)
            expected = by_postgresql(mine, fraction)
            if is_exact:
                assert value == pytest.approx(expected)
            else:
                # Both rows of a class lie in it; a second is the least that is told apart.
                assert math.isclose(value, expected, rel_tol=WIDTH, abs_tol=1)


def test_classes_of_the_database_are_those_that_are_read():
    lengths_of_time = sorted({-5, 0, LONGEST * 9, *BOUNDS, *(bound - 1 for bound in BOUNDS)})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LengthClass.template % {'expressions': 'one'}} FROM unnest(%s) AS one",
            [lengths_of_time],
        )
        classes = [number for (number,) in cursor.fetchall()]
    for seconds, number in zip(lengths_of_time, classes, strict=True):
        shortest, longest = bounds_of(number)
        assert shortest <= max(seconds, 0)
        assert seconds <= longest or number == len(BOUNDS)
        assert longest - shortest <= max(WIDTH * shortest, 0)
    # No class lies on both sides of an end that is shown.
    assert set(SHOWN_ENDS) <= set(BOUNDS)


def test_how_many_took_how_long_is_exact(facts):
    mine = [fact.to_accept for fact in facts if fact.accepted_at]
    expected = [0] * (len(SHOWN_ENDS) + 1)
    for seconds in mine:
        expected[sum(seconds >= end for end in SHOWN_ENDS)] += 1
    for is_exact in (True, False):
        counts = times.counted(facts, *TO_ACCEPT, times.ALL, is_exact=is_exact)[None]
        assert times.spread(counts, SHOWN_ENDS, is_exact=is_exact) == expected


@pytest.mark.parametrize("which", [times.ALL, Q(region__gt=0, stars__isnull=False)])
def test_counted_beside_other_figures_it_is_the_same(facts, which):
    length = (*TO_ACCEPT, which)
    aggregates = {"sum_of": Sum("offers", default=0), "rows": Count("pk")}
    OrderFact.objects.filter(pk__in=facts.values("pk")[:100]).update(stars=5, offers=2)
    pairs, counts = times.grouped(facts, F("region"), aggregates, length)
    values = defaultdict(lambda: [0, 0])
    for region, (offers, rows) in pairs:
        values[region] = [values[region][0] + offers, values[region][1] + rows]
    alone = times.counted(facts, *length, key=F("region"), is_exact=False)
    assert counts == alone
    plain = facts.values_list("region").annotate(**aggregates)
    assert values == {region: list(one) for region, *one in plain}


def test_with_many_rows_the_report_is_the_same_within_a_class(facts, monkeypatch):
    scope = Scope(since=NOW.date(), until=NOW.date())
    codes = ["orders", "to_accept", "to_accept_90", "to_contact"]
    exact = measure(scope, codes, "region")
    monkeypatch.setattr(times, "EXACT", 0)
    many = measure(scope, codes, "region")
    assert many.spreads == exact.spreads
    rows = {row.key: row.values for row in exact.rows}
    for whose, values in [("", many.total), *((row.key, row.values) for row in many.rows)]:
        known = rows[whose] if whose else exact.total
        assert values["orders"] == known["orders"]
        assert values["to_contact"] is None
        for code in ("to_accept", "to_accept_90"):
            assert math.isclose(values[code], known[code], rel_tol=WIDTH, abs_tol=1)
