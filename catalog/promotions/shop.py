"""Promotions in the shop: those of the visitor's region, with their products and dealers."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.promotions.models import Promotion, day_of
from catalog.promotions.selectors import covered_categories, covered_products, shown_to
from catalog.selectors import by_distance, cards_of
from catalog.visitor import visitor_of
from catalog.where.selectors import Seller, outlets_of_dealers
from dealers.models import Dealer

SHOWN_FAMILIES = 12


@require_safe
def promotions(request):
    """The promotions that dealers of the visitor's region have joined, running and coming."""
    now = timezone.now()
    found = list(shown_to(visitor_of(request).place, now=now))
    return render(request, "promotions/shop_list.html", {"promotions": found, "today": day_of(now)})


@require_safe
def promotion(request, pk):
    """A promotion: what takes part, and which dealers of the visitor's region."""
    now, visitor = timezone.now(), visitor_of(request)
    found = Promotion.objects.not_over(now=now).filter(pk=pk).first()
    if found is None or not found.joined.filter(dealer__is_active=True).exists():
        raise Http404
    dealers = []
    if Promotion.objects.filter(pk=pk).holding_in(visitor.place).exists():
        serving = Dealer.objects.filter(is_active=True, promotions__promotion=found)
        dealers = sorted(
            (
                Seller(
                    dealer=dealer,
                    outlets=by_distance(dealer.outlets.all(), visitor.point),
                    services=(),
                )
                for dealer in serving.serving(visitor.place)
                .select_related("main_region")
                .prefetch_related(outlets_of_dealers())
            ),
            key=lambda one: one.by_rating,
        )
    cards = cards_of(covered_products(found), visitor.place, now=now) if dealers else []
    return render(
        request,
        "promotions/shop_page.html",
        {
            "promotion": found,
            "today": day_of(now),
            "dealers": dealers,
            "cards": cards[:SHOWN_FAMILIES],
            "categories": covered_categories(found) if len(cards) > SHOWN_FAMILIES else [],
        },
    )
