"""Dialling what is due: claim with a lease, dial with no transaction open, record the answer.

A call is dialled once at most. Where an attempt ended without a clear answer (the worker was
killed, the provider cut the line), the next one first asks the provider whether the call went out;
besides, each attempt carries the same token for providers that know repetitions by it.
"""

import uuid
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from dealers.models import SystemSettings
from orders.models import Order
from orders.services.contact import note_call
from orders.services.locking import lock_order
from orders.statuses import IN_WORK, Status
from telephony.addresses import callback
from telephony.models import Call
from telephony.providers import ProviderDown, ProviderRefused, provider
from telephony.providers.base import Dial
from telephony.services.requesting import withdraw
from telephony.states import CallKind, CallState, Leg, Outcome
from telephony.timing import ASK_AFTER, is_waking

logger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
BACKOFF = (timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=60))
MAX_ATTEMPTS = len(BACKOFF) + 1
BUDGET = timedelta(seconds=3)
KNOWN_FOR = timedelta(days=1)
DUE = Q(state=CallState.WAITING) | Q(state=CallState.PLACING)


def place_due(*, clock, budget=BUDGET):
    """Dial what is due until nothing is or the budget is used up; returns how many went out."""
    end, placed = clock() + budget, 0
    while clock() < end:
        call = claim(now=clock())
        if call is None:
            break
        placed += _place(call, clock)
    return placed


def claim(*, now):
    """Take the call that has been due longest, or None; it is this worker's for a lease."""
    with transaction.atomic():
        call = (
            Call.objects.filter(DUE, due_at__lte=now)
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))
            .order_by("due_at", "id")
            .select_for_update(skip_locked=True)
            .first()
        )
        if call is None:
            return None
        # Counted before the attempt: what kills its worker comes to an end too.
        call.attempts += 1
        call.state = CallState.PLACING
        call.lease_token, call.lease_until = uuid.uuid4(), now + LEASE
        call.save(update_fields=["attempts", "state", "lease_token", "lease_until"])
        return call


def _place(call, clock):
    port = provider()
    try:
        dial, is_wanted = _prepared(call, port.caller, clock())
        if call.attempts > MAX_ATTEMPTS:
            _give_up(call, "lost", clock())
            return False
        # The answer to an earlier attempt may have been lost: what went out is not taken back.
        sid = port.find(dial) if call.attempts > 1 else None
        if sid is None and not is_wanted:
            _withdraw(call, clock())
            return False
        sid = sid or port.place(dial)
    except ProviderRefused as refusal:
        _give_up(call, str(refusal.args[0]), clock())
        return False
    except ProviderDown as trouble:
        logger.warning("call_not_placed", call=call.pk, trouble=str(trouble))
        _try_later(call, str(trouble), clock())
        return False
    _record(call, sid, clock())
    return True


@transaction.atomic
def _prepared(call, caller, now):
    """What to dial, and whether it is still wanted."""
    order = Order.objects.select_related("place").get(pk=call.order_id)
    manager = call.manager
    is_robot = call.kind == CallKind.ROBOT
    known = frozenset()
    if call.attempts > 1:
        recent = Call.objects.filter(created_at__gte=call.created_at - KNOWN_FOR)
        known = frozenset(recent.exclude(sid="").values_list("sid", flat=True))
    dial = Dial(
        token=call.uuid.hex,
        to=str(order.phone if is_robot else manager.phone),
        caller=caller,
        answer_url=callback("answer", call.uuid),
        status_url=callback("status", call.uuid, call.first_leg),
        finds_machines=call.first_leg == Leg.CUSTOMER,
        since=call.created_at,
        known=known,
    )
    return dial, _is_wanted(call, order, SystemSettings.load(), now)


@transaction.atomic
def _withdraw(call, now):
    lock_order(call.order_id)
    held = Call.objects.select_for_update().filter(
        pk=call.pk, lease_token=call.lease_token, state=CallState.PLACING
    )
    for row in held:
        withdraw(row, now)


def _is_wanted(call, order, settings, now):
    """Whether what was true when the call was asked for still is."""
    is_held = (order.dealer_id, order.cycle) == (call.dealer_id, call.cycle)
    if order.deleted_at or not is_held or not settings.calls_work:
        return False
    if call.kind == CallKind.BRIDGE:
        return order.status in IN_WORK and call.manager.is_active and bool(call.manager.phone)
    return (
        settings.robot_enabled
        and order.status == Status.ACCEPTED
        and not order.contact_kind
        and is_waking(now, order.place.time_zone, settings.robot_from_hour, settings.robot_to_hour)
    )


def _record(call, sid, now):
    """The provider has the call. A callback may have told more already."""
    Call.objects.filter(pk=call.pk, lease_token=call.lease_token).update(
        sid=Case(When(sid="", then=Value(sid)), default=F("sid")),
        state=Case(
            When(state=CallState.PLACING, then=Value(CallState.DIALLING)), default=F("state")
        ),
        placed_at=Case(When(placed_at=None, then=Value(now)), default=F("placed_at")),
        poll_at=Case(
            When(state=CallState.PLACING, then=Value(now + ASK_AFTER)), default=F("poll_at")
        ),
        version=F("version") + 1,
        error="",
        lease_token=None,
        lease_until=None,
    )


def _try_later(call, error, now):
    if call.attempts >= MAX_ATTEMPTS:
        _give_up(call, error, now)
        return
    Call.objects.filter(pk=call.pk, lease_token=call.lease_token, state=CallState.PLACING).update(
        state=CallState.WAITING,
        due_at=now + BACKOFF[call.attempts - 1],
        error=error[:300],
        lease_token=None,
        lease_until=None,
        version=F("version") + 1,
    )


@transaction.atomic
def _give_up(call, error, now):
    """The call could not be placed; the history keeps that."""
    lock_order(call.order_id)
    changed = Call.objects.filter(
        pk=call.pk, lease_token=call.lease_token, state=CallState.PLACING
    ).update(
        state=CallState.ENDED,
        outcome=Outcome.FAILED,
        party=call.first_leg,
        ended_at=now,
        error=error[:300],
        lease_token=None,
        lease_until=None,
        version=F("version") + 1,
    )
    if changed:
        note_call(
            order_id=call.order_id,
            dealer_id=call.dealer_id,
            cycle=call.cycle,
            kind="robot_missed" if call.kind == CallKind.ROBOT else "call_missed",
            by=call.manager,
            now=now,
            call=call.pk,
        )
