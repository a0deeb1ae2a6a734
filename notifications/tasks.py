"""The clock's entry points."""

from celery import shared_task
from django.utils import timezone

from notifications import delivery


@shared_task
def tick():
    """Send what is due."""
    delivery.drain(clock=timezone.now)
