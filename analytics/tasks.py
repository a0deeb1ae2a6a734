"""The app's clock."""

import structlog
from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from analytics.leadsdb.syncing import advance_sync
from analytics.outgoing import lanes, sources
from analytics.outgoing.services import forget_old

logger = structlog.get_logger(__name__)


@shared_task
def outgoing():
    """Queue what other systems are to be told, and tell them."""
    steps = (
        lambda: sources.follow(now=timezone.now()),
        lambda: advance_sync(now=timezone.now()),
        lanes.send_due,
    )
    for step in steps:
        try:
            step()
        except OperationalError:
            # The database is away: the next tick.
            raise
        except Exception:
            # One step must not stop the others.
            logger.exception("outgoing_step_failed")


@shared_task
def clean_outgoing():
    """Forget what was sent long ago."""
    forget_old(now=timezone.now())
