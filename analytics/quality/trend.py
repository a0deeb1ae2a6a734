"""Complaints by week, drawn as bars on the server."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from orders.models import Complaint, Outcome

WEEKS = 12
# Of the picture, in units of its own.
HEIGHT, STEP, BAR = 120, 44, 26


@dataclass(frozen=True)
class Bar:
    """A week from its Monday: how many complaints came, how many of them were justified.

    ``x``, ``y``, ``height`` and the same of the justified part place it in the picture.
    """

    monday: date
    total: int
    justified: int
    x: int
    y: int
    height: int
    justified_y: int
    justified_height: int

    @property
    def middle(self):
        return self.x + BAR // 2


@dataclass(frozen=True)
class Trend:
    """``bars`` from the oldest week to this one; ``most`` is what the axis reaches."""

    bars: list[Bar]
    most: int
    total: int

    width = STEP * WEEKS
    height = HEIGHT
    bar = BAR


def complaints_by_week(*, now):
    """The Trend of the last WEEKS weeks, this one included: one query."""
    today = timezone.localdate(now)
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    since = timezone.make_aware(datetime.combine(first, time.min))
    rows = (
        Complaint.objects.alive()
        .filter(created_at__gte=since)
        .order_by()
        .values(week=TruncWeek("created_at"))
        .annotate(total=Count("pk"), justified=Count("pk", Q(outcome=Outcome.JUSTIFIED)))
    )
    found = {timezone.localdate(row["week"]): row for row in rows}
    weeks = [first + timedelta(weeks=number) for number in range(WEEKS)]
    counts = [found.get(week, {"total": 0, "justified": 0}) for week in weeks]
    most = max(4, *(row["total"] for row in counts))
    bars = []
    for number, (week, row) in enumerate(zip(weeks, counts, strict=True)):
        height = round(HEIGHT * row["total"] / most)
        part = round(HEIGHT * row["justified"] / most)
        bars.append(
            Bar(
                monday=week,
                total=row["total"],
                justified=row["justified"],
                x=number * STEP + (STEP - BAR) // 2,
                y=HEIGHT - height,
                height=height,
                justified_y=HEIGHT - part,
                justified_height=part,
            )
        )
    return Trend(bars, most, sum(bar.total for bar in bars))
