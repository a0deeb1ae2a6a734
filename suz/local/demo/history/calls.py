"""Calls of the demo's year, as telephony would have left them."""

import random
from datetime import timedelta

from django.core.files.base import ContentFile

from orders.models import ContactKind
from telephony.models import Call, Recording, RecordingState
from telephony.providers.simulator import spoken
from telephony.states import CallKind, CallState, Leg, Outcome, Result
from telephony.timing import is_waking

WAKING = (9, 21)
# What customers tell the robot, of a hundred; none: nobody answered.
ANSWERS = ((Result.CONFIRMED, 70), (Result.CALL_BACK, 12), (Result.SILENT, 8), (None, 10))
RECORDED = 40
# Seconds.
TALKS = (25, 260)
FILES = 3
LONGEST_FILE = 20


def contact_kind(settings, order):
    """How the order's dealer proves contact."""
    by_call = settings.calls_enabled and order.dealer.site_calls
    return ContactKind.CALL if by_call else ContactKind.BY_HAND


def waking(moment, zone):
    """The first moment from this one on at which the robot may ring."""
    while not is_waking(moment, zone, *WAKING):
        moment = (moment + timedelta(hours=1)).replace(minute=0, second=7)
    return moment


def bridge(rows, order, manager, moment):
    """telephony.services: a manager and the customer were connected at a moment; the Call."""
    rng = random.Random(f"call {order.pk} {order.cycle}")
    begun = moment - timedelta(seconds=rng.randint(14, 40))
    return _add(
        rows,
        order,
        begun,
        kind=CallKind.BRIDGE,
        manager=manager,
        outcome=Outcome.CONNECTED,
        party=Leg.CUSTOMER,
        joined_at=moment,
        ended_at=moment + timedelta(seconds=rng.randint(*TALKS)),
    )


def robot(rows, order, moment, *, is_answered):
    """telephony.services: the robot rang; the Call, without a result where nobody answered."""
    rng = random.Random(f"robot {order.pk} {order.cycle}")
    results, weights = zip(*ANSWERS, strict=True)
    result = rng.choices(results, weights)[0]
    if result is None and is_answered:
        result = Result.CONFIRMED
    rung = timedelta(seconds=rng.randint(8, 25))
    return _add(
        rows,
        order,
        moment - rung - timedelta(seconds=30),
        kind=CallKind.ROBOT,
        outcome=Outcome.CONNECTED if result else Outcome.NO_ANSWER,
        party=Leg.CUSTOMER,
        result=result or "",
        joined_at=moment - timedelta(seconds=30) if result else None,
        ended_at=moment,
    )


def record_conversations():
    """Recordings of the newest conversations: a few files of nobody's voice, copied."""
    sounds = [spoken(LONGEST_FILE, f"demo {number}") for number in range(FILES)]
    calls = Call.objects.filter(kind=CallKind.BRIDGE, outcome=Outcome.CONNECTED)
    for number, call in enumerate(calls.order_by("-created_at", "-id")[:RECORDED]):
        content = sounds[number % FILES]
        recording = Recording(
            call=call,
            sid=f"DEMO{call.uuid.hex}",
            seconds=LONGEST_FILE,
            state=RecordingState.STORED,
            content_type="audio/wav",
            size=len(content),
            due_at=call.ended_at,
            created_at=call.ended_at,
        )
        recording.file.save(
            f"{call.ended_at:%Y/%m}/{call.uuid.hex}.wav", ContentFile(content), save=False
        )
        recording.save()


def _add(rows, order, begun, **fields):
    return rows.add(
        Call(
            order=order,
            dealer=order.dealer,
            cycle=order.cycle,
            state=CallState.ENDED,
            sid=f"DEMO{order.pk}.{order.cycle}.{fields['kind']}",
            version=5,
            attempts=1,
            due_at=begun,
            created_at=begun,
            placed_at=begun,
            **fields,
        )
    )
