"""Where to buy: the map and list of outlets, its data, a dealer's page."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from catalog.promotions.models import day_of
from catalog.visitor import visitor_of
from catalog.where.choices import Wanted, read_services
from catalog.where.selectors import dealer_profile, outlets_for_map, sellers
from catalog.where.structured import absolute, local_business
from dealers.models import Place
from dealers.places import place_label

PAGE_SIZE = 20
# A dealer's own products on its page; the rest open with a click.
SHOWN_RELATED = 12
# For so long a browser may show the map without asking whether outlets have changed.
MAP_SECONDS = 300


@require_safe
def where(request):
    """Dealers with their outlets, best rated first; six queries with a cart."""
    visitor, wanted = visitor_of(request), Wanted.read(request.GET)
    # Before places are loaded a visitor is nowhere: only the country can be looked at.
    place = None if wanted.in_country or visitor.place.pk == 0 else visitor.place
    found = sellers(place, wanted.services, visitor.point, nearest_first=wanted.nearest_first)
    parameters = [("service", service) for service in wanted.services]
    if place is not None:
        parameters.append(("place", place.pk))
    return render(
        request,
        "where/list.html",
        {
            "wanted": wanted,
            "place": place,
            "areas": wanted.areas(visitor.label),
            "orders": wanted.orders(),
            "services": wanted.service_switches(),
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "dealers_total": len(found),
            "outlets_total": sum(len(seller.outlets) for seller in found),
            "pins_url": f"{reverse('where_outlets')}?{urlencode(parameters)}",
            "canonical": absolute(reverse("where")),
        },
    )


@gzip_page
@cache_control(public=True, max_age=MAP_SECONDS)
@conditional_page
@require_safe
def outlets(request):
    """Pins of the map as JSON, the same for everybody: two queries. An ETag spares the body.

    Parameters: ``place``, an id (none: the whole country), and ``service``, any number of times.
    """
    place = None
    if asked := request.GET.get("place", ""):
        if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
            return HttpResponseBadRequest()
        place = Place.objects.filter(pk=int(asked)).first()
        if place is None:
            raise Http404
    found = outlets_for_map(place, read_services(request.GET))
    return JsonResponse(
        {"pins": [_pin(outlet) for outlet in found]},
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )


@require_safe
def dealer(request, slug):
    """An active dealer's page: ten queries with a cart, the reviews' one among them."""
    visitor, now = visitor_of(request), timezone.now()
    profile = dealer_profile(slug, visitor.point, place=visitor.place, now=now)
    if profile is None:
        raise Http404
    address = absolute(request.path)
    shows_all = request.GET.get("related") == "all"
    return render(
        request,
        "where/dealer.html",
        {
            "profile": profile,
            "related": profile.related if shows_all else profile.related[:SHOWN_RELATED],
            "dealer": profile.dealer,
            "today": day_of(now),
            "serves_visitor": profile.serves(visitor.place),
            "pins": [_pin(near.outlet, is_of_page=True) for near in profile.outlets],
            "canonical": address,
            "structured": local_business(profile, address),
        },
    )


def _pin(outlet, *, is_of_page=False):
    """A pin of static/js/map.js; on the dealer's own page it does not lead there."""
    lines = [f"{place_label(outlet.city)}, {outlet.address}", outlet.hours]
    pin = {
        "id": outlet.pk,
        "latitude": round(outlet.latitude, 5),
        "longitude": round(outlet.longitude, 5),
    }
    if is_of_page:
        return pin | {"title": lines[0], "text": outlet.hours}
    if outlet.dealer.is_authorised:
        lines.append(_("authorised dealer"))
    else:
        pin["kind"] = "plain"
    return pin | {
        "title": outlet.dealer.name,
        "text": "\n".join(filter(None, lines)),
        "url": reverse("dealer_page", args=[outlet.dealer.slug]),
    }
