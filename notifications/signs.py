"""Signs of life of the processes, and what a page needs to know of them."""

import threading
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from notifications.models import Heartbeat

logger = structlog.get_logger(__name__)

EVERY = timedelta(seconds=10)
# A process that has been silent for so long is taken for dead.
SILENT = timedelta(seconds=60)


def beat(kind, *, now):
    """Note that a kind of process lives; one statement."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(kind=kind, at=now)],
        update_conflicts=True,
        unique_fields=["kind"],
        update_fields=["at"],
    )


def beat_safely(kind, *, now):
    """The same where a lost database must not disturb the process."""
    try:
        beat(kind, now=now)
    except DatabaseError as error:
        logger.warning("heartbeat_failed", kind=kind, error=str(error))
        connection.close()


def keep_beating(kind, *, stop=None):
    """Note every few seconds that this process lives, from a thread of its own."""
    stop = stop or threading.Event()

    def run():
        while not stop.wait(EVERY.total_seconds()):
            beat_safely(kind, now=timezone.now())
            connection.close()

    threading.Thread(target=run, name="signs-of-life", daemon=True).start()
    return stop
