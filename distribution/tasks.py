"""The app's tick."""

from celery import shared_task
from django.utils import timezone

from distribution.services import run_tick


@shared_task
def tick():
    """Open what stages are due, for less than a second; beat sends the next tick after one."""
    run_tick(now=timezone.now())
