"""Statuses of an order and the legal steps between them, as data.

Source: the product's table of statuses. ``colour`` names a Tabler colour, the same in a badge, a
chart and a map.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Status(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    PROCESSED = "processed"
    CLARIFICATION = "clarification"
    PAYMENT = "payment"
    DELIVERY = "delivery"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class StatusInfo:
    """How a status looks and whether an order in it is still being worked on."""

    code: Status
    name: str
    colour: str
    is_open: bool


STATUSES = {
    info.code: info
    for info in (
        StatusInfo(Status.NEW, _("New"), "blue", True),
        StatusInfo(Status.ACCEPTED, _("Accepted"), "azure", True),
        StatusInfo(Status.PROCESSED, _("Processed"), "indigo", True),
        StatusInfo(Status.CLARIFICATION, _("Clarification"), "yellow", True),
        StatusInfo(Status.PAYMENT, _("Payment"), "orange", True),
        StatusInfo(Status.DELIVERY, _("Delivery"), "purple", True),
        StatusInfo(Status.COMPLETED, _("Completed"), "green", False),
        StatusInfo(Status.CANCELLED, _("Cancelled"), "secondary", False),
    )
}
CHOICES = [(info.code.value, info.name) for info in STATUSES.values()]
OPEN = tuple(code.value for code, info in STATUSES.items() if info.is_open)
FINAL = tuple(code.value for code, info in STATUSES.items() if not info.is_open)
# Open and taken by a dealer.
IN_WORK = tuple(code for code in OPEN if code != Status.NEW)


class Step(StrEnum):
    """How a transition is made; each has a service of its own."""

    ACCEPT = "accept"
    CONTACT = "contact"
    MOVE = "move"
    COMPLETE = "complete"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Transition:
    """A legal step. ``dealer`` tells whether the order's own dealer may take it."""

    source: Status
    target: Status
    step: Step
    dealer: bool = True


TRANSITIONS = {
    (transition.source, transition.target): transition
    for transition in (
        Transition(Status.NEW, Status.ACCEPTED, Step.ACCEPT),
        Transition(Status.ACCEPTED, Status.PROCESSED, Step.CONTACT),
        Transition(Status.PROCESSED, Status.CLARIFICATION, Step.MOVE),
        Transition(Status.CLARIFICATION, Status.PAYMENT, Step.MOVE),
        Transition(Status.PAYMENT, Status.CLARIFICATION, Step.MOVE),
        Transition(Status.PAYMENT, Status.DELIVERY, Step.MOVE),
        Transition(Status.DELIVERY, Status.PAYMENT, Step.MOVE),
        Transition(Status.DELIVERY, Status.COMPLETED, Step.COMPLETE),
        Transition(Status.NEW, Status.CANCELLED, Step.CANCEL, dealer=False),
        *(Transition(Status(code), Status.CANCELLED, Step.CANCEL) for code in IN_WORK),
    )
}


def steps_from(status, *, dealer):
    """Transitions that lead on from a status, for the order's dealer or for the manufacturer."""
    return [
        transition
        for (source, _target), transition in TRANSITIONS.items()
        if source == status and (transition.dealer or not dealer)
    ]
