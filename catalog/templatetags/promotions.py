"""A dealer's promotions, for its card."""

from django import template
from django.utils import timezone

from catalog.promotions.selectors import promotions_of_dealer

register = template.Library()


@register.inclusion_tag("promotions/of_dealer.html", takes_context=True)
def dealer_promotions(context, dealer):
    """What the dealer has joined, and for the manufacturer what else it may join: one query."""
    now = timezone.now()
    found = [(one, one.state_at(now)) for one in promotions_of_dealer(dealer, now=now)]
    return {
        "dealer": dealer,
        "user": context["user"],
        "csrf_token": context.get("csrf_token"),
        "joined": [pair for pair in found if pair[0].is_joined],
        "others": [pair for pair in found if not pair[0].is_joined],
    }
