"""States of a complaint and the legal steps between them, as data. Knows no models."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(StrEnum):
    NEW = "new"
    IN_WORK = "in_work"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True)
class StateInfo:
    """How a state looks to staff and what the customer reads instead.

    ``is_open``: the customer waits for an answer, so the term runs.
    """

    code: State
    name: str
    for_customer: str
    colour: str
    is_open: bool


STATES = {
    info.code: info
    for info in (
        StateInfo(State.NEW, pgettext_lazy("complaint", "New"), _("received"), "blue", True),
        StateInfo(
            State.IN_WORK,
            pgettext_lazy("complaint", "In work"),
            _("being looked into"),
            "indigo",
            True,
        ),
        StateInfo(
            State.WAITING,
            pgettext_lazy("complaint", "Waiting for the dealer"),
            _("being looked into"),
            "orange",
            True,
        ),
        StateInfo(
            State.ANSWERED, pgettext_lazy("complaint", "Answered"), _("answered"), "azure", False
        ),
        StateInfo(
            State.CLOSED, pgettext_lazy("complaint", "Closed"), _("answered"), "green", False
        ),
    )
}
CHOICES = [(info.code.value, info.name) for info in STATES.values()]
OPEN = tuple(code.value for code, info in STATES.items() if info.is_open)


class Side(StrEnum):
    """Who takes a step."""

    MANUFACTURER = "manufacturer"
    DEALER = "dealer"
    CUSTOMER = "customer"


class Step(StrEnum):
    """What is done to a complaint; each has a service of its own."""

    TAKE = "take"  # somebody of the manufacturer becomes its owner
    CHANGE = "change"  # category, term
    NOTE = "note"
    ASK = "ask"
    STATE = "state"  # the dealer's statement
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"
    WRITE = "write"  # the customer adds something


SIDES = {
    step: Side.DEALER
    if step == Step.STATE
    else Side.CUSTOMER
    if step == Step.WRITE
    else Side.MANUFACTURER
    for step in Step
}
# (state, step) → the state that follows; what is missing here cannot be done.
TRANSITIONS = {
    (State.NEW, Step.TAKE): State.IN_WORK,
    **{(state, Step.TAKE): state for state in (State.IN_WORK, State.WAITING, State.ANSWERED)},
    **{(State(state), Step.CHANGE): State(state) for state in OPEN},
    **{(state, Step.NOTE): state for state in State},
    (State.IN_WORK, Step.ASK): State.WAITING,
    (State.WAITING, Step.ASK): State.WAITING,
    (State.NEW, Step.STATE): State.NEW,
    (State.IN_WORK, Step.STATE): State.IN_WORK,
    (State.WAITING, Step.STATE): State.IN_WORK,
    **{
        (state, Step.ANSWER): State.ANSWERED
        for state in (State.IN_WORK, State.WAITING, State.ANSWERED)
    },
    # A closed one is closed once more where it was judged wrongly.
    (State.ANSWERED, Step.CLOSE): State.CLOSED,
    (State.CLOSED, Step.CLOSE): State.CLOSED,
    (State.ANSWERED, Step.REOPEN): State.IN_WORK,
    (State.CLOSED, Step.REOPEN): State.IN_WORK,
    **{(State(state), Step.WRITE): State(state) for state in OPEN},
    (State.ANSWERED, Step.WRITE): State.IN_WORK,
    (State.CLOSED, Step.WRITE): State.IN_WORK,
}


def steps_from(state, side):
    """The steps that a side may take in a state."""
    return {step for (source, step) in TRANSITIONS if source == state and SIDES[step] == side}
