"""The promo code at checkout: typed, applied, removed."""

from django.utils.translation import gettext as _

from dealers.limits import PROMO_BY_ADDRESS, PROMO_BY_SESSION, hit_all
from orders.models import Cart
from orders.promo_codes import customer_words, find_code, normal, trouble_with
from orders.services.carts import choose_promo_code
from orders.storefront.carts import PromoView, cart_token
from suz.common.net import client_network

APPLY, REMOVE = "apply", "remove"


def wanted_promo(request):
    """What a posted form asks of the promo code: APPLY, REMOVE or nothing.

    A code that was typed and not applied asks for it too: the order is not placed over its head.
    """
    action = request.POST.get("promo_action", "")
    if action in (APPLY, REMOVE):
        return action
    typed = normal(request.POST.get("promo", "")[:100])
    if not typed:
        return ""
    cart = Cart.objects.select_related("promo_code").filter(token=cart_token(request)).first()
    is_applied = cart is not None and cart.promo_code and cart.promo_code.code == typed
    return "" if is_applied else APPLY


def answer_promo(request, action, place, *, now):
    """Do it, and return a PromoView with what is to be said; tries are counted, not successes."""
    token = cart_token(request)
    if action == REMOVE:
        choose_promo_code(token=token, code_id=None, now=now)
        return PromoView()
    typed = request.POST.get("promo", "")[:60].replace("\x00", "").strip()
    if not typed:
        return PromoView(error=_("Type the promo code."))
    # A cookie may say anything: what it says must not be what somebody else is counted by.
    tries = [(PROMO_BY_SESSION, f"cart {token}"), (PROMO_BY_ADDRESS, client_network(request))]
    if not hit_all(tries, now=now):
        words = _("Too many promo codes were tried. Order without one, or try again later.")
        return PromoView(typed=typed, error=words)
    code = find_code(typed)
    if trouble_with(code, place, now=now) is not None:
        return PromoView(typed=typed, error=customer_words())
    for limit, value in tries:
        limit.release(value, now=now)
    choose_promo_code(token=token, code_id=code.pk, now=now)
    return PromoView()
