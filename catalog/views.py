"""The shop's pages: home, catalogue, product, choice of a place."""

from django.contrib import messages
from django.http import Http404, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.forms import PlaceForm
from catalog.menu import category_menu
from catalog.selectors import (
    dealer_offers,
    dealers_with_terms,
    family_cards,
    price_among,
    related_offer,
    variants_of,
)
from catalog.visitor import parse_position, remember, visitor_of
from dealers.models import Dealer, Place
from dealers.places import largest_cities, nearest_city, place_label, search_places
from suz.common.returning import own_path
from suz.common.text import money

# Dealers on a product's page; the rest open with a click.
SHOWN_DEALERS = 12
SHOWN_CITIES = 24


@require_safe
def home(request):
    """Collections, how buying works, the promise."""
    visitor = visitor_of(request)
    dealers = Dealer.objects.selling().serving(visitor.place).count()
    return render(
        request, "catalog/home.html", {"categories": category_menu(request), "dealers": dealers}
    )


@require_safe
def category(request, slug):
    """The families of a category with the region's prices."""
    found = next((one for one in category_menu(request) if one.slug == slug), None)
    if found is None:
        raise Http404
    cards = family_cards(found, visitor_of(request).place, now=timezone.now())
    return render(request, "catalog/category.html", {"category": found, "cards": cards})


@require_safe
def product(request, pk, slug):
    """A product, its variants and the region's dealers that have it."""
    variants = variants_of(pk)
    found = next((one for one in variants if one.pk == pk), None)
    if found is None:
        return _related(request, pk)
    visitor = visitor_of(request)
    dealers, terms = dealers_with_terms(visitor.place, variants, now=timezone.now())
    offers = dealer_offers(found, dealers, terms, visitor.point)
    shown = offers if request.GET.get("dealers") == "all" else offers[:SHOWN_DEALERS]
    return render(
        request,
        "catalog/product.html",
        {
            "product": found,
            "family": found.family,
            "category": found.family.category,
            "variants": variants,
            "price": price_among(found, dealers, terms),
            "offers": shown,
            "offers_total": len(offers),
            "pins": _pins(offers),
        },
    )


def _related(request, pk):
    """A related product of a dealer, which alone has it."""
    visitor = visitor_of(request)
    offer = related_offer(pk, visitor.point)
    if offer is None:
        raise Http404
    return render(
        request,
        "catalog/related_product.html",
        {
            "product": offer.product,
            "offer": offer,
            "serves_visitor": offer.serves(visitor.place),
            "pins": _pins([offer]),
        },
    )


def _pins(offers):
    return [
        {
            "latitude": outlet.latitude,
            "longitude": outlet.longitude,
            "title": offer.dealer.name,
            "text": "\n".join(
                filter(None, [f"{outlet.city}, {outlet.address}", outlet.hours, money(offer.price)])
            ),
            "url": f"#dealer-{offer.dealer.pk}",
        }
        for offer in offers
        for outlet in (near.outlet for near in offer.outlets)
    ]


@require_safe
def place(request):
    """Choice of a place without scripts: search, large cities, regions and their cities."""
    query = request.GET.get("q", "")
    region = _place(request.GET.get("region", "")) if "region" in request.GET else None
    if region is not None:
        found = [region, *region.children.select_related("parent").order_by("name")]
    else:
        found = search_places(query, limit=60)
    return render(
        request,
        "catalog/place.html",
        {
            "query": query[:100],
            "region": region,
            "found": found,
            "searched": bool(query.strip()) or region is not None,
            "cities": largest_cities(SHOWN_CITIES),
            "regions": Place.objects.regions(),
            "next": own_path(request.GET.get("next", "")) or reverse("home"),
        },
    )


@require_POST
def choose_place(request):
    """Remember the place, chosen from a list or found by the browser's position."""
    form = PlaceForm(request.POST)
    target = own_path(request.POST.get("next", "")) or reverse("home")
    if not form.is_valid():
        messages.error(request, _("This place is not in our list. Choose another one."))
        return redirect("place")
    chosen = form.cleaned_data["place"]
    position = parse_position(request.POST.get("latitude"), request.POST.get("longitude"))
    response = redirect(target)
    remember(response, chosen, position)
    return response


@require_safe
def place_search(request):
    """Places whose name begins with the text, for completion while typing."""
    found = search_places(request.GET.get("q", ""))
    return JsonResponse({"places": [_as_option(one) for one in found]})


@require_safe
def place_nearest(request):
    """The city nearest to a position."""
    position = parse_position(request.GET.get("latitude"), request.GET.get("longitude"))
    found = nearest_city(*position) if position else None
    if found is None:
        return HttpResponseBadRequest()
    return JsonResponse({"place": _as_option(found)})


def _as_option(place):
    return {
        "id": place.pk,
        "label": place_label(place),
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _place(text):
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    found = Place.objects.regions().filter(pk=int(text)).first()
    if found is None:
        raise Http404
    return found
