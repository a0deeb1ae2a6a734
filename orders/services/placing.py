"""Placing an order."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Service
from dealers.models import Place, SystemSettings
from orders import messages
from orders.consents import current_version, version_text
from orders.models import (
    Cart,
    CartLine,
    Consent,
    DealerQuote,
    HistoryEntry,
    HistoryKind,
    Order,
    OrderLine,
    OrderSource,
)
from orders.promise import items_of, promise_for, read_receipt
from orders.promo_codes import usable_cut
from orders.services.customers import keep_customer
from orders.services.errors import OrderError
from orders.services.promo_codes import take_use
from suz.common.links import fingerprint
from suz.common.text import money_range


@dataclass(frozen=True)
class OrderDetails:
    """What the customer filled in. ``phone`` is E.164; ``calls_consent`` allows robot calls.

    ``news_by_email`` and ``news_by_sms`` are how the customer wants to hear of the order.

    The other two consents are the conditions of placing; the form does not pass without them.
    ``consent_version`` is the number of the ConsentVersion that was shown; None: the present one.
    """

    customer_name: str
    phone: str
    place: Place
    email: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    comment: str = ""
    wants_delivery: bool = False
    wants_installation: bool = False
    calls_consent: bool = False
    consent_version: int | None = None
    news_by_email: bool = True
    news_by_sms: bool = False

    @property
    def services(self):
        wanted = (
            (Service.DELIVERY, self.wants_delivery),
            (Service.INSTALLATION, self.wants_installation),
        )
        return tuple(service for service, wants in wanted if wants)


class CartEmpty(OrderError):
    """There is nothing to order."""

    def __init__(self):
        super().__init__(_("The cart is empty. Choose something first."))


class CartTooLarge(OrderError):
    """The site takes no order of this sum."""

    def __init__(self):
        super().__init__(
            _(
                "The sum is too large for an order from the site. "
                "Make the quantities smaller or call a dealer."
            )
        )


class CartChanged(OrderError):
    """Prices or stock are not what the customer was shown; ``changes`` are sentences."""

    def __init__(self, changes, promise):
        super().__init__(_("While you were ordering, something changed. Please check and confirm."))
        self.changes = changes
        self.promise = promise


class FormOutdated(OrderError):
    """The form was not made for this cart."""

    def __init__(self):
        super().__init__(_("The form is out of date. Please check the cart and try again."))


class FormKeyReused(OrderError):
    """The form has already become an order, and the cart now holds something else."""

    def __init__(self, order):
        super().__init__(
            _("This order has already been placed. The cart now holds other products.")
        )
        self.order = order


@transaction.atomic
def place_order(*, cart_token, form_key, details, receipt, network_address, now):
    """Turn the cart into an order; the same form key and cart give the same order again.

    ``receipt`` is the ``Promise.receipt`` the customer was shown: where prices or stock have
    changed since, nothing is placed and CartChanged tells what to confirm. Raises CartEmpty,
    CartTooLarge, CartChanged, FormOutdated, FormKeyReused.
    """
    lines = _locked_lines(cart_token)
    digest = lines_digest(lines)
    # A cart gets a new key in the transaction that makes it an order.
    if not lines or lines[0].cart.form_key != form_key:
        return _placed_before(form_key, digest if lines else None)
    cart = lines[0].cart
    items = items_of(lines)
    asked = {
        "place": details.place,
        "items": items,
        "services": details.services,
        "chosen_dealer_id": cart.chosen_dealer_id,
        "now": now,
    }
    cut = usable_cut(cart.promo_code, details.place, now=now)
    promise = promise_for(**asked, cut=cut)
    if promise.is_too_large:
        raise CartTooLarge
    changes = changes_since(lines, promise, read_receipt(receipt))
    if changes:
        raise CartChanged(changes, promise)
    if promise.cut and not take_use(promise.cut, now=now):
        # Others were faster: nothing is placed at a price that was not shown.
        raise CartChanged([code_gone(promise.cut.code)], promise_for(**asked))
    order = create_order(
        details,
        promise,
        now=now,
        form_key=form_key,
        cart_digest=digest,
        chosen_dealer_id=cart.chosen_dealer_id,
        source=OrderSource.SITE,
    )
    order_lines = create_lines(order, lines, promise)
    record_quotes(order, promise, now)
    record_consents(order, details, network_address, now)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.PLACED,
        by_customer=True,
        is_visible=True,
        data={"lines": len(order_lines), "dealers": promise.dealers},
        created_at=now,
    )
    messages.placed(
        order, order_lines, now, by_email=details.news_by_email, by_sms=details.news_by_sms
    )
    # Not all of the cart's lines: one put in meanwhile stays for the next order.
    CartLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    Cart.objects.filter(pk=cart.pk).update(
        form_key=uuid.uuid4(), chosen_dealer=None, promo_code=None, updated_at=now
    )
    return order


def _locked_lines(cart_token):
    """The cart's lines; the cart is locked until the transaction ends."""
    return list(
        CartLine.objects.filter(cart__token=cart_token)
        .select_related("cart__promo_code", "product__family__category")
        .select_for_update(of=("cart",))
        .order_by("id")
    )


def _placed_before(form_key, digest):
    """The order that the form has already become; ``digest`` is of what the cart holds now."""
    placed = Order.objects.filter(form_key=form_key).first()
    if placed is None:
        raise CartEmpty if digest is None else FormOutdated
    if digest not in (None, placed.cart_digest):
        raise FormKeyReused(placed)
    return placed


def lines_digest(lines):
    """What tells whether the lines are still the same products and quantities."""
    return fingerprint(*(f"{line.product_id}×{line.quantity}" for line in lines))


def changes_since(lines, promise, seen):
    """Sentences about what is not as the customer saw it; empty where all is."""
    gone = [line for line in lines if not line.product.is_sold]
    if gone:
        return [
            _("“%(product)s” is no longer sold: remove it from the cart.")
            % {"product": line.product}
            for line in gone
        ]
    if seen is not None and seen.digest == promise.digest:
        return []
    changes = [
        _("“%(product)s” is sold out with the dealers of your region.") % {"product": line.product}
        for line in lines
        if line.product_id in promise.unavailable
    ]
    if seen is not None and seen.code and promise.cut is None:
        changes.append(code_gone(seen.code))
    if seen is not None and (seen.low, seen.high) != (promise.final_low, promise.final_high):
        changes.append(
            _("The sum was %(before)s and is now %(after)s.")
            % {
                "before": money_range(seen.low, seen.high),
                "after": money_range(promise.final_low, promise.final_high),
            }
        )
    if not changes:
        changes.append(
            _("The choice of dealers has changed; the sum is %(sum)s.")
            % {"sum": money_range(promise.final_low, promise.final_high)}
        )
    return changes


def code_gone(code):
    """The sentence about a promo code that held when the sum was shown and holds no more."""
    return _("The promo code %(code)s does not work any more: the sum is without its discount.") % {
        "code": code
    }


def create_order(details, promise, *, now, **fields):
    """The order at the prices of the promise's upper end, and its customer."""
    customer = keep_customer(
        name=details.customer_name, phone=details.phone, email=details.email, now=now
    )
    upper = promise.upper
    discount = promise.cut.of(upper.goods_total) if promise.cut else Decimal(0)
    term = SystemSettings.load().term_days
    return Order.objects.create(
        customer=customer,
        customer_name=details.customer_name,
        phone=details.phone,
        email=details.email,
        place=details.place,
        region=details.place.parent or details.place,
        address=details.address,
        latitude=details.latitude,
        longitude=details.longitude,
        comment=details.comment,
        wants_delivery=details.wants_delivery,
        wants_installation=details.wants_installation,
        price_min=promise.low,
        price_max=promise.high,
        goods_total=upper.goods_total,
        services_total=upper.total - upper.goods_total,
        promo_code_id=promise.cut.code_id if promise.cut else None,
        discount=discount,
        total=upper.total - discount,
        due_on=timezone.localdate(now) + timedelta(days=term),
        created_at=now,
        **fields,
    )


def create_lines(order, lines, promise):
    """Lines of the order from a cart's, saved or not."""
    return OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            product=line.product,
            category_name=line.product.family.category.name,
            name=line.product.name,
            unit=line.product.unit,
            length_mm=line.product.length_mm,
            width_mm=line.product.width_mm,
            thickness_mm=line.product.thickness_mm,
            colour=line.product.colour,
            quantity=line.quantity,
            price=price,
            placed_price=price,
            total=price * line.quantity,
        )
        for position, (line, price) in enumerate(
            zip(lines, promise.upper.prices, strict=True), start=1
        )
    )


def record_quotes(order, promise, now):
    """Keep what each dealer would charge."""
    DealerQuote.objects.bulk_create(quote_row(order, offer, now) for offer in promise.quotes)


def quote_row(order, offer, now):
    """A dealer's quote as it is recorded with the order."""
    return DealerQuote(
        order=order,
        dealer_id=offer.dealer_id,
        prices=list(offer.prices),
        goods_total=offer.goods_total,
        delivery_price=offer.services.get(Service.DELIVERY),
        installation_price=offer.services.get(Service.INSTALLATION),
        total=offer.total,
        created_at=now,
    )


def record_consents(order, details, network_address, now, *, is_spoken=False):
    """Keep what the customer agreed to, with the version of the texts shown or read aloud."""
    shown = details.consent_version or current_version().number
    version = version_text(shown, is_spoken=is_spoken)
    kinds = [Consent.Kind.PROCESSING, Consent.Kind.DEALER]
    if details.calls_consent:
        kinds.append(Consent.Kind.CALLS)
    Consent.objects.bulk_create(
        Consent(
            customer_id=order.customer_id,
            order=order,
            kind=kind,
            text_version=version,
            given_at=now,
            address=network_address,
        )
        for kind in kinds
    )
