"""Orders that a person of the manufacturer takes down while the customer is on the phone."""

from django.db import IntegrityError, transaction

from orders import messages
from orders.models import CartLine, HistoryEntry, HistoryKind, Order, OrderSource
from orders.promise import items_of, promise_for, read_receipt
from orders.promo_codes import minimum_words, usable_cut
from orders.services.accepting import assign
from orders.services.errors import OrderNotFound
from orders.services.placing import (
    CartChanged,
    CartEmpty,
    CartTooLarge,
    FormKeyReused,
    changes_since,
    code_gone,
    create_lines,
    create_order,
    lines_digest,
    record_consents,
    record_quotes,
)
from orders.services.promo_codes import PromoRefused, take_use


def lines_of(wanted):
    """Lines, not saved, of (product, quantity) pairs; the same product twice is one line."""
    lines = {}
    for product, quantity in wanted:
        if product.pk in lines:
            lines[product.pk].quantity += quantity
        else:
            lines[product.pk] = CartLine(product=product, quantity=quantity)
    return list(lines.values())


def promise_of(details, lines, *, now, code=None):
    """What the dealers of the place would charge for the lines, with a PromoCode or None."""
    return promise_for(
        place=details.place,
        items=items_of(lines),
        services=details.services,
        now=now,
        cut=usable_cut(code, details.place, now=now),
    )


def take_order(*, form_key, details, lines, receipt, dealer_id, by, now, code=None):
    """Place an order taken by phone; with ``dealer_id`` that dealer gets it at once.

    ``lines`` are those of ``lines_of``; ``receipt`` is of the promise that the customer was told,
    ``code`` the PromoCode that the customer named. The same form key gives the same order again.
    Raises OrderNotFound (not for this person), CartEmpty, CartTooLarge, CartChanged, FormKeyReused,
    OrderError (dealer, promo code).
    """
    if not by.is_manufacturer:
        raise OrderNotFound
    if not lines:
        raise CartEmpty
    digest = lines_digest(lines)
    try:
        return _placed(form_key, digest) or _place(
            form_key, digest, details, lines, receipt, dealer_id, code, by, now
        )
    except IntegrityError:
        # The same form, sent twice at once.
        placed = _placed(form_key, digest)
        if placed is None:
            raise
        return placed


def _placed(form_key, digest):
    order = Order.objects.filter(form_key=form_key).first()
    if order is not None and order.cart_digest != digest:
        raise FormKeyReused(order)
    return order


@transaction.atomic
def _place(form_key, digest, details, lines, receipt, dealer_id, code, by, now):
    promise = promise_of(details, lines, now=now, code=code)
    if promise.is_too_large:
        raise CartTooLarge
    if (
        code is not None
        and code.min_sum is not None
        and not code.cut.is_reached(promise.upper.goods_total)
    ):
        raise PromoRefused(minimum_words(code.min_sum))
    changes = changes_since(lines, promise, read_receipt(receipt))
    if changes:
        raise CartChanged(changes, promise)
    if promise.cut and not take_use(promise.cut, now=now):
        raise CartChanged([code_gone(promise.cut.code)], promise_of(details, lines, now=now))
    order = create_order(
        details,
        promise,
        now=now,
        form_key=form_key,
        cart_digest=digest,
        source=OrderSource.PHONE,
    )
    order_lines = create_lines(order, lines, promise)
    record_quotes(order, promise, now)
    record_consents(order, details, None, now, is_spoken=True)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.PLACED,
        actor=by,
        is_visible=True,
        data={"lines": len(order_lines), "dealers": promise.dealers},
        created_at=now,
    )
    messages.placed(order, order_lines, now)
    if dealer_id is None:
        return order
    return assign(order_id=order.pk, dealer_id=dealer_id, by=by, now=now)
