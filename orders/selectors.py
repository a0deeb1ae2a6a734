"""Reads of orders for the workspace, scoped by who looks."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import (
    ASin,
    Coalesce,
    Cos,
    Least,
    Lower,
    Power,
    Radians,
    Round,
    Sin,
    Sqrt,
)

from dealers.models import Outlet
from orders.models import (
    Attention,
    DealerQuote,
    HistoryEntry,
    Offer,
    OfferState,
    Order,
    OrderLine,
)
from orders.phones import open_phones
from orders.statuses import FINAL, IN_WORK, OPEN, Status
from suz.common.keyset import COUNT_LIMIT
from suz.common.search import digits_of, phone_beginnings

EARTH_DIAMETER_KM = 12_742
MAX_NUMBER = 2**63 - 1
SHORTEST_PHONE = 4
SUM = DecimalField(max_digits=14, decimal_places=2)


class Tab(StrEnum):
    """The tabs of the list."""

    AVAILABLE = "available"
    MINE = "mine"
    DONE = "done"
    ALL = "all"


@dataclass(frozen=True)
class Filters:
    """What narrows the list; empty means anything. Dates are days of the viewer's zone.

    ``sum_from`` and ``sum_to`` are rubles, of the sum that the list shows to the user.
    """

    statuses: tuple[str, ...] = ()
    text: str = ""
    region_id: int | None = None
    dealer_id: int | None = None
    created_from: object = None
    created_before: object = None
    overdue: bool = False
    attention: bool = False
    category_id: int | None = None
    source: str = ""
    sum_from: Decimal | None = None
    sum_to: Decimal | None = None


def orders_of_tab(user, tab, settings):
    """The orders of a tab.

    A dealer: those offered to it, those it works on, those it has closed, and all of these. The
    manufacturer: those in distribution, the open ones this person has done something about, the
    closed ones, and all.
    """
    orders = Order.objects.visible_to(user, only_own=settings.dealers_see_only_own)
    if tab == Tab.AVAILABLE:
        return orders.filter(status=Status.NEW)
    if tab == Tab.DONE:
        return orders.filter(status__in=FINAL)
    if tab == Tab.MINE:
        if user.is_dealer:
            return orders.filter(dealer_id=user.dealer_id, status__in=IN_WORK)
        return orders.filter(
            Exists(HistoryEntry.objects.filter(order_id=OuterRef("pk"), actor=user)),
            status__in=OPEN,
        )
    return orders


def narrowed(orders, filters, *, user, settings):
    """The orders that pass the filters. What the user may not see is not searched.

    Sums are compared by ``with_sums``, which knows what the list shows.
    """
    if filters.statuses:
        orders = orders.filter(status__in=filters.statuses)
    if filters.created_from:
        orders = orders.filter(created_at__gte=filters.created_from)
    if filters.created_before:
        orders = orders.filter(created_at__lt=filters.created_before)
    if filters.overdue:
        orders = orders.filter(status__in=OPEN, overdue_at__isnull=False)
    if filters.source:
        orders = orders.filter(source=filters.source)
    if filters.category_id:
        of_category = OrderLine.objects.filter(
            order_id=OuterRef("pk"), product__family__category_id=filters.category_id
        )
        orders = orders.filter(Exists(of_category))
    if user.is_manufacturer:
        if filters.region_id:
            orders = orders.filter(region_id=filters.region_id)
        if filters.dealer_id:
            orders = orders.filter(dealer_id=filters.dealer_id)
        if filters.attention:
            orders = orders.filter(_needs_attention())
    if filters.text:
        orders = _found(orders, filters.text, user, settings)
    return orders


def with_facts(orders: QuerySet, user):
    """Add what a row shows: the user's own sum, since when it is offered, how far it is.

    ``shown_total`` is the dealer's own quote while the order is only offered to it;
    ``distance`` is in kilometres from the dealer's nearest outlet to the middle of the place, never
    to the customer's address.
    """
    orders = orders.select_related("place", "region", "dealer", "manager")
    if user.is_manufacturer:
        return orders.annotate(shown_total=F("total"), needs_attention=_needs_attention())
    dealer_id = user.dealer_id
    quote = DealerQuote.objects.filter(order_id=OuterRef("pk"), dealer_id=dealer_id)
    offer = Offer.objects.filter(
        order_id=OuterRef("pk"), dealer_id=dealer_id, state=OfferState.OPEN
    )
    return orders.annotate(
        shown_total=Case(
            When(dealer_id=dealer_id, then=F("total")),
            default=Coalesce(Subquery(quote.values(left=_after_promo())[:1]), Value(Decimal(0))),
            output_field=SUM,
        ),
        offered_at=Subquery(offer.values("opened_at")[:1]),
        distance=_distance(dealer_id),
    )


def _after_promo():
    """What is left of a quote's total after its order's promo code, as orders.discounts counts."""
    of_code = "order__promo_code__"
    cut = Case(
        When(order__discount=0, then=Value(Decimal(0))),
        When(
            order__promo_code__percent__isnull=False,
            then=Round(
                F("goods_total") * F(f"{of_code}percent") / Value(Decimal(100)), precision=2
            ),
        ),
        default=Least(F(f"{of_code}amount"), F("goods_total")),
        output_field=SUM,
    )
    return F("total") - cut


def with_sums(orders, filters):
    """Of orders ``with_facts`` those whose shown sum lies within the filter's."""
    if filters.sum_from is not None:
        orders = orders.filter(shown_total__gte=filters.sum_from)
    if filters.sum_to is not None:
        orders = orders.filter(shown_total__lte=filters.sum_to)
    return orders


def status_counts(orders, statuses):
    """How many of the orders stand in each status, each counted to COUNT_LIMIT + 1: one query."""
    parts, values = [], []
    for status in statuses:
        limited = orders.filter(status=status).order_by().values("pk")[: COUNT_LIMIT + 1]
        try:
            sql, parameters = limited.query.sql_with_params()
        except EmptyResultSet:
            continue
        # The text is Django's own; every value goes as a parameter.
        parts.append(f"SELECT %s, count(*) FROM ({sql}) counted")  # noqa: S608
        values += [status, *parameters]
    counts = dict.fromkeys(statuses, 0)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            counts.update(cursor.fetchall())
    return counts


def own_quote(order, dealer_id):
    """The dealer's recorded prices for the order, or None."""
    return DealerQuote.objects.filter(order=order, dealer_id=dealer_id).first()


def lapsed_offer(user, order_id):
    """Whether the order was once offered to the user's dealer and is no more."""
    if not user.is_dealer or order_id > MAX_NUMBER:
        return False
    closed = Offer.objects.exclude(state=OfferState.OPEN)
    return closed.filter(order_id=order_id, dealer_id=user.dealer_id).exists()


def _needs_attention():
    return Exists(Attention.objects.filter(order_id=OuterRef("pk"), resolved_at__isnull=True))


def _found(orders, text, user, settings):
    """Orders by number, by the beginning of the name, or by the beginning of the phone."""
    condition = Q(pk__in=[])
    digits = digits_of(text)
    if digits is not None:
        if int(digits) <= MAX_NUMBER:
            condition |= Q(pk=int(digits))
        if len(digits) >= SHORTEST_PHONE:
            opened = open_phones(user, settings)
            for beginning in phone_beginnings(digits):
                condition |= Q(phone__startswith=beginning) & opened
    else:
        named = Q(name_lower__startswith=text.lower())
        condition |= named if user.is_manufacturer else named & Q(dealer_id=user.dealer_id)
        orders = orders.alias(name_lower=Lower("customer_name"))
    return orders.filter(condition)


def _distance(dealer_id):
    """Kilometres by the haversine formula."""

    def half_sine_squared(degrees):
        return Power(Sin(Radians(degrees) / 2.0), 2)

    latitude, longitude = OuterRef("place__latitude"), OuterRef("place__longitude")
    chord = half_sine_squared(F("latitude") - latitude) + Cos(Radians(latitude)) * Cos(
        Radians(F("latitude"))
    ) * half_sine_squared(F("longitude") - longitude)
    return Subquery(
        Outlet.objects.filter(dealer_id=dealer_id)
        .annotate(
            km=Value(float(EARTH_DIAMETER_KM)) * ASin(Sqrt(Least(chord, Value(1.0)))),
        )
        .order_by("km")
        .values("km")[:1],
        output_field=FloatField(),
    )
