"""What people are told of, whom, and what each message shows: events as data.

Sentences stand in templates/notifications/<event>/<audience>.*; here is what they have in common.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from notifications.models import Audience, Channel


class UnknownEvent(LookupError):
    """There is no such event, or it has nothing to say to this audience."""


class Fact(StrEnum):
    """A line of a mail: a label and a value taken from the message's context."""

    PLACE = "place"
    AMOUNT = "amount"
    AMOUNT_BEFORE = "amount_before"
    DEALER = "dealer"
    MANAGER = "manager"
    CUSTOMER = "customer"
    REASON = "reason"
    TERM = "term"


@dataclass(frozen=True)
class Notice:
    """What one audience is shown of an event besides its sentences."""

    facts: tuple[Fact, ...]
    lists_goods: bool = False
    lists_changes: bool = False


@dataclass(frozen=True)
class Event:
    """One kind of news. ``icon`` is a name of static/icons.txt, ``colour`` one of Tabler's."""

    code: str
    name: str
    icon: str
    colour: str
    notices: dict[Audience, Notice]

    @property
    def audiences(self):
        return tuple(self.notices)


INVITATION = "invitation"
ON_SITE = _("on site")
RELATED_HIDDEN, RELATED_SHOWN = "related_hidden", "related_shown"
# Whoever reads these mails could enter as another person: they are for administrators only.
SECRET_EVENTS = frozenset({INVITATION})

# Keys that a message may carry; anything else, a phone above all, is not kept.
CONTEXT_KEYS = frozenset(
    {
        "order",
        "place",
        "region",
        "sum_low",
        "sum_high",
        "total",
        "lines",
        "line_count",
        "dealer",
        "manager",
        "reason",
        "party",
        "customer",
        "link",
        "attention",
        "due_on",
        "choice",
        "changes",
        "change_count",
        "sum_before",
        "product",
        "promo_code",
        "discount",
        "changed",
    }
)
# A dealer learns who the customer is on the order's page, by the rules of that page.
HIDDEN_FROM = {Audience.DEALER: frozenset({"customer"})}

_MANUFACTURER_FACTS = (Fact.PLACE, Fact.CUSTOMER, Fact.DEALER, Fact.AMOUNT)

EVENTS = {
    event.code: event
    for event in (
        Event(
            "order_placed",
            _("order placed"),
            "shopping-cart",
            "blue",
            {Audience.CUSTOMER: Notice((Fact.AMOUNT,), lists_goods=True)},
        ),
        Event(
            "order_offered",
            _("new order offered"),
            "package",
            "blue",
            {Audience.DEALER: Notice((Fact.PLACE, Fact.AMOUNT), lists_goods=True)},
        ),
        Event(
            "order_accepted",
            _("order accepted"),
            "check",
            "azure",
            {
                Audience.CUSTOMER: Notice((Fact.DEALER, Fact.MANAGER, Fact.AMOUNT)),
                Audience.MANUFACTURER: Notice((*_MANUFACTURER_FACTS, Fact.MANAGER)),
            },
        ),
        Event(
            "order_assigned",
            _("order assigned by hand"),
            "user-check",
            "azure",
            {Audience.DEALER: Notice((Fact.PLACE, Fact.AMOUNT))},
        ),
        Event(
            "order_given_up",
            _("order given up"),
            "hand-stop",
            "orange",
            {
                Audience.CUSTOMER: Notice(()),
                Audience.MANUFACTURER: Notice((*_MANUFACTURER_FACTS, Fact.REASON)),
            },
        ),
        Event(
            "order_cancelled",
            _("order cancelled"),
            "x",
            "secondary",
            {
                Audience.CUSTOMER: Notice((Fact.REASON,)),
                Audience.DEALER: Notice((Fact.PLACE, Fact.AMOUNT, Fact.REASON)),
                Audience.MANUFACTURER: Notice((*_MANUFACTURER_FACTS, Fact.REASON)),
            },
        ),
        Event(
            "order_completed",
            _("order completed"),
            "circle-check",
            "green",
            {
                Audience.CUSTOMER: Notice((Fact.DEALER, Fact.AMOUNT)),
                Audience.DEALER: Notice((Fact.PLACE, Fact.AMOUNT)),
                Audience.MANUFACTURER: Notice(_MANUFACTURER_FACTS),
            },
        ),
        Event(
            "order_changed",
            _("contents of the order changed"),
            "edit",
            "orange",
            {
                Audience.CUSTOMER: Notice(
                    (Fact.AMOUNT_BEFORE, Fact.AMOUNT, Fact.DEALER), lists_changes=True
                ),
                Audience.DEALER: Notice(
                    (Fact.PLACE, Fact.AMOUNT_BEFORE, Fact.AMOUNT), lists_changes=True
                ),
                Audience.MANUFACTURER: Notice(
                    (Fact.PLACE, Fact.CUSTOMER, Fact.DEALER, Fact.AMOUNT_BEFORE, Fact.AMOUNT),
                    lists_changes=True,
                ),
            },
        ),
        Event(
            "order_details",
            _("details of the order changed"),
            "edit",
            "azure",
            {
                Audience.CUSTOMER: Notice((Fact.TERM, Fact.DEALER, Fact.MANAGER)),
                Audience.DEALER: Notice((Fact.PLACE, Fact.TERM, Fact.MANAGER)),
            },
        ),
        Event(
            "order_overdue",
            _("order overdue"),
            "calendar-due",
            "red",
            {
                Audience.DEALER: Notice((Fact.PLACE, Fact.AMOUNT, Fact.TERM)),
                Audience.MANUFACTURER: Notice((*_MANUFACTURER_FACTS, Fact.TERM)),
            },
        ),
        Event(
            "order_unclaimed",
            _("order needs attention"),
            "alert-triangle",
            "red",
            {Audience.MANUFACTURER: Notice((Fact.PLACE, Fact.CUSTOMER, Fact.AMOUNT))},
        ),
        Event(
            "call_back",
            _("customer asks to be called back"),
            "phone-call",
            "orange",
            {Audience.DEALER: Notice((Fact.PLACE, Fact.AMOUNT))},
        ),
        Event(
            INVITATION,
            _("invitation to work here"),
            "user-check",
            "blue",
            {Audience.DEALER: Notice(()), Audience.MANUFACTURER: Notice(())},
        ),
        Event(
            RELATED_HIDDEN,
            _("own product hidden from the shop"),
            "ban",
            "red",
            {Audience.DEALER: Notice((Fact.REASON,))},
        ),
        Event(
            RELATED_SHOWN,
            _("own product shown in the shop again"),
            "circle-check",
            "green",
            {Audience.DEALER: Notice(())},
        ),
    )
}


# Mailed alone to people who have no page of their own here yet; so are all mails to customers.
MAILED_ONLY = frozenset({INVITATION})


def channels_of(code, audience):
    """How the audience is told of the event: names of channels, on site first."""
    is_on_site = audience != Audience.CUSTOMER and code not in MAILED_ONLY
    return ((ON_SITE,) if is_on_site else ()) + (Channel.EMAIL.label,)


def notice_for(code, audience):
    """What the audience is shown of the event. Raises UnknownEvent."""
    try:
        return EVENTS[code].notices[Audience(audience)]
    except (KeyError, ValueError):
        raise UnknownEvent(f"{code} for {audience}") from None


def kept_context(audience, context):
    """The part of a context that a message to the audience may carry."""
    allowed = CONTEXT_KEYS - HIDDEN_FROM.get(Audience(audience), frozenset())
    return {key: value for key, value in context.items() if key in allowed}
