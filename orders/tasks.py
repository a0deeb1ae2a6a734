"""The app's tick."""

from celery import shared_task
from django.utils import timezone

from orders.complaints.terms import mark_overdue_complaints
from orders.services.housekeeping import forget_old
from orders.services.progress import mark_overdue


@shared_task
def tick():
    """Mark what has become overdue, forget what is old."""
    now = timezone.now()
    mark_overdue(now=now)
    mark_overdue_complaints(now=now)
    forget_old(now=now)
