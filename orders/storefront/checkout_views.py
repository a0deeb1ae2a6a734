"""Checkout."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from catalog.models import Service
from catalog.visitor import visitor_of
from dealers.limits import CHECKOUT_BY_ADDRESS, CHECKOUT_BY_PHONE, hit_all
from dealers.places import place_label, places_named
from orders.consents import current_version, version_numbered
from orders.links import customer_link
from orders.models import Order
from orders.promise import read_receipt
from orders.services.placing import (
    CartChanged,
    CartEmpty,
    CartTooLarge,
    FormKeyReused,
    FormOutdated,
    place_order,
)
from orders.storefront.carts import cart_token, cart_view
from orders.storefront.forms import CheckoutForm, place_of
from orders.storefront.promo import answer_promo, wanted_promo
from suz.common import happenings
from suz.common.net import client_address, client_network
from suz.common.text import money_range

TOO_MANY = 429


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request):
    """The form of an order; a good one becomes an order, once."""
    if request.method == "POST":
        return _submit(request)
    visitor = visitor_of(request)
    view = cart_view(request, visitor.place, now=timezone.now())
    if not view.can_order:
        return redirect("cart")
    place = visitor.place
    initial = {} if visitor.is_guess else {"city": place_label(place), "place": place.pk}
    return _page(request, CheckoutForm(initial=initial), view, place)


@require_POST
def price(request):
    """The summary for the place and services chosen so far, while the form is being filled in."""
    place, services = _asked(request)
    now, promo = timezone.now(), None
    if request.POST.get("promo_action"):
        promo = answer_promo(request, wanted_promo(request), place, now=now)
    view = cart_view(request, place, now=now, services=services, promo=promo)
    if not view.can_order:
        # Emptied in another tab.
        return HttpResponseClientRedirect(reverse("cart"))
    return render(request, "orders/storefront/summary.html", {"view": view, "place": place})


@require_safe
def consents(request):
    """The texts that the ticks at checkout stand for; earlier ones by their number."""
    current = current_version()
    typed = request.GET.get("version")
    version = current if typed is None else version_numbered(typed)
    if version is None:
        raise Http404
    context = {"version": version, "is_current": version.pk == current.pk}
    return render(request, "orders/storefront/consents.html", context)


def _submit(request):
    if action := wanted_promo(request):
        return _with_promo(request, action)
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _again(request, form)
    now = timezone.now()
    key, details = form.cleaned_data["form_key"], form.details()
    is_repeated = Order.objects.filter(form_key=key).exists()
    if not is_repeated and not _may_order(request, details.phone, now):
        form.add_error(
            None, _("Too many orders from here within an hour. Please try again a little later.")
        )
        return _again(request, form, status=TOO_MANY)
    try:
        order = place_order(
            cart_token=cart_token(request),
            form_key=key,
            details=details,
            receipt=form.cleaned_data["receipt"],
            network_address=client_address(request),
            now=now,
        )
    except CartEmpty as error:
        _release(request, details.phone, now)
        messages.info(request, error.message)
        return redirect("cart")
    except CartTooLarge:
        # The cart says so, with what to do.
        _release(request, details.phone, now)
        return redirect("cart")
    except CartChanged as change:
        _release(request, details.phone, now)
        return _again(request, form, changes=change.changes, is_recounted=False)
    except FormOutdated as error:
        _release(request, details.phone, now)
        form.add_error(None, error.message)
        return _again(request, form)
    except FormKeyReused as error:
        if not is_repeated:
            _release(request, details.phone, now)
        return _again(request, form, previous=customer_link(error.order))
    happenings.tell(request, happenings.ORDER, order=order.pk)
    return redirect(customer_link(order))


def _with_promo(request, action):
    """The form with the code applied or removed, and with everything typed, unchecked as yet."""
    place, _services = _asked(request)
    promo = answer_promo(request, action, place, now=timezone.now())
    form = CheckoutForm(initial=request.POST.dict())
    return _again(request, form, receipt=request.POST.get("receipt", ""), promo=promo)


def _may_order(request, phone, now):
    uses = [(CHECKOUT_BY_ADDRESS, client_network(request)), (CHECKOUT_BY_PHONE, phone)]
    return hit_all(uses, now=now)


def _release(request, phone, now):
    """An order that was not placed does not count."""
    CHECKOUT_BY_ADDRESS.release(client_network(request), now=now)
    CHECKOUT_BY_PHONE.release(phone, now=now)


def _again(
    request,
    form,
    *,
    changes=(),
    previous="",
    is_recounted=True,
    status=200,
    receipt=None,
    promo=None,
):
    """The form once more, with everything typed; tells where the sum is not what it was."""
    place, services = _asked(request)
    view = cart_view(request, place, now=timezone.now(), services=services, promo=promo)
    if view.is_empty:
        messages.info(request, CartEmpty().message)
        return redirect("cart")
    seen = read_receipt(form.data.get("receipt", "") if receipt is None else receipt)
    now_costs = (view.promise.final_low, view.promise.final_high)
    if is_recounted and seen and (seen.low, seen.high) != now_costs:
        changes = [
            _("The sum was counted anew: it was %(before)s, it is %(after)s.")
            % {
                "before": money_range(seen.low, seen.high),
                "after": money_range(*now_costs),
            }
        ]
    return _page(request, form, view, place, status=status, changes=changes, previous=previous)


def _page(request, form, view, place, *, status=200, **context):
    return render(
        request,
        "orders/storefront/checkout.html",
        {"form": form, "view": view, "place": place, **context},
        status=status,
    )


def _asked(request):
    """The place and services that an unfinished form asks for; the visitor's place without any."""
    city = request.POST.get("city", "").strip()
    picked = place_of(request.POST.get("place", ""))
    if picked is None or place_label(picked) != city:
        named = places_named(city)
        picked = named[0] if len(named) == 1 else None
    services = [service for service in Service if request.POST.get(f"wants_{service.value}", "")]
    return picked or visitor_of(request).place, tuple(services)
