"""The clock's entry points. All network calls of telephony are made from here."""

import structlog
from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from telephony.providers import is_simulated
from telephony.services import placing, polling, recordings, robot
from telephony.simulation import engine

logger = structlog.get_logger(__name__)


@shared_task
def tick():
    """Dial, hear and fetch what is due."""
    clock = timezone.now
    steps = [
        lambda: robot.schedule_robot_calls(now=clock()),
        lambda: placing.place_due(clock=clock),
    ]
    if is_simulated():
        steps.append(lambda: engine.run(clock=clock))
    steps += [
        lambda: polling.poll_due(clock=clock),
        lambda: recordings.fetch_due(clock=clock),
    ]
    for step in steps:
        try:
            step()
        except OperationalError:
            # The database is away: the next tick.
            raise
        except Exception:
            # One step must not stop the others.
            logger.exception("telephony_step_failed")


@shared_task
def clean():
    """Delete recordings whose time has passed."""
    recordings.expire_recordings(now=timezone.now())
