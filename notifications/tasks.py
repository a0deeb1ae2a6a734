"""The clock's entry points."""

from celery import shared_task
from celery.signals import after_task_publish
from django.utils import timezone

from notifications import lanes, signs
from notifications.digests import make_digests
from notifications.models import Heartbeat

HEARTBEAT = "notifications.tasks.heartbeat"


@shared_task
def tick():
    """Send what is due."""
    make_digests(now=timezone.now())
    lanes.send_due()


@shared_task(name=HEARTBEAT)
def heartbeat():
    """Note that the worker works."""
    signs.beat(Heartbeat.Kind.WORKER, now=timezone.now())


@after_task_publish.connect(sender=HEARTBEAT)
def note_clock(**_kwargs):
    """Beat has handed a heartbeat to the broker: the clock goes."""
    signs.beat_safely(Heartbeat.Kind.BEAT, now=timezone.now())
