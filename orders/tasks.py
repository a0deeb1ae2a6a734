"""The app's tick."""

from celery import shared_task
from django.utils import timezone

from orders.services.customer_erasing import finish_erasures
from orders.services.housekeeping import forget_old
from orders.services.progress import mark_overdue


@shared_task
def tick():
    """Mark what has become overdue, forget what is old and what people asked to be erased."""
    now = timezone.now()
    mark_overdue(now=now)
    forget_old(now=now)
    finish_erasures(now=now)
