"""The app's clock."""

import structlog
from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from analytics.collecting import folding, keeping
from analytics.exchange import services as exchange
from analytics.facts import services as facts
from analytics.leadsdb.syncing import advance_sync
from analytics.mailing import services as mailing
from analytics.outgoing import lanes, sources
from analytics.outgoing.services import forget_old

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
def mail_reports():
    """Make the reports by mail that are due, and send them."""
    while mailing.queue_due(now=timezone.now()) == mailing.BATCH:
        pass
    mailing.send_due()


@shared_task
def clean():
    """Delete visits that are older than the settings say."""
    now = timezone.now()
    while keeping.clean(now=now):
        pass
    while exchange.forget_old(now=now):
        pass
    exchange.forget_files(now=now)


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
