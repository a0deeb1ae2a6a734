"""The app's clock."""

import structlog
from celery import shared_task
from django.utils import timezone

from analytics.collecting import folding, keeping
from analytics.facts import services as facts

logger = structlog.get_logger(__name__)


@shared_task
def follow():
    """Fold visits and take in what has happened to orders, for reports."""
    while folding.fold() == folding.BATCH:
        pass
    facts.follow(now=timezone.now())


@shared_task
def sweep():
    """Mend a range of facts; what there was to mend is told, for it should be nothing."""
    mended, _has_ended = facts.sweep(now=timezone.now())
    if mended:
        logger.warning("facts_mended", rows=mended)


@shared_task
def clean():
    """Delete visits that are older than the settings say."""
    now = timezone.now()
    while keeping.clean(now=now):
        pass
