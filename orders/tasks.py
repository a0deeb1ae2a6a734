"""The app's ticks."""

from celery import shared_task
from django.utils import timezone

from orders.complaints.terms import mark_overdue_complaints
from orders.services.conversations import tell_of_unanswered
from orders.services.customer_erasing import finish_erasures
from orders.services.housekeeping import forget_old
from orders.services.lookups import send_codes
from orders.services.progress import mark_overdue


@shared_task
def tick():
    """Mark what has become overdue, tell of customers who wait too long, forget what is old.

    What people asked to be erased goes too.
    """
    now = timezone.now()
    mark_overdue(now=now)
    tell_of_unanswered(now=now)
    mark_overdue_complaints(now=now)
    forget_old(now=now)
    finish_erasures(now=now)


@shared_task
def codes():
    """Send the codes that people wait for before the page."""
    send_codes(now=timezone.now())
