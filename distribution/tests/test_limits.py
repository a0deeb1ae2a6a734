"""Limits of Base+: calendar periods, exact shares over any number of orders."""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distribution.limits import PERIOD_ZONE, Share, allowed, is_under_limit, period_start
from distribution.strategies import LimitRow, LimitUnit, Period

UTC = datetime.UTC


@pytest.mark.parametrize(
    ("placed_at", "period", "start"),
    [
        ((2026, 6, 17, 12), Period.DAY, (2026, 6, 17)),
        ((2026, 6, 17, 12), Period.WEEK, (2026, 6, 15)),
        ((2026, 6, 15, 0), Period.WEEK, (2026, 6, 15)),
        ((2026, 6, 21, 20), Period.WEEK, (2026, 6, 15)),
        ((2026, 6, 17, 12), Period.MONTH, (2026, 6, 1)),
        ((2026, 6, 17, 12), Period.QUARTER, (2026, 4, 1)),
        ((2026, 1, 1, 0), Period.QUARTER, (2026, 1, 1)),
        ((2026, 12, 31, 20), Period.QUARTER, (2026, 10, 1)),
        ((2026, 6, 17, 12), Period.YEAR, (2026, 1, 1)),
        # 21:00 UTC is midnight in Moscow: the next day, month and year have begun there.
        ((2026, 5, 31, 21), Period.DAY, (2026, 6, 1)),
        ((2026, 5, 31, 21), Period.MONTH, (2026, 6, 1)),
        ((2026, 5, 31, 20, 59), Period.MONTH, (2026, 5, 1)),
        ((2025, 12, 31, 21), Period.YEAR, (2026, 1, 1)),
    ],
)
def test_periods_are_the_calendars_by_moscow_time(placed_at, period, start):
    expected = datetime.datetime(*start, tzinfo=PERIOD_ZONE)
    assert period_start(datetime.datetime(*placed_at, tzinfo=UTC), period) == expected


@pytest.mark.parametrize(
    ("unit", "limit", "distributed", "received", "under"),
    [
        # The very first order of a period goes to every priority dealer.
        (LimitUnit.PERCENT, 12, 0, 0, True),
        (LimitUnit.PERCENT, 1, 0, 0, True),
        (LimitUnit.PERCENT, 12, 1, 1, False),
        # 12 % of 8 orders is 0.96: one; of 9 is 1.08: two.
        (LimitUnit.PERCENT, 12, 7, 1, False),
        (LimitUnit.PERCENT, 12, 8, 1, True),
        (LimitUnit.PERCENT, 50, 1, 1, False),
        (LimitUnit.PERCENT, 50, 2, 1, True),
        (LimitUnit.PERCENT, 100, 41, 41, True),
        (LimitUnit.PERCENT, 100, 41, 42, False),
        # 7 % of 100 is 7 exactly; in floating point 0.07 * 100 is a little more, which makes 8.
        (LimitUnit.PERCENT, 7, 99, 7, False),
        (LimitUnit.PERCENT, 7, 99, 6, True),
        (LimitUnit.PERCENT, 29, 99, 29, False),
        (LimitUnit.COUNT, 5, 1000, 4, True),
        (LimitUnit.COUNT, 5, 1000, 5, False),
        (LimitUnit.COUNT, 5, 0, 6, False),
        (LimitUnit.COUNT, 1, 0, 0, True),
    ],
)
def test_a_dealer_is_under_its_limit(unit, limit, distributed, received, under):
    row = LimitRow(dealer_id=1, unit=unit, limit=limit)
    assert is_under_limit(row, Share(distributed, received)) is under


@pytest.mark.parametrize("percent", [1, 3, 7, 12, 29, 33, 50, 57, 58, 99, 100])
def test_who_takes_every_priority_order_keeps_to_its_share_after_any_of_1000_orders(percent):
    row, received = LimitRow(1, LimitUnit.PERCENT, percent), 0
    for distributed in range(1000):
        received += is_under_limit(row, Share(distributed, received))
        share = Fraction(percent * (distributed + 1), 100)
        assert 0 <= received - share < 1


@given(percent=st.integers(1, 100), habits=st.lists(st.booleans(), min_size=1, max_size=300))
def test_priority_never_takes_a_dealer_over_its_share(percent, habits):
    """Whatever it lets pass, priority alone never gives more than the share rounded up."""
    row, received = LimitRow(1, LimitUnit.PERCENT, percent), 0
    for distributed, takes in enumerate(habits):
        received += takes and is_under_limit(row, Share(distributed, received))
        assert received <= allowed(row, Share(distributed))


@given(percent=st.integers(1, 100), won=st.integers(0, 50))
def test_orders_won_without_priority_are_made_up_for(percent, won):
    """What a dealer wins in Base counts: it has no priority until its share has grown to that."""
    row, received = LimitRow(1, LimitUnit.PERCENT, percent), won
    for distributed in range(won, 400):
        has_priority = is_under_limit(row, Share(distributed, received))
        assert has_priority is (100 * received < percent * (distributed + 1))
        received += has_priority


@pytest.mark.parametrize("limit", [1, 5, 40])
def test_a_count_ends_priority_after_so_many_orders(limit):
    row, received = LimitRow(1, LimitUnit.COUNT, limit), 0
    for distributed in range(1000):
        received += is_under_limit(row, Share(distributed, received))
    assert received == limit
