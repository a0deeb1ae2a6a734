"""Sending what is due to other systems: claim with a lease, send, record the result.

As notifications.delivery does it for messages to people, with its waits. Any number of workers may
do it at once; a killed worker's leases run out and another takes over, so everything is sent at
least once, each time with the same idempotency key. Where a system does not answer as it should,
all that waits for it waits a while: a broken one is neither hammered nor does it hold up others.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from types import ModuleType

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from analytics.leadsdb import content as leadsdb
from analytics.models import Dispatch, DispatchState, Endpoint, EndpointKind
from analytics.models.integrations import UNFINISHED
from analytics.outgoing.requests import NotNeeded
from analytics.outgoing.shown import shown_answer
from analytics.webhooks import content as webhooks
from notifications.delivery import MAX_ATTEMPTS, backoff
from suz.common.addresses import OutgoingError
from suz.common.masking import without_contacts
from suz.common.outgoing import post
from suz.common.sealing import SecretLost

logger = structlog.get_logger(__name__)

USES = {EndpointKind.LEADSDB: leadsdb, EndpointKind.WEBHOOK: webhooks}
TEST = "test"

BATCH = 20
LEASE = timedelta(minutes=5)
# Nothing is begun with less of its lease left than a slow server may take.
LEASE_RESERVE = timedelta(minutes=1)
# How long one tick goes on sending to one system.
BUDGET = timedelta(seconds=5)
# How long a system is left alone after its first failure; twice as long after each more.
PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)

# Answers that say nothing of the message: the system is away, busy, or knows us no more.
TROUBLE = (401, 403, 404, 407, 408, 421, 425, 429)
# Taken before: a repetition of the same key.
KNOWN = 409
ERROR_LENGTH = Dispatch._meta.get_field("error").max_length


class Verdict(Enum):
    """What an answer means: taken; refused for good; try again later."""

    TAKEN = "taken"
    REFUSED = "refused"
    TROUBLE = "trouble"


@dataclass(frozen=True)
class Claim:
    """Dispatches to one system that are this worker's alone until ``until``.

    ``use`` is the module that writes them.
    """

    use: ModuleType
    token: uuid.UUID
    until: datetime
    dispatches: list[Dispatch]


@dataclass(frozen=True)
class Result:
    """How an attempt ended. ``wait`` is how long the system wants to be left alone, in seconds.

    ``is_final``: trouble that no waiting mends; somebody has to correct the address.
    """

    verdict: Verdict
    status: int | None = None
    answer: str = ""
    error: str = ""
    wait: float | None = None
    is_final: bool = False


def judge(status):
    """What a status of HTTP means; the same for every system."""
    if 200 <= status < 300 or status == KNOWN:
        return Verdict.TAKEN
    if status >= 500 or status in TROUBLE or status < 200:
        return Verdict.TROUBLE
    return Verdict.REFUSED


def due(*, now):
    """Dispatches whose time has come, whether or not their system may be called now."""
    return Dispatch.objects.filter(
        Q(state=DispatchState.PENDING) | Q(state=DispatchState.SENDING, lease_until__lte=now),
        due_at__lte=now,
    )


def waiting_endpoints(*, now):
    """Systems that may be called now and for which something is due."""
    own = due(now=now).filter(endpoint=OuterRef("pk"))
    is_rested = Q(resume_at__isnull=True) | Q(resume_at__lte=now)
    return Endpoint.objects.filter(
        Q(Exists(own), is_rested, enabled_since__isnull=False) | Q(Exists(own.filter(event=TEST)))
    )


def claim(endpoint_id, *, now, limit=BATCH):
    """Take up to ``limit`` dispatches to a system that are due, the longest due first.

    Of each order only the earliest unfinished: a later one waits for it.
    """
    token, until = uuid.uuid4(), now + LEASE
    earlier = Dispatch.objects.filter(
        order=OuterRef("order"),
        endpoint=OuterRef("endpoint"),
        state__in=UNFINISHED,
        pk__lt=OuterRef("pk"),
    )
    with transaction.atomic():
        found = due(now=now).filter(~Exists(earlier), endpoint=endpoint_id)
        endpoint = Endpoint.objects.get(pk=endpoint_id)
        if not endpoint.is_on or (endpoint.resume_at and endpoint.resume_at > now):
            found = found.filter(event=TEST)
        dispatches = list(
            found.order_by("due_at", "id").select_for_update(of=("self",), skip_locked=True)[:limit]
        )
        # Counted before the attempt: what kills its worker comes to an end too.
        Dispatch.objects.filter(pk__in=[one.pk for one in dispatches]).update(
            state=DispatchState.SENDING,
            lease_token=token,
            lease_until=until,
            attempts=F("attempts") + 1,
        )
    for one in dispatches:
        one.attempts += 1
    return Claim(USES[endpoint.kind], token=token, until=until, dispatches=dispatches)


def drain(endpoint_id, *, clock, budget=BUDGET, limit=BATCH):
    """Send what is due to one system until nothing is, the budget is used up or it fails.

    Returns how many were taken.
    """
    end = clock() + budget
    taken = 0
    while clock() < end:
        batch = claim(endpoint_id, now=clock(), limit=limit)
        prepared = batch.use.prepare(batch.dispatches) if batch.dispatches else None
        for position, dispatch in enumerate(batch.dispatches):
            if clock() >= min(end, batch.until - LEASE_RESERVE):
                _release(batch, batch.dispatches[position:])
                return taken
            verdict = _handle(batch, dispatch, prepared, clock)
            taken += verdict == Verdict.TAKEN
            if verdict == Verdict.TROUBLE:
                _release(batch, batch.dispatches[position + 1 :])
                return taken
        if len(batch.dispatches) < limit:
            break
    return taken


def _handle(batch, dispatch, prepared, clock):
    """One attempt; its Verdict, None where nothing was sent."""
    endpoint = Endpoint.objects.select_related("dealer").get(pk=dispatch.endpoint_id)
    if dispatch.attempts > MAX_ATTEMPTS:
        lost = Result(Verdict.REFUSED, error=_("The worker was lost each time while sending."))
        _record(batch, dispatch, endpoint, lost, now=clock())
        return None
    try:
        if not endpoint.is_on and dispatch.event != TEST:
            raise NotNeeded(
                _("Sending has been switched off meanwhile."), state=DispatchState.CANCELLED
            )
        request = batch.use.request_of(dispatch, endpoint, prepared, now=clock())
    except NotNeeded as reason:
        _own(batch, dispatch).update(
            state=reason.state,
            error=reason.reason[:ERROR_LENGTH],
            tried_at=clock(),
            lease_token=None,
            lease_until=None,
        )
        return None
    except SecretLost:
        error = _("The secret cannot be opened any more: enter it anew in the settings.")
        result = Result(Verdict.TROUBLE, error=error)
    except Exception as error:
        # One message that cannot be written must not stop the others. Not the traceback: it may
        # hold what customers wrote.
        logger.error("dispatch_not_written", dispatch=dispatch.pk, kind=type(error).__name__)
        result = Result(Verdict.REFUSED, error=_("The message could not be written."))
    else:
        result = _attempt(endpoint, request)
    _record(batch, dispatch, endpoint, result, now=clock())
    return result.verdict


def _attempt(endpoint, request):
    try:
        answer = post(endpoint.url, body=request.body, headers=request.headers)
    except OutgoingError as error:
        return Result(
            Verdict.TROUBLE, error=without_contacts(error.message), is_final=error.is_permanent
        )
    verdict = judge(answer.status)
    error = _("Answered with the status %(status)s.") % {"status": answer.status}
    return Result(
        verdict,
        status=answer.status,
        answer=shown_answer(answer.body, request.hides),
        error="" if verdict == Verdict.TAKEN else error,
        wait=answer.retry_after,
    )


def _record(batch, dispatch, endpoint, result, *, now):
    changes = {
        "status_code": result.status,
        "answer": result.answer,
        "error": result.error[:ERROR_LENGTH],
        "tried_at": now,
        "lease_token": None,
        "lease_until": None,
    }
    if result.verdict == Verdict.TAKEN:
        # Also where it was cancelled meanwhile: it was taken.
        found = Dispatch.objects.filter(pk=dispatch.pk, lease_token=batch.token)
        found.update(state=DispatchState.SENT, sent_at=now, **changes)
        if endpoint.failures:
            Endpoint.objects.filter(pk=endpoint.pk).update(failures=0, resume_at=None)
        return
    is_test = dispatch.event == TEST
    wait = None
    if result.verdict == Verdict.TROUBLE and not (is_test or result.is_final):
        wait = backoff(dispatch.attempts)
    if wait is None:
        changes["state"] = DispatchState.DEAD
    else:
        wait = max(wait, timedelta(seconds=result.wait or 0))
        changes |= {"state": DispatchState.PENDING, "due_at": now + wait}
    _own(batch, dispatch).update(**changes)
    if result.verdict == Verdict.TROUBLE and not is_test:
        _rest(endpoint, result, now)
    logger.warning(
        "dispatch_failed",
        dispatch=dispatch.pk,
        endpoint=endpoint.pk,
        status=result.status,
        is_dead=wait is None,
    )


def _rest(endpoint, result, now):
    """Leave a system alone for a while."""
    pause = min(PAUSE * 2 ** min(endpoint.failures, 10), LONGEST_PAUSE)
    pause = max(pause, timedelta(seconds=result.wait or 0))
    Endpoint.objects.filter(pk=endpoint.pk).update(
        failures=F("failures") + 1, resume_at=now + pause
    )


def _own(batch, dispatch):
    return Dispatch.objects.filter(
        pk=dispatch.pk, lease_token=batch.token, state=DispatchState.SENDING
    )


def _release(batch, dispatches):
    """Give back what was claimed and not begun."""
    Dispatch.objects.filter(
        pk__in=[one.pk for one in dispatches],
        lease_token=batch.token,
        state=DispatchState.SENDING,
    ).update(
        state=DispatchState.PENDING,
        attempts=F("attempts") - 1,
        lease_token=None,
        lease_until=None,
    )
