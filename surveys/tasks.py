"""The app's tick."""

from celery import shared_task
from django.utils import timezone

from surveys.services.sending import invite_closed, remind


@shared_task
def tick():
    """Invite the customers of orders that have closed and remind those who are late, a batch each.

    Beat sends the next tick after a second, so a great many orders are invited batch by batch.
    """
    now = timezone.now()
    invite_closed(now=now)
    remind(now=now)
