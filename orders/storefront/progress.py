"""How an order stands, in words for its customer."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.details import FIELD_NAMES
from orders.models import HistoryKind
from orders.rechecking import Choice
from orders.statuses import STATUSES, Status
from orders.timeline import promo_title

# The usual way of an order; clarification and cancelling lie beside it.
STEPS = (
    Status.NEW,
    Status.ACCEPTED,
    Status.PROCESSED,
    Status.PAYMENT,
    Status.DELIVERY,
    Status.COMPLETED,
)

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

EVENTS = {
    HistoryKind.PLACED: gettext_lazy("You placed the order"),
    HistoryKind.CONTACTED: gettext_lazy("The dealer got in touch with you"),
    HistoryKind.COMPLETED: gettext_lazy("The order is completed"),
    HistoryKind.REOPENED: gettext_lazy("The order is in work again"),
    HistoryKind.RESTARTED: gettext_lazy("We are looking for a dealer again"),
    HistoryKind.OVERDUE: gettext_lazy("The order takes longer than it should: we are on it"),
    HistoryKind.COMMENT: gettext_lazy("Message"),
}


def next_words(order, *, has_dealers):
    """What happens next, in a sentence or two.

    ``has_dealers``: some dealer of the region could have the whole order when it was placed.
    """
    if order.status == Status.NEW and not has_dealers:
        return NOBODY
    return NEXT[Status(order.status)]


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
        return _("The order is cancelled")
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
