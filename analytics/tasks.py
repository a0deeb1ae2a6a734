"""The app's clock."""

import structlog
from celery import shared_task
from django.utils import timezone

from analytics.facts import services as facts

logger = structlog.get_logger(__name__)


@shared_task
def follow():
    """Take in what has happened to orders, for reports."""
    facts.follow(now=timezone.now())


@shared_task
def sweep():
    """Mend a range of facts; what there was to mend is told, for it should be nothing."""
    mended, _has_ended = facts.sweep(now=timezone.now())
    if mended:
        logger.warning("facts_mended", rows=mended)
