"""Reviews in the shop."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dealers.models import Dealer
from surveys.models import Review
from suz.common.keyset import paginate

PAGE_SIZE = 20


@require_safe
def dealer_reviews(request, slug):
    """All published reviews of an active dealer, the newest first."""
    dealer = get_object_or_404(Dealer.objects.filter(is_active=True), slug=slug)
    page = paginate(
        Review.objects.published().filter(dealer=dealer).select_related("survey__order__place"),
        keys=("-created_at", "-id"),
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "surveys/shop/reviews.html", {"dealer": dealer, "page": page})
