"""Asking the provider how calls stand of which nothing was heard for a while."""

import structlog
from django.db import transaction

from telephony.folding import MACHINE, Heard
from telephony.models import Call
from telephony.providers import ProviderDown, ProviderRefused, provider
from telephony.services.events import hear
from telephony.services.recordings import note_recording
from telephony.states import Fact, Leg, Status
from telephony.timing import ASK_AFTER

logger = structlog.get_logger(__name__)

BATCH = 20


def poll_due(*, clock, limit=BATCH):
    """Ask about the calls that are due for it; returns how many were asked about."""
    calls = _claimed(clock(), limit)
    for call in calls:
        try:
            if call.ended_at:
                _look_for_recordings(call, clock)
            else:
                _look(call, clock)
        except (ProviderDown, ProviderRefused) as trouble:
            logger.warning("call_not_polled", call=call.pk, trouble=str(trouble))
    return len(calls)


@transaction.atomic
def _claimed(now, limit):
    """Calls to ask about; the next look is put off at once, so nobody else asks."""
    due = (
        Call.objects.filter(poll_at__lte=now)
        .exclude(sid="")
        .order_by("poll_at")
        .select_for_update(skip_locked=True)[:limit]
    )
    calls = list(due)
    Call.objects.filter(pk__in=[call.pk for call in calls]).update(poll_at=now + ASK_AFTER)
    return calls


def _look(call, clock):
    reports = provider().reports(call.sid)
    second = Leg.CUSTOMER
    heard = []
    for report in reports:
        leg = call.first_leg if report.is_first else second
        if report.status in set(Status):
            heard.append(Heard(Fact.STATUS, leg, Status(report.status)))
        if report.is_machine and leg == Leg.CUSTOMER:
            heard.append(Heard(Fact.MACHINE, leg, MACHINE))
    if not reports:
        heard.append(Heard(Fact.STATUS, call.first_leg, Status.FAILED))
    hear(call_id=call.pk, events=heard, now=clock())


def _look_for_recordings(call, clock):
    for report in provider().recordings(call.sid):
        note_recording(call_id=call.pk, sid=report.sid, seconds=report.seconds, now=clock())
    Call.objects.filter(pk=call.pk).update(poll_at=None)
