"""The visitor's cart. The visitor is known by the token alone."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Product
from dealers.models import Dealer
from orders.models import Cart, CartLine
from orders.models.carts import MAX_LINES, MAX_QUANTITY
from orders.services.errors import OrderError
from suz.common.text import number


class CartError(OrderError):
    """The cart cannot be changed so; ``message`` says why."""


@transaction.atomic
def add_to_cart(*, token, product_id, quantity, now):
    """Put units of a product into the cart of the token; returns the cart, a new one if needed.

    Raises CartError for a product that is not sold, too many units or too many lines.
    """
    if not Product.objects.orderable().filter(pk=product_id).exists():
        raise CartError(_("This product is no longer sold."))
    cart = _lock(token) or Cart.objects.create(
        token=secrets.token_urlsafe(32), created_at=now, updated_at=now
    )
    quantities = dict(cart.lines.values_list("product_id", "quantity"))
    wanted = quantities.get(product_id, 0) + quantity
    _check_quantity(wanted)
    if product_id not in quantities and len(quantities) >= MAX_LINES:
        raise CartError(
            ngettext(
                "A cart holds at most %(count)s product. Place this order first.",
                "A cart holds at most %(count)s products. Place this order first.",
                MAX_LINES,
            )
            % {"count": number(MAX_LINES)}
        )
    CartLine.objects.bulk_create(
        [CartLine(cart=cart, product_id=product_id, quantity=wanted)],
        update_conflicts=True,
        unique_fields=["cart", "product"],
        update_fields=["quantity"],
    )
    _touch(cart, now)
    return cart


@transaction.atomic
def change_quantities(*, token, quantities, now):
    """Set the units of products already in the cart; a quantity of None takes the line out.

    Raises CartError before anything is changed.
    """
    for quantity in quantities.values():
        if quantity is not None:
            _check_quantity(quantity)
    cart = _lock(token)
    if cart is None:
        return
    lines = {line.product_id: line for line in cart.lines.all()}
    removed = [lines[pk].pk for pk, wanted in quantities.items() if wanted is None and pk in lines]
    if removed:
        CartLine.objects.filter(pk__in=removed).delete()
    changed = []
    for product_id, quantity in quantities.items():
        line = lines.get(product_id)
        if line is not None and quantity is not None and line.quantity != quantity:
            line.quantity = quantity
            changed.append(line)
    CartLine.objects.bulk_update(changed, ["quantity"])
    if len(removed) == len(lines):
        Cart.objects.filter(pk=cart.pk).update(chosen_dealer=None, promo_code=None)
    _touch(cart, now)


@transaction.atomic
def choose_dealer(*, token, dealer_id, now):
    """Order from one dealer, or with None from whoever the system finds.

    A dealer that takes no orders from the site is a CartError.
    """
    if dealer_id is not None and not Dealer.objects.selling().filter(pk=dealer_id).exists():
        raise CartError(_("This dealer does not take orders from the site."))
    Cart.objects.filter(token=token).update(chosen_dealer=dealer_id, updated_at=now)


@transaction.atomic
def choose_promo_code(*, token, code_id, now):
    """Order with a promo code, or with None without one. It takes no use of the code yet."""
    Cart.objects.filter(token=token).update(promo_code=code_id, updated_at=now)


def _lock(token):
    return Cart.objects.select_for_update().filter(token=token).first() if token else None


def _touch(cart, now):
    Cart.objects.filter(pk=cart.pk).update(updated_at=now)


def _check_quantity(quantity):
    if not 1 <= quantity <= MAX_QUANTITY:
        raise CartError(_("Write a quantity from 1 to %(most)s.") % {"most": number(MAX_QUANTITY)})
