"""Everything that a customer's card shows to the manufacturer."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Avg, Count, Max, Min, Q, Sum
from django.utils.translation import gettext as _

from notifications.models import RecipientChoice
from orders.messages import subject_key
from orders.models import Consent, CustomerMerge, CustomerNote, Order, OrderLine, OrderSource
from orders.statuses import OPEN, Status
from suz.common.text import hidden_phone

ORDERS_ON_PAGE = 10
MOST_CONSENTS = 60
MOST_NOTES = 100
TOP = 5


@dataclass(frozen=True)
class Totals:
    """Numbers of orders that are not deleted; sums in rubles, of completed ones."""

    orders: int
    open: int
    completed: int
    cancelled: int
    bought: Decimal
    average: Decimal | None
    first_at: datetime | None
    last_at: datetime | None
    by_phone: int
    with_delivery: int
    with_installation: int


@dataclass(frozen=True)
class Preferences:
    """What the customer orders and where, (name, orders) with the most frequent first.

    ``channels`` are words for how they asked to hear of the last order.
    """

    categories: list[tuple[str, int]]
    places: list[tuple[str, int]]
    channels: str


def totals_of(customer):
    """One query."""
    completed = Q(status=Status.COMPLETED)
    found = (
        Order.objects.alive()
        .filter(customer=customer)
        .aggregate(
            orders=Count("pk"),
            open=Count("pk", filter=Q(status__in=OPEN)),
            completed=Count("pk", filter=completed),
            cancelled=Count("pk", filter=Q(status=Status.CANCELLED)),
            bought=Sum("total", filter=completed, default=Decimal(0)),
            average=Avg("total", filter=completed),
            first_at=Min("created_at"),
            last_at=Max("created_at"),
            by_phone=Count("pk", filter=Q(source=OrderSource.PHONE)),
            with_delivery=Count("pk", filter=Q(wants_delivery=True)),
            with_installation=Count("pk", filter=Q(wants_installation=True)),
        )
    )
    if found["average"] is not None:
        found["average"] = found["average"].quantize(Decimal(1))
    return Totals(**found)


def preferences_of(customer, last_order):
    """Three queries."""
    orders = Order.objects.alive().filter(customer=customer)
    categories = (
        OrderLine.objects.filter(order__in=orders)
        .values_list("category_name")
        .annotate(number=Count("order", distinct=True))
        .order_by("-number", "category_name")
    )
    places = (
        orders.values_list("place__name")
        .annotate(number=Count("pk"))
        .order_by("-number", "place__name")
    )
    return Preferences(
        categories=list(categories[:TOP]), places=list(places[:TOP]), channels=_channels(last_order)
    )


def _channels(order):
    """How the customer wants to hear of the order; what was not said is by mail."""
    if order is None:
        return ""
    choice = RecipientChoice.objects.filter(key=subject_key(order)).first()
    by_email = choice.by_email if choice else True
    by_sms = choice.by_sms if choice else False
    if by_email and by_sms:
        return _("e-mail and SMS")
    if by_sms:
        return _("SMS")
    return _("e-mail") if by_email else _("asked not to be written to")


@dataclass(frozen=True)
class Contact:
    """A name with a masked phone and an e-mail: the card's own, and those merged into it."""

    number: int
    name: str
    phone: str
    email: str


def contacts_of(customer):
    """The customer and everybody merged into it; one query."""
    return [
        Contact(
            number=one.pk,
            name=one.name,
            phone=hidden_phone(one.phone) if one.phone else "",
            email=one.email,
        )
        for one in [customer, *customer.merged.order_by("pk")]
    ]


def consents_of(customer):
    """The newest consents, and whether there are more."""
    found = Consent.objects.filter(customer=customer).order_by("-given_at", "-pk")
    rows = list(found[: MOST_CONSENTS + 1])
    return rows[:MOST_CONSENTS], len(rows) > MOST_CONSENTS


def consent_summary(consents):
    """For each kind of consent the newest one of these, or None."""
    newest = {}
    for one in consents:
        newest.setdefault(one.kind, one)
    return [(kind, newest.get(kind.value)) for kind in Consent.Kind]


def notes_of(customer):
    """Notes that are not deleted, the newest first."""
    notes = CustomerNote.objects.filter(customer=customer, deleted_at__isnull=True)
    return list(notes.select_related("author").order_by("-pk")[:MOST_NOTES])


def merges_of(customer):
    """Mergings into the customer that stand."""
    merges = CustomerMerge.objects.filter(kept=customer, undone_at__isnull=True)
    return list(merges.select_related("merged", "by").order_by("-pk"))


def orders_of(customer):
    """The customer's orders as the card lists them."""
    orders = Order.objects.alive().filter(customer=customer)
    return orders.select_related("place__parent", "region", "dealer")
