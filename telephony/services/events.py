"""Hearing of a call: keep what is new, fold all that is known, do once what follows."""

from django.db import transaction

from orders.models import Order
from orders.services.contact import (
    ask_to_call_back,
    cancel_by_customer,
    confirm_by_robot,
    note_call,
    prove_contact,
)
from orders.services.locking import lock_order
from telephony.folding import Heard, fold
from telephony.models import Call, CallEvent
from telephony.states import CallKind, CallState, Fact, Leg, Outcome, Result
from telephony.timing import ASK_AFTER, ASK_RECORDING_AFTER, ASK_TALKING_AFTER

MISSED = {
    Outcome.BUSY: "call_busy",
    Outcome.NO_ANSWER: "call_no_answer",
    Outcome.MACHINE: "call_machine",
}


def key_of(heard):
    """What makes an event one and the same, however often it is told."""
    parts = {
        Fact.STATUS: (heard.leg, heard.status),
        Fact.MACHINE: (heard.status,),
        Fact.JOINED: (),
        Fact.PRESSED: (str(heard.step),),
    }[heard.fact]
    return ":".join((heard.fact, *parts))


@transaction.atomic
def hear(*, call_id, events, now, sid=""):
    """Take in events of a call (telephony.folding.Heard), any number of times, in any order.

    ``sid`` is the provider's number of the first phone's call where it is told. Returns the call
    as it stands then.
    """
    order_id = Call.objects.values_list("order_id", flat=True).get(pk=call_id)
    # The first lock of every change; an order that was deleted meanwhile is locked all the same.
    lock_order(order_id) or Order.objects.select_for_update().get(pk=order_id)
    call = Call.objects.select_for_update(of=("self",)).select_related("manager").get(pk=call_id)
    CallEvent.objects.bulk_create(
        (
            CallEvent(
                call=call,
                key=key_of(one),
                fact=one.fact,
                leg=one.leg,
                status=one.status,
                step=one.step,
                digits=one.digits,
                at=now,
            )
            for one in events
        ),
        ignore_conflicts=True,
    )
    refold(call, now=now, sid=sid)
    return call


def heard_of(call):
    """All that was heard of a call."""
    rows = call.events.values_list("fact", "leg", "status", "step", "digits")
    return [Heard(Fact(fact), Leg(leg), *rest) for fact, leg, *rest in rows]


def refold(call, *, now, sid=""):
    """Work the locked call's state out anew and do what its first transitions bring."""
    known = heard_of(call)
    if not known:
        return
    if call.outcome == Outcome.WITHDRAWN:
        return
    was_joined, had_result, had_ended = call.joined_at, call.result, call.ended_at
    folded = fold(CallKind(call.kind), known)
    is_over = folded.state == CallState.ENDED
    if folded.is_joined or (call.kind == CallKind.ROBOT and folded.state == CallState.CONNECTED):
        call.joined_at = call.joined_at or now
    call.result = folded.result or ""
    call.sid = call.sid or sid
    call.placed_at = call.placed_at or now
    # A call that was given up for lost may go on all the same; unless another has begun since.
    if is_over or not (had_ended and _has_another(call)):
        call.state, call.outcome = folded.state, folded.outcome or ""
        call.party = folded.party or ""
        call.ended_at = (had_ended or now) if is_over else None
    call.poll_at = _next_look(call, now)
    call.version += 1
    call.save(
        update_fields=[
            *("state", "outcome", "party", "result", "sid", "placed_at", "joined_at"),
            *("ended_at", "poll_at", "version"),
        ]
    )
    if call.kind == CallKind.BRIDGE:
        _after_bridge(call, was_joined, had_ended, now)
    else:
        _after_robot(call, had_result, had_ended, now)


def _has_another(call):
    others = Call.objects.filter(order_id=call.order_id, ended_at__isnull=True)
    return others.exclude(pk=call.pk).exists()


def _next_look(call, now):
    """When the provider is asked, unless something is heard before."""
    if not call.ended_at:
        return now + (ASK_TALKING_AFTER if call.joined_at else ASK_AFTER)
    is_recorded = call.kind == CallKind.BRIDGE and call.joined_at
    return now + ASK_RECORDING_AFTER if is_recorded and not call.recordings.exists() else None


def missed_kind(call):
    """What the order's history calls a manager's call that has connected nobody."""
    if call.party != Leg.CUSTOMER:
        return "call_manager"
    return MISSED.get(Outcome(call.outcome), "call_missed")


def _after_bridge(call, was_joined, had_ended, now):
    about = _about(call)
    if call.joined_at and not was_joined:
        prove_contact(**about, by=call.manager, now=now)
    elif call.ended_at and not had_ended and not call.joined_at:
        kind = missed_kind(call)
        note_call(**about, kind=kind, by=call.manager, now=now)


def _after_robot(call, had_result, had_ended, now):
    about = _about(call)
    if call.result and call.result != had_result:
        _act_on(call.result, about, now)
    elif call.ended_at and not had_ended and not call.result:
        note_call(**about, kind="robot_missed", by=None, now=now)


def _act_on(result, about, now):
    if result == Result.CALL_BACK:
        ask_to_call_back(**about, now=now)
    elif result == Result.CONFIRMED:
        confirm_by_robot(**about, now=now)
    elif result == Result.CANCELLED:
        cancel_by_customer(order_id=about["order_id"], call=about["call"], now=now)
    else:
        note_call(**about, kind=f"robot_{result}", by=None, now=now)


def _about(call):
    return {
        "order_id": call.order_id,
        "dealer_id": call.dealer_id,
        "cycle": call.cycle,
        "call": call.pk,
    }
