"""What a call has come to, told from all that was heard of it. Pure.

The provider's callbacks come late, twice, in any order or not at all; so a call's state is never
stepped on from the last one but worked out anew from the set of what is known. The order and the
repetition of events do not matter, and each further event only adds to what is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from telephony.dialog import follow
from telephony.states import CallKind, CallState, Fact, Leg, Outcome, Result, Status

# Each status tells that those before it have been.
PROGRESS = {
    Status.QUEUED: 0,
    Status.INITIATED: 1,
    Status.RINGING: 2,
    Status.IN_PROGRESS: 3,
}
# Which end of a phone's call to believe, should a provider ever name two.
BELIEVED = (Status.COMPLETED, Status.BUSY, Status.NO_ANSWER, Status.CANCELED, Status.FAILED)
# Who answered, as far as the provider can tell.
MACHINE, HUMAN = "machine", "human"
UNANSWERED = {
    Status.BUSY: Outcome.BUSY,
    Status.NO_ANSWER: Outcome.NO_ANSWER,
    Status.CANCELED: Outcome.HUNG_UP,
    Status.FAILED: Outcome.FAILED,
}


@dataclass(frozen=True)
class Heard:
    """One event: a phone's status, who answered (``MACHINE``), the two joined, a key pressed."""

    fact: Fact
    leg: Leg = Leg.CUSTOMER
    status: str = ""
    step: int = 0
    digits: str = ""


@dataclass(frozen=True)
class Phone:
    """What is known of one phone: how far it came, and how its call ended."""

    progress: int = -1
    end: Status | None = None

    @property
    def is_answered(self):
        return self.progress >= PROGRESS[Status.IN_PROGRESS] or self.end == Status.COMPLETED

    @property
    def rings(self):
        return self.progress >= PROGRESS[Status.RINGING]


@dataclass(frozen=True)
class Folded:
    """``party`` is whose phone decided the outcome; ``is_joined`` proves the contact."""

    state: CallState
    outcome: Outcome | None = None
    party: Leg | None = None
    is_joined: bool = False
    result: Result | None = None


def fold(kind: CallKind, events: Iterable[Heard]) -> Folded:
    """The state that a set of events means."""
    events = frozenset(events)
    if kind == CallKind.ROBOT:
        return _robot(events)
    return _bridge(events)


def _bridge(events):
    manager, customer = _phone(events, Leg.MANAGER), _phone(events, Leg.CUSTOMER)
    is_machine = _is_machine(events)
    is_joined = not is_machine and any(event.fact == Fact.JOINED for event in events)
    if manager.end is None and customer.end is None:
        if is_joined:
            return Folded(CallState.CONNECTED, is_joined=True)
        if customer.progress >= 0:
            return Folded(CallState.CALLING)
        return Folded(_beginning(manager))
    if is_joined:
        return Folded(CallState.ENDED, Outcome.CONNECTED, Leg.CUSTOMER, is_joined=True)
    if is_machine:
        return Folded(CallState.ENDED, Outcome.MACHINE, Leg.CUSTOMER)
    if customer.end == Status.CANCELED:
        # The provider took the call back because the manager did not wait.
        return Folded(CallState.ENDED, Outcome.HUNG_UP, Leg.MANAGER)
    phone, party = (customer, Leg.CUSTOMER) if customer.end else (manager, Leg.MANAGER)
    return Folded(CallState.ENDED, UNANSWERED.get(phone.end, Outcome.HUNG_UP), party)


def _robot(events):
    customer = _phone(events, Leg.CUSTOMER)
    is_machine = _is_machine(events)
    # No two answers bear one number; were it so, the set must still mean one thing.
    pressed = sorted(
        ((event.step, event.digits) for event in events if event.fact == Fact.PRESSED), reverse=True
    )
    position = follow(dict(pressed))
    result = None if is_machine else position.result
    if customer.end is None:
        state = CallState.CONNECTED if customer.is_answered else _beginning(customer)
        return Folded(state, result=result)
    if is_machine:
        return Folded(CallState.ENDED, Outcome.MACHINE, Leg.CUSTOMER)
    if result is None and customer.is_answered:
        result = Result.SILENT
    if result is not None:
        return Folded(CallState.ENDED, Outcome.CONNECTED, Leg.CUSTOMER, result=result)
    return Folded(CallState.ENDED, UNANSWERED[customer.end], Leg.CUSTOMER)


def _is_machine(events):
    return any(event.fact == Fact.MACHINE and event.status == MACHINE for event in events)


def _beginning(phone):
    if phone.is_answered:
        return CallState.ANSWERED
    return CallState.RINGING if phone.rings else CallState.DIALLING


def _phone(events, leg):
    statuses = {event.status for event in events if event.fact == Fact.STATUS and event.leg == leg}
    progress = max((PROGRESS[status] for status in statuses if status in PROGRESS), default=-1)
    end = next((status for status in BELIEVED if status in statuses), None)
    return Phone(progress, end)
