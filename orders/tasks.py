"""The app's tick."""

from celery import shared_task
from django.utils import timezone

from orders.services.progress import mark_overdue


@shared_task
def tick():
    """Mark what has become overdue."""
    mark_overdue(now=timezone.now())
