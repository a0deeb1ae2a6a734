"""Everything that an order's card shows, as far as one user may see it."""

from dataclasses import dataclass
from decimal import Decimal

from dealers.models import PointsEntry
from orders.actions import Actions, actions_for
from orders.details import fields_for
from orders.models import Conversation, OrderLine
from orders.phones import masked_phone, may_see_phone
from orders.scope import CustomerView, details_for, waiting_of
from orders.selectors import own_quote
from orders.statuses import Status
from orders.timeline_pages import Timeline, asked_timeline
from suz.common.masking import without_phones


@dataclass(frozen=True)
class CardLine:
    """A line with the price that this user's dealer (or the order) has; rubles."""

    line: OrderLine
    price: Decimal | None
    total: Decimal | None


@dataclass(frozen=True)
class Sums:
    """Rubles. ``low`` is set while only a range is promised; a service's price may be unknown.

    ``discount`` is the promo code's, already taken off ``low`` and ``total``.
    """

    goods: Decimal | None
    delivery: Decimal | None
    installation: Decimal | None
    total: Decimal | None
    low: Decimal | None = None
    discount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Card:
    """``is_offered``: the user's dealer may accept the order and sees no customer.

    ``phone`` is readable or masked; ``can_show_phone``: a person of the manufacturer may uncover
    it, which the history keeps. ``may_edit``: the user may correct some of the
    details, ``may_edit_place``: where the goods go. ``waiting`` is set while the customer waits for
    a word or a deed, ``asked`` what it has asked for.
    """

    customer: CustomerView
    phone: str
    can_show_phone: bool
    comment: str
    lines: list[CardLine]
    sums: Sums
    actions: Actions
    timeline: Timeline
    may_edit: bool
    may_edit_place: bool
    points: int | None
    is_offered: bool
    attention: list
    waiting: Conversation | None
    asked: str


def card_of(order, user, settings, asked):
    """The card of an order for a user who may open it.

    ``asked`` is the query of the address, which may ask for a part of the time line.
    """
    customer = details_for(user, order, settings)
    is_offered = user.is_dealer and order.status == Status.NEW
    quote = own_quote(order, user.dealer_id if is_offered else order.dealer_id)
    masks = hides_phones(user, order, settings)
    fields = fields_for(user, order)
    waiting = waiting_of(order, user)
    asked_words = waiting.asked.text if waiting and waiting.asked else ""
    comment = order.comment if customer.is_open else ""
    return Card(
        customer=customer,
        phone=masked_phone(order) if user.is_manufacturer else customer.phone,
        can_show_phone=user.is_manufacturer and bool(order.phone),
        comment=without_phones(comment) if masks else comment,
        lines=_lines(order, quote if is_offered else None, is_offered),
        sums=_sums(order, quote, is_offered),
        actions=actions_for(user, order, settings),
        timeline=asked_timeline(order, user, asked, hides_phones=masks),
        may_edit=bool(fields),
        may_edit_place="address" in fields,
        points=_points(order, user),
        is_offered=is_offered,
        attention=_attention(order, user),
        waiting=waiting,
        asked=without_phones(asked_words) if masks else asked_words,
    )


def hides_phones(user, order, settings):
    """Whether phones that stand in what people wrote are masked for the user."""
    return user.is_dealer and not may_see_phone(user, order, settings)


def _lines(order, quote, is_offered):
    lines = list(order.lines.all())
    if not is_offered:
        return [CardLine(line, line.price, line.total) for line in lines]
    prices = quote.prices if quote else [None] * len(lines)
    return [
        CardLine(line, price, None if price is None else price * line.quantity)
        for line, price in zip(lines, prices, strict=True)
    ]


def _sums(order, quote, is_offered):
    delivery = quote.delivery_price if quote else None
    installation = quote.installation_price if quote else None
    if is_offered:
        discount = order.promo_code.cut.of(quote.goods_total) if quote and order.discount else 0
        return Sums(
            goods=quote.goods_total if quote else None,
            delivery=delivery,
            installation=installation,
            total=quote.total - discount if quote else None,
            discount=discount,
        )
    promised = order.dealer_id is None and order.is_open
    low, high = order.promised_range if promised else (None, order.total)
    return Sums(
        goods=order.goods_total,
        delivery=delivery,
        installation=installation,
        total=high,
        low=low,
        discount=order.discount,
    )


def _points(order, user):
    """Points given and taken for the order; a dealer sees its own; None where there are none."""
    entries = PointsEntry.objects.filter(order_id=order.pk)
    if user.is_dealer:
        entries = entries.filter(dealer_id=user.dealer_id)
    amounts = list(entries.values_list("amount", flat=True))
    return sum(amounts) if amounts else None


def _attention(order, user):
    if not user.is_manufacturer:
        return []
    return list(order.attention.filter(resolved_at__isnull=True).order_by("raised_at"))
