"""The app's tick."""

from celery import shared_task
from django.utils import timezone

from catalog.importing.services.reading import read_due


@shared_task
def tick():
    """Read a price list that is due; the tick after a second takes the next."""
    read_due(clock=timezone.now)
