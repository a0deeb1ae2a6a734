"""How long an order stays in a stage that shows it to some dealers only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from distribution.models import Plan, PlanState, Stage
from orders.statuses import Status


@dataclass(frozen=True)
class Timer:
    """``seconds`` left until ``ends_at``, never below zero."""

    ends_at: datetime
    seconds: int

    @classmethod
    def until(cls, ends_at, *, now):
        return cls(ends_at, max(0, round((ends_at - now).total_seconds())))

    @property
    def clock(self):
        """The time left as 04:12, 2:04:12 from an hour on."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        if hours:
            return f"{hours}:{minutes:02}:{seconds:02}"
        return f"{minutes:02}:{seconds:02}"


def stage_timers(orders, *, now):
    """Timers by order id of those that are shown to some dealers only: one query.

    A stage that lasts until its dealer answers has none, nor has an order that all may see.
    """
    ids = [order.pk for order in orders if order.status == Status.NEW]
    if not ids:
        return {}
    filled = Stage.objects.filter(plan=OuterRef("pk"), is_empty=False).order_by("-id")
    plans = (
        Plan.objects.filter(order__in=ids, state=PlanState.RUNNING, next_due_at__isnull=False)
        .annotate(stage_ends_at=Subquery(filled.values("ends_at")[:1]))
        .filter(stage_ends_at__isnull=False)
    )
    return {
        order_id: Timer.until(next_due_at, now=now)
        for order_id, next_due_at in plans.values_list("order_id", "next_due_at")
    }
