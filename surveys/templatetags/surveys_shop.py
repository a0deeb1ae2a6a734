"""Reviews on the shop's pages."""

from django import template

from surveys.models import Review

register = template.Library()

SHOWN = 5


@register.inclusion_tag("surveys/shop/of_dealer.html")
def reviews_of_dealer(dealer):
    """The newest published reviews of a dealer and its mean rating; one query."""
    found = list(
        Review.objects.published()
        .filter(dealer=dealer)
        .select_related("survey__order__place")
        .order_by("-created_at", "-id")[: SHOWN + 1]
    )
    return {"dealer": dealer, "reviews": found[:SHOWN], "has_more": len(found) > SHOWN}
