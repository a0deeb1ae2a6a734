"""What reports say is what plain SQL over the same rows says, to the kopeck."""

import datetime
import random
import uuid
from decimal import Decimal

import pytest
from django.db import connection

from analytics.facts.services import refresh_all
from analytics.models import Channel, Cost, Landing, OrderFact, OrderVisit, Origin, Visit
from analytics.reports.figures import FIGURES
from analytics.reports.measuring import measure, totals
from analytics.reports.pages import REPORTS
from analytics.reports.scope import BEFORE, FIRST, LAST, YEAR_AGO, Scope
from orders.models import Order
from tests.factories import DealerFactory, OrderFactory, OrderLineFactory, RegionFactory, reason

pytestmark = pytest.mark.django_db
SINCE, UNTIL = datetime.date(2026, 3, 1), datetime.date(2026, 3, 31)
MINUTE = datetime.timedelta(minutes=1)
SCOPE = Scope(since=SINCE, until=UNTIL)
# Midnight in Moscow is 21:00 of the day before in London.
IN_PERIOD = """
    placed_at >= '2026-02-28 21:00+00' AND placed_at < '2026-03-31 21:00+00'
"""


def asked(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@pytest.fixture
def channels():
    return [
        Channel.objects.create(code=f"c{number}", name=f"Канал {number}", position=90 + number)
        for number in range(2)
    ]


@pytest.fixture
def world(channels):
    """Sixty orders around the month with their visits, as chance has it."""
    rng = random.Random(7)
    regions = [RegionFactory() for _ in range(3)]
    dealers = [DealerFactory() for _ in range(3)]
    origins = [
        Origin.objects.create(
            source=f"source{number % 3}", medium="cpc", campaign=f"Camp{number % 4}",
            channel=channels[number % 2],
        )
        for number in range(4)
    ]  # fmt: skip
    landing = Landing.objects.create(path="/")
    first = datetime.datetime(2026, 2, 20, tzinfo=datetime.UTC)
    for number in range(60):
        placed = first + datetime.timedelta(hours=rng.randint(0, 45 * 24), seconds=number)
        status = rng.choice(["new", "accepted", "completed", "completed", "cancelled"])
        is_taken, is_closed = status != "new", status in ("completed", "cancelled")
        party = rng.choice(["dealer", "customer"])
        order = OrderFactory(
            created_at=placed,
            region=rng.choice(regions),
            status=status,
            dealer=rng.choice(dealers) if is_taken else None,
            accepted_at=placed + rng.randint(1, 900) * MINUTE if is_taken else None,
            closed_at=placed + 5_000 * MINUTE if is_closed else None,
            cancel_reason=reason("cancel", party) if status == "cancelled" else None,
            source=rng.choice(["site", "site", "phone"]),
        )  # fmt: skip
        OrderLineFactory(order=order, position=31_000)
        goods = Decimal(rng.randint(100_00, 90_000_00)) / 100
        Order.objects.filter(pk=order.pk).update(
            goods_total=goods, total=goods + order.services_total, discount=0
        )
        if order.source == "site":
            visitor = uuid.uuid4()
            seen = [
                Visit.objects.create(
                    visitor=visitor, started_at=at, ended_at=at, origin=rng.choice(origins),
                    landing=landing, device="mobile", region=order.region, hits=2,
                    saw_product=rng.random() < 0.7, placed_order=at == placed,
                )
                for at in (placed - datetime.timedelta(days=2), placed)
            ]  # fmt: skip
            OrderVisit.objects.create(order=order, visitor=visitor, visit=seen[-1])
    for day in range(1, 29):
        for origin in origins[:3]:
            Cost.objects.create(
                day=datetime.date(2026, 3, day), source=origin.source.upper(),
                campaign=origin.campaign.lower(), amount=Decimal(rng.randint(1, 9_999)) / 100,
            )  # fmt: skip
    Cost.objects.create(day=SINCE, source="radio", campaign="Nobody came", amount=Decimal("77.77"))
    refresh_all(now=first)
    return channels


def test_totals_agree_with_plain_sql(world):
    values = totals(SCOPE, list(FIGURES))
    [(count, total, revenue, accepted, cancelled, median, ninety)] = asked(
        f"""SELECT count(*), sum(total), sum(CASE WHEN status = 'completed' THEN total ELSE 0 END),
                  count(accepted_at), count(*) FILTER (WHERE status = 'cancelled'),
                  percentile_cont(0.5) WITHIN GROUP
                      (ORDER BY extract(epoch FROM accepted_at - created_at)),
                  percentile_cont(0.9) WITHIN GROUP
                      (ORDER BY extract(epoch FROM accepted_at - created_at))
             FROM orders_order WHERE {IN_PERIOD.replace("placed_at", "created_at")}"""
    )
    assert count > 10
    assert (values["orders"], values["ordered_sum"], values["revenue"]) == (count, total, revenue)
    assert (values["accepted"], values["cancelled"]) == (accepted, cancelled)
    assert (values["to_accept"], values["to_accept_90"]) == (median, ninety)
    [(visits, products)] = asked(
        f"""SELECT count(*), count(*) FILTER (WHERE saw_product) FROM analytics_visit
             WHERE {IN_PERIOD.replace("placed_at", "started_at")}"""
    )
    assert (values["visits"], values["saw_product"]) == (visits, products)
    [(cost,)] = asked("SELECT sum(amount) FROM analytics_cost")
    assert values["cost"] == cost
    assert values["return"] == 100 * (revenue - cost) / cost
    assert values["conversion"] == 100 * values["site_orders"] / visits


@pytest.mark.parametrize("touch", [FIRST, LAST])
def test_channels_agree_with_plain_sql(world, touch):
    scope = Scope(since=SINCE, until=UNTIL, touch=touch)
    table = measure(scope, ["orders", "revenue", "visits", "cost"], "channel")
    rows = {row.key: row.values for row in table.rows}
    plain = asked(
        f"""SELECT origin.channel_id, count(*), sum(fact.revenue)
              FROM analytics_orderfact AS fact
              LEFT JOIN analytics_origin AS origin ON origin.id = fact.{touch}_origin_id
             WHERE {IN_PERIOD} GROUP BY 1"""
    )
    assert {(key or "", count, revenue) for key, count, revenue in plain} == {
        (key, values["orders"], values["revenue"])
        for key, values in rows.items()
        if values["orders"]
    }
    costs = asked(
        """SELECT origin.channel_id, sum(cost.amount) FROM analytics_cost AS cost
             LEFT JOIN analytics_origin AS origin
               ON lower(origin.source) = lower(cost.source)
              AND lower(origin.campaign) = lower(cost.campaign) GROUP BY 1"""
    )
    assert dict(costs) == {
        key or None: values["cost"] for key, values in rows.items() if values["cost"]
    }
    assert rows[""]["cost"] == Decimal("77.77")


OF_TIME = {"day", "week", "month"}
WITH_COSTS = {"channel", "source", "campaign"} | OF_TIME
WITH_VISITS = {"query", "landing", "device", "region"} | WITH_COSTS
ADDED = ("orders", "completed", "revenue", "ordered_sum", "accepted", "cancelled", "visits", "cost")


@pytest.mark.parametrize(
    "split",
    ["channel", "source", "campaign", "query", "landing", "device", "region", "dealer", "strategy",
     "stage", "party", "reason", "day", "week", "month"],
)  # fmt: skip
def test_rows_add_up_to_the_total(world, split):
    """The same figure agrees between reports: whatever it is split by, the sum is the same."""
    table = measure(SCOPE, list(ADDED), split)
    for code in ADDED:
        if (code == "cost" and split not in WITH_COSTS) or (
            code == "visits" and split not in WITH_VISITS
        ):
            continue
        parts = sum(row.values[code] or 0 for row in table.rows)
        assert parts == table.total[code], code
    assert table.total == totals(SCOPE, list(ADDED))


def test_filters_narrow_every_base(world):
    channel = world[0]
    scope = Scope(since=SINCE, until=UNTIL, channel=channel.pk)
    values = totals(scope, ["orders", "visits", "cost"])
    facts = OrderFact.objects.filter(last_origin__channel=channel)
    assert values["orders"] == len([f for f in facts if f in list(scope.facts())]) > 0
    assert values["orders"] == scope.facts().count() < SCOPE.facts().count()
    [(cost,)] = asked(
        """SELECT sum(amount) FROM analytics_cost AS cost JOIN analytics_origin AS origin
               ON lower(origin.source) = lower(cost.source)
              AND lower(origin.campaign) = lower(cost.campaign)
            WHERE origin.channel_id = %s""",
        channel.pk,
    )
    assert values["cost"] == cost
    dealer = OrderFact.objects.exclude(dealer=None).first().dealer_id
    narrowed = totals(Scope(since=SINCE, until=UNTIL, dealer=dealer), ["orders", "visits", "cost"])
    assert narrowed["visits"] is None
    assert narrowed["cost"] is None


def test_an_empty_period_divides_by_nothing():
    values = totals(SCOPE, list(FIGURES))
    assert values["orders"] == 0
    assert values["conversion"] is values["return"] is values["to_accept"] is None


def test_comparison_is_of_as_many_days():
    before = SCOPE.compared(BEFORE)
    assert (before.since, before.until) == (datetime.date(2026, 1, 29), datetime.date(2026, 2, 28))
    year = SCOPE.compared(YEAR_AGO)
    assert (year.since, year.until) == (datetime.date(2025, 3, 1), datetime.date(2025, 3, 31))
    leap = Scope(since=datetime.date(2028, 2, 29), until=datetime.date(2028, 2, 29))
    assert leap.compared(YEAR_AGO).since == datetime.date(2027, 2, 28)


def test_every_figure_of_a_report_is_defined():
    for report in REPORTS:
        assert {*report.figures, *report.chart} <= set(FIGURES)
        assert all(FIGURES[code].definition for code in report.figures)
