"""What people are told about orders."""

from django.utils.translation import gettext_lazy as _

from notifications.events import FIND_CODE, Event, Fact, Notice, Priority, declare
from notifications.models import Audience, Channel, Mode

_MANUFACTURER_FACTS = (Fact.PLACE, Fact.CUSTOMER, Fact.DEALER, Fact.AMOUNT)
_WORDS = ("order", "town", "place", "amount", "link")
_COMPLAINT_WORDS = ("complaint", "order", "town", "place", "category", "said", "term", "link")
_ON_SITE_ALWAYS = {Channel.SITE: Mode.MANDATORY}
_LOW, _URGENT = Priority.LOW, Priority.URGENT

declare(
    Event(
        "order_placed",
        _("order placed"),
        "shopping-cart",
        "blue",
        {Audience.CUSTOMER: Notice((Fact.AMOUNT,), lists_goods=True)},
        variables=_WORDS,
    ),
    Event(
        "order_offered",
        _("new order offered"),
        "package",
        "blue",
        {
            Audience.DEALER: Notice(
                (Fact.PLACE, Fact.AMOUNT),
                lists_goods=True,
                priority=_URGENT,
                channels=_ON_SITE_ALWAYS,
                rings=True,
            )
        },
        variables=_WORDS,
    ),
    Event(
        "order_accepted",
        _("order accepted"),
        "check",
        "azure",
        {
            Audience.CUSTOMER: Notice((Fact.DEALER, Fact.MANAGER, Fact.AMOUNT)),
            Audience.MANUFACTURER: Notice((*_MANUFACTURER_FACTS, Fact.MANAGER), priority=_LOW),
        },
        variables=(*_WORDS, "dealer", "manager", "customer"),
    ),
    Event(
        "order_assigned",
        _("order assigned by hand"),
        "user-check",
        "azure",
        {
            Audience.DEALER: Notice(
                (Fact.PLACE, Fact.AMOUNT),
                priority=_URGENT,
                channels=_ON_SITE_ALWAYS,
                rings=True,
            )
        },
        variables=_WORDS,
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
        variables=(*_WORDS, "dealer", "customer", "reason"),
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
        variables=(*_WORDS, "dealer", "customer", "reason"),
    ),
    Event(
        "order_completed",
        _("order completed"),
        "circle-check",
        "green",
        {
            Audience.CUSTOMER: Notice((Fact.DEALER, Fact.AMOUNT)),
            Audience.DEALER: Notice((Fact.PLACE, Fact.AMOUNT), priority=_LOW),
            Audience.MANUFACTURER: Notice(_MANUFACTURER_FACTS, priority=_LOW),
        },
        variables=(*_WORDS, "dealer", "customer"),
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
        variables=(*_WORDS, "amount_before", "outcome", "dealer", "customer"),
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
        variables=(*_WORDS, "changed", "term", "dealer", "manager", "customer"),
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
        variables=(*_WORDS, "dealer", "customer", "term"),
    ),
    Event(
        "order_unclaimed",
        _("order needs attention"),
        "alert-triangle",
        "red",
        {
            # Nobody else will see to it: the manufacturer's staff cannot stop being told on site.
            Audience.MANUFACTURER: Notice(
                (Fact.PLACE, Fact.CUSTOMER, Fact.AMOUNT),
                priority=_URGENT,
                channels=_ON_SITE_ALWAYS,
                locked=frozenset({Channel.SITE}),
                rings=True,
            )
        },
        variables=(*_WORDS, "customer"),
    ),
    Event(
        "call_back",
        _("customer asks to be called back"),
        "phone-call",
        "orange",
        # Somebody waits for it: it is heard at once and knows no quiet hours.
        {
            Audience.DEALER: Notice(
                (Fact.PLACE, Fact.AMOUNT),
                priority=_URGENT,
                channels=_ON_SITE_ALWAYS,
                rings=True,
            )
        },
        variables=_WORDS,
    ),
    Event(
        "message_from_customer",
        _("message from the customer"),
        "message",
        "azure",
        {
            Audience.DEALER: Notice((Fact.PLACE,), channels=_ON_SITE_ALWAYS, rings=True),
            Audience.MANUFACTURER: Notice((Fact.PLACE, Fact.CUSTOMER, Fact.DEALER)),
        },
        variables=("order", "town", "place", "link", "words", "dealer", "customer"),
    ),
    Event(
        "message_from_dealer",
        _("message from the dealer"),
        "message",
        "azure",
        {Audience.CUSTOMER: Notice((Fact.DEALER, Fact.MANAGER))},
        variables=("order", "link", "words", "dealer", "manager"),
    ),
    Event(
        "message_from_manufacturer",
        _("message from the manufacturer"),
        "message",
        "azure",
        {
            Audience.CUSTOMER: Notice(()),
            Audience.DEALER: Notice((Fact.PLACE,)),
        },
        variables=("order", "link", "words", "dealer"),
    ),
    Event(
        "message_unanswered",
        _("the customer waits too long for an answer"),
        "messages",
        "red",
        {
            Audience.MANUFACTURER: Notice(
                (Fact.PLACE, Fact.CUSTOMER, Fact.DEALER),
                priority=_URGENT,
                channels=_ON_SITE_ALWAYS,
            )
        },
        variables=("order", "place", "link", "dealer", "customer"),
    ),
    Event(
        "link_renewed",
        _("new personal link"),
        "rotate",
        "blue",
        {Audience.CUSTOMER: Notice(())},
        variables=("order", "link"),
    ),
    Event(
        FIND_CODE,
        _("code that finds an order"),
        "search",
        "blue",
        {
            Audience.CUSTOMER: Notice(
                (),
                priority=_URGENT,
                channels={Channel.EMAIL: Mode.MANDATORY, Channel.SMS: Mode.MANDATORY},
            )
        },
        variables=("order",),
        is_fixed=True,
    ),
    Event(
        "complaint",
        _("new complaint"),
        "message-report",
        "red",
        {
            Audience.CUSTOMER: Notice((Fact.CATEGORY,)),
            Audience.DEALER: Notice((Fact.CATEGORY, Fact.PLACE), priority=_URGENT),
            # A customer who complains must be heard: nobody of the manufacturer misses it on site.
            Audience.MANUFACTURER: Notice(
                (Fact.CATEGORY, Fact.PLACE, Fact.CUSTOMER, Fact.DEALER, Fact.ANSWER_BY),
                priority=_URGENT,
                channels=_ON_SITE_ALWAYS,
                locked=frozenset({Channel.SITE}),
                rings=True,
            ),
        },
        variables=(*_COMPLAINT_WORDS, "dealer", "customer"),
    ),
    Event(
        "complaint_asked",
        _("a statement on a complaint is wanted"),
        "message-report",
        "orange",
        {
            Audience.DEALER: Notice(
                (Fact.CATEGORY, Fact.PLACE, Fact.ANSWER_BY),
                priority=_URGENT,
                channels=_ON_SITE_ALWAYS,
                rings=True,
            )
        },
        variables=_COMPLAINT_WORDS,
    ),
    Event(
        "complaint_news",
        _("news of a complaint"),
        "message-report",
        "azure",
        {Audience.MANUFACTURER: Notice((Fact.CATEGORY, Fact.PLACE, Fact.DEALER, Fact.ANSWER_BY))},
        variables=(*_COMPLAINT_WORDS, "dealer", "customer"),
    ),
    Event(
        "complaint_answered",
        _("complaint answered"),
        "message-report",
        "green",
        {Audience.CUSTOMER: Notice((Fact.CATEGORY,))},
        variables=_COMPLAINT_WORDS,
    ),
    Event(
        "complaint_closed",
        _("outcome of a complaint"),
        "message-report",
        "secondary",
        {Audience.DEALER: Notice((Fact.CATEGORY, Fact.PLACE))},
        variables=_COMPLAINT_WORDS,
    ),
    Event(
        "complaint_overdue",
        _("complaint overdue"),
        "calendar-due",
        "red",
        {
            Audience.MANUFACTURER: Notice(
                (Fact.CATEGORY, Fact.PLACE, Fact.CUSTOMER, Fact.DEALER, Fact.ANSWER_BY),
                priority=_URGENT,
            )
        },
        variables=(*_COMPLAINT_WORDS, "dealer", "customer"),
    ),
)
