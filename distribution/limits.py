"""Limits of Base+ in whole numbers: plain facts in, decisions out."""

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from distribution.strategies import LimitUnit, Period

# Periods are the calendar's by Moscow time, whatever the order's own zone.
PERIOD_ZONE = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True)
class Share:
    """What a dealer got of a period before an order.

    ``distributed``: orders placed earlier in the period that the dealer was eligible for.
    ``received``: those of them that it accepted at whatever stage, or was assigned by hand.
    """

    distributed: int = 0
    received: int = 0


def period_start(placed_at, period):
    """The first moment of the calendar period in which an order was placed."""
    day = placed_at.astimezone(PERIOD_ZONE).date()
    match Period(period):
        case Period.DAY:
            first = day
        case Period.WEEK:
            first = day - datetime.timedelta(days=day.weekday())
        case Period.MONTH:
            first = day.replace(day=1)
        case Period.QUARTER:
            first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case Period.YEAR:
            first = day.replace(month=1, day=1)
    return datetime.datetime.combine(first, datetime.time(), PERIOD_ZONE)


def allowed(row, share):
    """How many orders the dealer may have received once this one is distributed too.

    Per cent: ``ceil(limit% × (distributed + 1))``, in whole numbers, since 0.07 × 100 is not 7 in
    floating point. Count: the limit itself.
    """
    if row.unit == LimitUnit.PERCENT:
        return -(-row.limit * (share.distributed + 1) // 100)
    return row.limit


def is_under_limit(row, share):
    """Whether the dealer still has priority for the next order."""
    return share.received < allowed(row, share)
