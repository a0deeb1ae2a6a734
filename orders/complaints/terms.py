"""Until when a complaint must have its answer, and what happens when it has none."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from dealers.models import SystemSettings
from orders.complaints import messages
from orders.complaints.locking import write
from orders.models import Complaint, ComplaintEntryKind

BATCH = 200


def due_from(now):
    """The last day to answer what was said now."""
    return timezone.localdate(now) + timedelta(days=SystemSettings.load().complaint_days)


@transaction.atomic
def mark_overdue_complaints(*, now, limit=BATCH):
    """Mark open complaints whose term has passed and tell of them, once; returns how many."""
    late = list(
        Complaint.objects.alive()
        .open()
        .filter(overdue_at__isnull=True, due_on__lt=timezone.localdate(now))
        .select_related("order__place", "order__region", "dealer", "category", "owner")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("due_on")[:limit]
    )
    Complaint.objects.filter(pk__in=[one.pk for one in late]).update(overdue_at=now)
    for complaint in late:
        write(
            complaint,
            ComplaintEntryKind.OVERDUE,
            by=None,
            data={"due_on": complaint.due_on.isoformat()},
            now=now,
        )
        messages.overdue(complaint, now=now)
    return len(late)
