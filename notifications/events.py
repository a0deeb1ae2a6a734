"""What people are told of, whom, and what each message shows: events as data.

Every app declares its own in a module ``events``. Sentences stand in
templates/notifications/<event>/<audience>.*; here is what they have in common.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from notifications.models import Audience, Channel, Mode


class UnknownEvent(LookupError):
    """There is no such event, or it has nothing to say to this audience."""


class Priority(StrEnum):
    """How soon it must be read: urgent news know no quiet hours, low ones may go into a digest."""

    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


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
    RATING = "rating"
    CATEGORY = "category"
    ANSWER_BY = "answer_by"


@dataclass(frozen=True)
class Notice:
    """What one audience is shown of an event besides its sentences, and how it is told.

    ``channels`` differ from DEFAULT_MODES where given; ``locked`` ones cannot be switched off by
    anybody. ``rings`` lets pages that are open make themselves heard.
    """

    facts: tuple[Fact, ...]
    lists_goods: bool = False
    lists_changes: bool = False
    priority: Priority = Priority.NORMAL
    channels: dict[Channel, Mode] = field(default_factory=dict)
    locked: frozenset[Channel] = frozenset()
    rings: bool = False


@dataclass(frozen=True)
class Event:
    """One kind of news. ``icon`` is a name of static/icons.txt, ``colour`` one of Tabler's.

    ``variables`` are what texts of one's own may use. What ``is_fixed`` is no matter of choice and
    stands on no page of settings. ``link_words`` is what a mail's button says where it does not
    open an order.
    """

    code: str
    name: str
    icon: str
    colour: str
    notices: dict[Audience, Notice]
    variables: tuple[str, ...] = ()
    is_fixed: bool = False
    link_words: str = ""

    @property
    def audiences(self):
        return tuple(self.notices)


@dataclass(frozen=True)
class Variable:
    """A word of the message that texts may use: what it means and what it looks like."""

    label: str
    example: str


INVITATION = "invitation"
FIND_CODE = "find_code"
DIGEST = "digest"
# What the codes of all events about complaints begin with.
COMPLAINT = "complaint"
RELATED_HIDDEN, RELATED_SHOWN = "related_hidden", "related_shown"
# Whoever reads these mails could enter as another person: they are for administrators only.
SECRET_EVENTS = frozenset({INVITATION, FIND_CODE})

_BY_CHOICE = {Channel.EMAIL: Mode.OPTIONAL, Channel.SMS: Mode.ON_REQUEST}
DEFAULT_MODES = {
    Audience.CUSTOMER: _BY_CHOICE,
    Audience.DEALER: {Channel.SITE: Mode.OPTIONAL, **_BY_CHOICE},
    Audience.MANUFACTURER: {Channel.SITE: Mode.OPTIONAL, **_BY_CHOICE},
}

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
        "words",
        "files",
        "asks",
        "code",
        "rating",
        "complaint",
        "category",
        "said",
    }
)
# A dealer learns who the customer is on the order's page, by the rules of that page.
HIDDEN_FROM = {Audience.DEALER: frozenset({"customer"})}

VARIABLES = {
    "order": Variable(_("number of the order"), "1416"),
    "town": Variable(_("town"), "Казань"),
    "place": Variable(_("town and region"), "Казань, Республика Татарстан"),
    "amount": Variable(_("sum or range of sums"), "39\u202f844\u00a0₽"),
    "amount_before": Variable(_("sum before the change"), "38\u202f120\u00a0₽"),
    "outcome": Variable(_("what becomes of the order"), "Заказ остаётся у дилера ООО «Панель»."),
    "changed": Variable(_("what is changed"), "адрес, срок"),
    "product": Variable(_("product"), "Плинтус «Орех»"),
    "dealer": Variable(_("dealer"), "ООО «Панель»"),
    "manager": Variable(_("the dealer's manager"), "Иван Петров"),
    "customer": Variable(_("the customer's name"), "Роман Ильин"),
    "reason": Variable(_("reason"), "Нет товара на складе"),
    "words": Variable(_("beginning of the message"), "Когда привезут панели?"),
    "rating": Variable(_("the customer's rating"), "5 из 5"),
    "complaint": Variable(_("number of the complaint"), "27"),
    "category": Variable(_("what the complaint is about"), "Нарушены сроки"),
    "said": Variable(_("what was written"), "Доставку ждём вторую неделю."),
    "term": Variable(_("term"), "8 июня 2026"),
    "link": Variable(_("link to the page"), "https://…"),
}

EVENTS = {}


def declare(*events):
    """Add events to the catalogue; called by the modules ``events`` of the apps."""
    for event in events:
        EVENTS[event.code] = event


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


def modes_of(code, audience):
    """What the catalogue says of each channel that can carry the event to the audience."""
    return DEFAULT_MODES[Audience(audience)] | notice_for(code, audience).channels


def variables_of(code, audience):
    """Names of the variables that a text for the audience may use."""
    hidden = HIDDEN_FROM.get(Audience(audience), frozenset())
    return tuple(name for name in EVENTS[code].variables if name not in hidden)


declare(
    Event(
        DIGEST,
        _("digest of news"),
        "list-details",
        "blue",
        {Audience.DEALER: Notice(()), Audience.MANUFACTURER: Notice(())},
        is_fixed=True,
    )
)
