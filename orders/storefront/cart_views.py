"""The cart."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.templatetags.storefront import product_url
from catalog.visitor import visitor_of
from orders.models.carts import MAX_LINES
from orders.services import carts
from orders.storefront.carts import cart_token, cart_view, remember_cart
from orders.storefront.forms import AddForm, QuantityField
from suz.common import happenings

PREFIX = "quantity_"


@never_cache
@require_safe
def cart(request):
    """The cart with the price promise."""
    return _render(request)


@require_POST
def add(request):
    """Put a product into the cart; with a dealer, order from that one."""
    form = AddForm(request.POST)
    if not form.is_valid():
        field_errors = next(iter(form.errors.values()))
        return _refused(request, form.cleaned_data.get("product"), field_errors[0])
    data, now = form.cleaned_data, timezone.now()
    try:
        changed = carts.add_to_cart(
            token=cart_token(request),
            product_id=data["product"].pk,
            quantity=data["quantity"] or 1,
            now=now,
        )
        if data["dealer"]:
            carts.choose_dealer(token=changed.token, dealer_id=data["dealer"].pk, now=now)
    except carts.CartError as error:
        return _refused(request, data["product"], error.message)
    happenings.tell(request, happenings.CART, product=data["product"].pk)
    if request.htmx and data["dealer"]:
        response = HttpResponse(headers={"HX-Redirect": reverse("cart")})
    elif request.htmx:
        # The cart may be new: the count is read by the token that the answer sets.
        request.COOKIES["cart"] = changed.token
        response = render(request, "orders/storefront/added.html", {"product": data["product"]})
    else:
        response = redirect("cart")
    remember_cart(response, changed)
    return response


@require_POST
def update(request):
    """Change quantities, take lines out, give up the chosen dealer."""
    quantities, typed, errors = _read_quantities(request.POST)
    now = timezone.now()
    token = cart_token(request)
    if not errors:
        try:
            if "any_dealer" in request.POST:
                carts.choose_dealer(token=token, dealer_id=None, now=now)
            carts.change_quantities(token=token, quantities=quantities, now=now)
        except carts.CartError as error:
            messages.error(request, error.message)
        if not request.htmx:
            return redirect("cart")
    return _render(request, typed=typed, errors=errors)


def _render(request, **fields):
    view = cart_view(request, visitor_of(request).place, now=timezone.now(), **fields)
    name = "cart_content.html" if request.htmx else "cart.html"
    return render(
        request, f"orders/storefront/{name}", {"view": view, "with_badge": bool(request.htmx)}
    )


def _refused(request, product, message):
    if request.htmx:
        return render(
            request, "orders/storefront/added.html", {"product": product, "error": message}
        )
    messages.error(request, message)
    return redirect(product_url(product) if product else "cart")


def _read_quantities(post):
    """(quantities, texts typed, errors) by product id; None as a quantity takes the line out."""
    quantities, typed, errors = {}, {}, {}
    field = QuantityField()
    removed = post.get("remove", "")
    if _is_id(removed):
        # Taking a line out does not wait for another's quantity to be put right.
        return {int(removed): None}, {}, {}
    for key in list(post)[: MAX_LINES + 10]:
        number = key.removeprefix(PREFIX)
        if number == key or not _is_id(number):
            continue
        product_id = int(number)
        typed[product_id] = post[key][:20]
        try:
            quantities[product_id] = field.clean(post[key])
        except ValidationError as error:
            errors[product_id] = error.messages[0]
    return quantities, typed, errors


def _is_id(text):
    return text.isascii() and text.isdigit() and len(text) < 19
