"""The cart as the shop's pages see it."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.conf import settings
from django.db.models import Count

from catalog.models import Service
from orders.models import Cart, CartLine
from orders.promise import Promise, items_of, promise_for
from orders.promo_codes import customer_words, minimum_words, usable_cut

CART_COOKIE = "cart"
COOKIE_SECONDS = 90 * 24 * 3600


def cart_token(request):
    """The cart's token in the visitor's cookie, or an empty text."""
    token = request.COOKIES.get(CART_COOKIE, "")
    return token if token.isascii() and len(token) <= 43 and "\x00" not in token else ""


def remember_cart(response, cart):
    """Let the visitor's browser find the cart again."""
    response.set_cookie(
        CART_COOKIE,
        cart.token,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def count_lines(request):
    """How many products lie in the visitor's cart; no query without a cart."""
    token = cart_token(request)
    if not token:
        return 0
    return CartLine.objects.filter(cart__token=token).aggregate(count=Count("pk"))["count"]


@dataclass(frozen=True)
class LineView:
    """A line with the price of a unit among the dealers that could deliver the whole cart.

    ``is_unavailable``: no dealer of the place has the product. ``error``: what is wrong with the
    quantity ``typed``.
    """

    line: CartLine
    low: Decimal
    high: Decimal
    is_unavailable: bool
    is_gone: bool
    typed: str
    error: str = ""

    @property
    def total_low(self):
        return self.low * self.line.quantity

    @property
    def total_high(self):
        return self.high * self.line.quantity


@dataclass(frozen=True)
class PromoView:
    """The promo code of a cart. ``is_applied``: its discount is in the sum; ``note``: why not.

    ``typed`` and ``error``: a code just typed and what is wrong with it.
    """

    code: str = ""
    is_applied: bool = False
    note: str = ""
    typed: str = ""
    error: str = ""


@dataclass(frozen=True)
class CartView:
    """The cart with its promise; ``gone`` lines are sold no more and keep it from being ordered."""

    cart: Cart | None
    lines: tuple[LineView, ...] = ()
    promise: Promise | None = None
    services: tuple[Service, ...] = field(default=())
    promo: PromoView = field(default=PromoView())

    @property
    def is_empty(self):
        return not self.lines

    @property
    def unavailable(self):
        return [one for one in self.lines if one.is_unavailable]

    @property
    def gone(self):
        return [one for one in self.lines if one.is_gone]

    @property
    def is_too_large(self):
        return bool(self.promise) and self.promise.is_too_large

    @property
    def can_order(self):
        return bool(self.lines) and not self.gone and not self.is_too_large

    @property
    def service_prices(self):
        """(service, lowest, highest price) for the services asked for."""
        found = ((service, self.promise.service_range(service)) for service in self.services)
        return [(service, *prices) for service, prices in found if prices is not None]


def cart_view(request, place, *, now, services=(), typed=None, errors=None, promo=None):
    """The visitor's cart and what it costs in a place: six queries, seven with a promo code.

    ``typed`` and ``errors`` are texts by product id, for quantities that were not understood;
    ``promo`` is a PromoView of a code just typed.
    """
    token = cart_token(request)
    cart = (
        Cart.objects.select_related("chosen_dealer", "promo_code").filter(token=token).first()
        if token
        else None
    )
    lines = (
        list(
            CartLine.objects.filter(cart=cart)
            .select_related("product__family__category")
            .order_by("id")
        )
        if cart
        else []
    )
    if not lines:
        return CartView(cart)
    cut = usable_cut(cart.promo_code, place, now=now)
    promise = promise_for(
        place=place,
        items=items_of(lines),
        services=services,
        chosen_dealer_id=cart.chosen_dealer_id,
        now=now,
        cut=cut,
    )
    typed, errors = typed or {}, errors or {}
    views = []
    for index, line in enumerate(lines):
        low, high = promise.line_range(index)
        product = line.product
        is_gone = not product.is_sold
        views.append(
            LineView(
                line=line,
                low=low,
                high=high,
                is_unavailable=not is_gone and product.pk in promise.unavailable,
                is_gone=is_gone,
                typed=typed.get(product.pk, str(line.quantity)),
                error=errors.get(product.pk, ""),
            )
        )
    shown = _promo_view(cart.promo_code, cut, promise, promo or PromoView())
    return CartView(cart, tuple(views), promise, tuple(services), shown)


def _promo_view(code, cut, promise, typed):
    if code is None:
        return typed
    note = ""
    if cut is None:
        note = customer_words()
    elif promise.cut is None:
        note = minimum_words(code.min_sum)
    return replace(typed, code=code.code, is_applied=promise.cut is not None, note=note)
