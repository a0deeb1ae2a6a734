"""How an order stands, in words for its customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.details import FIELD_NAMES
from orders.models import HistoryKind
from orders.rechecking import Choice
from orders.statuses import STATUSES, Status
from orders.timeline import promo_title
from orders.wishes import settled_words

# The steps that have been made, and the next one is under way, in each open status.
MADE = {
    Status.NEW: 1,
    Status.ACCEPTED: 2,
    Status.PROCESSED: 3,
    Status.CLARIFICATION: 3,
    Status.PAYMENT: 3,
    Status.DELIVERY: 4,
}
# A dealer that has not called a day after it took the order has forgotten it.
CALL_WITHIN = timedelta(days=1)

NEXT = {
    Status.NEW: gettext_lazy(
        "Dealers of your region already see the order. As soon as one takes it, it will call you "
        "to confirm. The price will not be above the sum shown."
    ),
    Status.ACCEPTED: gettext_lazy(
        "The dealer has taken the order and will call you to agree on the details."
    ),
    Status.PROCESSED: gettext_lazy(
        "The dealer has talked to you and is preparing the order and the bill."
    ),
    Status.CLARIFICATION: gettext_lazy(
        "The dealer is clarifying the details of the order with you."
    ),
    Status.PAYMENT: gettext_lazy("Pay the bill as agreed with the dealer."),
    Status.DELIVERY: gettext_lazy("The dealer is handing the order over or delivering it."),
    Status.COMPLETED: gettext_lazy("The order is completed. Thank you for the purchase."),
    Status.CANCELLED: gettext_lazy(
        "The order is cancelled. If that is a mistake, place it again: the shop works as before."
    ),
}

# A new order that no dealer of the region could have.
NOBODY = gettext_lazy(
    "No dealer of your region has the whole order now, so the manufacturer is looking for one. "
    "The dealer will call you before anything is delivered."
)
# A new order that dealers have let pass.
BY_HAND = gettext_lazy(
    "No dealer has taken the order so far, so the manufacturer is choosing one by hand. You need "
    "not do anything."
)
AGAIN = gettext_lazy(
    "The dealer that had the order could not fulfil it, so it is offered to others. The price will "
    "not be above the sum shown."
)

EVENTS = {
    HistoryKind.PLACED: gettext_lazy("You placed the order"),
    HistoryKind.CONTACTED: gettext_lazy("The dealer got in touch with you"),
    HistoryKind.COMPLETED: gettext_lazy("The order is completed"),
    HistoryKind.REOPENED: gettext_lazy("The order is in work again"),
    HistoryKind.RESTARTED: gettext_lazy("We are looking for a dealer again"),
    HistoryKind.OVERDUE: gettext_lazy("The order takes longer than it should: we are on it"),
    HistoryKind.CONFIRMED: gettext_lazy("You confirmed the order"),
}


@dataclass(frozen=True)
class Step:
    """A step of the way. ``state`` is done, current, coming or broken; ``at`` when it was made."""

    name: str
    state: str
    at: datetime | None = None


def steps_of(order):
    """The way of an order, in the order of time."""
    names = (
        (_("Placed"), order.created_at),
        (_("Taken by a dealer"), order.accepted_at),
        (_("Talked to you"), order.contacted_at),
        (_("Details and payment"), None),
        (_("Delivery") if order.wants_delivery else _("Handing over"), None),
        (_("Completed"), order.closed_at),
    )
    status = Status(order.status)
    if status == Status.CANCELLED:
        made = [Step(name, "done", at) for name, at in names[:3] if at]
        return [*made, Step(_("Cancelled"), "broken", order.closed_at)]
    made = MADE.get(status, len(names))
    return [
        Step(name, "done" if i < made else "current" if i == made else "coming", at)
        for i, (name, at) in enumerate(names)
    ]


def next_words(order, *, has_dealers, by_hand=False):
    """What happens next, in a sentence or two.

    ``has_dealers``: some dealer of the region could have the whole order when it was placed;
    ``by_hand``: the manufacturer has been asked to find one.
    """
    if order.status != Status.NEW:
        return NEXT[Status(order.status)]
    if not has_dealers:
        return NOBODY
    if by_hand:
        return BY_HAND
    return AGAIN if order.cycle > 1 else NEXT[Status.NEW]


def deadlines(order, settings, *, by_hand, now):
    """By when something happens and what then, in sentences; none for a closed order."""
    if not order.is_open:
        return []
    found = []
    if order.status == Status.NEW and not by_hand:
        found += _until_taken(order, settings, now)
    if order.status == Status.ACCEPTED and order.accepted_at and not order.confirmed_at:
        call_by = order.accepted_at + CALL_WITHIN
        found.append(
            _("No call until %(when)s? Write to the dealer below.") % {"when": _moment(call_by)}
            if now < call_by
            else _("No call yet? Write to the dealer below.")
        )
    day = date_format(order.due_on, "DATE_FORMAT")
    found.append(
        _("The order should have been fulfilled by %(day)s. The dealer and the manufacturer know.")
        % {"day": day}
        if order.overdue_at
        else _("The order is to be fulfilled by %(day)s.") % {"day": day}
    )
    return found


def _until_taken(order, settings, now):
    chosen_until = order.created_at + timedelta(minutes=settings.chosen_dealer_minutes)
    if order.chosen_dealer_id and order.cycle == 1 and now < chosen_until:
        return [
            _("Until %(when)s “%(dealer)s”, which you chose, sees the order alone; then others do.")
            % {"when": _moment(chosen_until), "dealer": order.chosen_dealer.name}
        ]
    hours = max(1, round(settings.unclaimed_minutes / 60))
    return [
        ngettext(
            "If the last dealers asked do not take it within %(count)d hour, the manufacturer "
            "chooses a dealer by hand.",
            "If the last dealers asked do not take it within %(count)d hours, the manufacturer "
            "chooses a dealer by hand.",
            hours,
        )
        % {"count": hours}
    ]


def answer_words(talk):
    """By when the customer's message is answered, "" where none waits."""
    if talk is None or talk.unanswered_since is None:
        return ""
    if talk.answer_due_at is None:
        return _("Your message is not answered yet. The manufacturer knows and will see to it.")
    return _(
        "Your message waits for an answer. If there is none until %(when)s, the manufacturer "
        "will be told."
    ) % {"when": _moment(talk.answer_due_at)}


def _moment(at):
    return date_format(localtime(at), "DATETIME_FORMAT")


def event_title(entry):
    """A line of the order's history as its customer reads it."""
    data = entry.data
    if entry.kind in (HistoryKind.ACCEPTED, HistoryKind.ASSIGNED):
        return _("The order was taken by “%(dealer)s”") % {"dealer": data.get("dealer", "")}
    if entry.kind == HistoryKind.GIVEN_UP:
        return _("The dealer could not fulfil the order: we are looking for another one")
    if entry.kind == HistoryKind.PROMO:
        return promo_title(data)
    if entry.kind == HistoryKind.CANCELLED:
        return _("You cancelled the order") if entry.by_customer else _("The order is cancelled")
    if entry.kind == HistoryKind.SETTLED:
        return settled_words(data)
    if entry.kind == HistoryKind.LINES:
        if data.get("choice") in (Choice.RETURN, Choice.ANEW):
            return _("The contents of the order were changed: we are looking for a dealer for them")
        return _("The contents of the order were changed")
    if entry.kind == HistoryKind.DETAILS:
        changed = [one.get("field") for one in data.get("changes", ())]
        names = [str(FIELD_NAMES[name]) for name in changed if name in FIELD_NAMES]
        return _("Changed: %(names)s") % {"names": ", ".join(names)}
    if entry.kind == HistoryKind.STATUS and data.get("to") in {*STATUSES}:
        return _("Status: %(status)s") % {"status": STATUSES[Status(data["to"])].name}
    return EVENTS.get(entry.kind) or entry.get_kind_display()
