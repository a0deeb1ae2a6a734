"""Reads of orders for the workspace, scoped by who looks."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    FloatField,
    Max,
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
    Conversation,
    DealerQuote,
    HistoryEntry,
    Offer,
    OfferState,
    Order,
    OrderLine,
)
from orders.phones import open_phones
from orders.statuses import FINAL, IN_WORK, OPEN, Status
from suz.common.search import digits_of, number_ranges, phone_beginnings

EARTH_DIAMETER_KM = 12_742
MAX_NUMBER = 2**63 - 1
SHORTEST_PHONE = 4
SUM = DecimalField(max_digits=14, decimal_places=2)
NOTHING = Q(pk__in=[])
NAME_LOWER = {"name_lower": Lower("customer_name")}


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
    waiting: bool = False
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
    return orders.filter(_belongs_to_tab(user, tab))


def narrowed(orders, filters, *, user, settings):
    """The orders that pass the filters. What the user may not see is not searched.

    Sums are compared by ``with_sums``, which knows what the list shows.
    """
    orders = orders.filter(_passes(filters, user))
    if filters.text:
        orders = orders.alias(**NAME_LOWER)
        orders = orders.filter(reduce(or_, _ways_found(filters.text, user, settings), NOTHING))
    return orders


def tab_parts(user, tab, settings):
    """The orders of a tab as querysets that an index can walk; they may overlap."""
    parts = Order.objects.visible_parts(user, only_own=settings.dealers_see_only_own)
    return [part.filter(_belongs_to_tab(user, tab)) for part in parts]


def branches(user, tab, filters, settings):
    """The orders that pass the filters, in such parts.

    Each knows ``shown_total``, to be sorted by; see ``suz.common.keyset``.
    """
    found = []
    parts = tab_parts(user, tab, settings)
    # A dealer's own orders have their sum, those offered to it the sum of its quote.
    for part, total in zip(parts, (F("total"), _quoted_total(user.dealer_id)), strict=False):
        part = part.alias(shown_total=total, **(NAME_LOWER if filters.text else {}))
        part = with_sums(part.filter(_passes(filters, user)), filters)
        ways = _ways_found(filters.text, user, settings) if filters.text else [Q()]
        found += [part.filter(way) for way in ways]
    return found


def _belongs_to_tab(user, tab):
    if tab == Tab.AVAILABLE:
        return Q(status=Status.NEW)
    if tab == Tab.DONE:
        return Q(status__in=FINAL)
    if tab == Tab.MINE:
        if user.is_dealer:
            return Q(dealer_id=user.dealer_id, status__in=IN_WORK)
        touched = HistoryEntry.objects.filter(order_id=OuterRef("pk"), actor=user)
        return Q(Exists(touched), status__in=OPEN)
    return Q()


def _passes(filters, user):
    passes = Q()
    if filters.statuses:
        passes &= Q(status__in=filters.statuses)
    if filters.created_from:
        passes &= Q(created_at__gte=filters.created_from)
    if filters.created_before:
        passes &= Q(created_at__lt=filters.created_before)
    if filters.overdue:
        passes &= Q(status__in=OPEN, overdue_at__isnull=False)
    if filters.waiting:
        passes &= _waits_for(user)
    if filters.source:
        passes &= Q(source=filters.source)
    if filters.category_id:
        lines = OrderLine.objects.filter(order_id=OuterRef("pk"), category_id=filters.category_id)
        passes &= Q(Exists(lines))
    if user.is_manufacturer:
        if filters.region_id:
            passes &= Q(region_id=filters.region_id)
        if filters.dealer_id:
            passes &= Q(dealer_id=filters.dealer_id)
        if filters.attention:
            passes &= Q(_needs_attention())
    return passes


def with_facts(orders: QuerySet, user):
    """Add what a row shows: the user's own sum, since when it is offered, how far it is.

    ``shown_total`` is the dealer's own quote while the order is only offered to it;
    ``distance`` is in kilometres from the dealer's nearest outlet to the middle of the place, never
    to the customer's address.
    """
    orders = orders.select_related("place", "region", "dealer", "manager", "conversation")
    if user.is_manufacturer:
        return orders.annotate(shown_total=F("total"), needs_attention=_needs_attention())
    dealer_id = user.dealer_id
    offer = Offer.objects.filter(
        order_id=OuterRef("pk"), dealer_id=dealer_id, state=OfferState.OPEN
    )
    return orders.annotate(
        shown_total=Case(
            When(dealer_id=dealer_id, then=F("total")),
            default=_quoted_total(dealer_id),
            output_field=SUM,
        ),
        offered_at=Subquery(offer.values("opened_at")[:1]),
        distance=_distance(dealer_id),
    )


def _quoted_total(dealer_id):
    quote = DealerQuote.objects.filter(order_id=OuterRef("pk"), dealer_id=dealer_id)
    return Coalesce(
        Subquery(quote.values(left=_after_promo())[:1]), Value(Decimal(0)), output_field=SUM
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


def _waits_for(user):
    """Orders whose customer waits for a word or a deed of this user's side."""
    waiting = Conversation.objects.filter(
        Q(unanswered_since__isnull=False) | ~Q(asks=""), order_id=OuterRef("pk")
    )
    if user.is_manufacturer:
        return Q(Exists(waiting))
    own = waiting.filter(Q(dealer__isnull=True) | Q(dealer_id=user.dealer_id))
    return Q(Exists(own), dealer_id=user.dealer_id)


def _ways_found(text, user, settings):
    """Conditions: a number, a name or a phone that begins so."""
    digits = digits_of(text)
    if digits is None:
        named = Q(name_lower__startswith=text.lower())
        if user.is_manufacturer:
            return [named]
        named &= Q(dealer_id=user.dealer_id)
        # A number written into the name is as hidden as the phone itself, digit by digit.
        has_digits = any(sign.isdigit() for sign in text)
        return [named & open_phones(user, settings) if has_digits else named]
    newest = Order.objects.aggregate(newest=Max("pk"))["newest"] or 0
    ways = [Q(pk__range=pair) for pair in number_ranges(digits, newest=newest)]
    if len(digits) >= SHORTEST_PHONE:
        opened = open_phones(user, settings)
        ways += [Q(phone__startswith=start) & opened for start in phone_beginnings(digits)]
    return ways


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
