"""A dealer's orders, for the dealer's card."""

from django import template
from django.db.models import Count

from orders.models import Order
from orders.statuses import STATUSES

register = template.Library()


@register.inclusion_tag("orders/of_dealer.html", takes_context=True)
def orders_of_dealer(context, dealer):
    """How many orders the dealer has in each status: one query."""
    rows = Order.objects.alive().filter(dealer=dealer).order_by().values_list("status")
    counts = dict(rows.annotate(number=Count("pk")))
    return {
        "user": context["user"],
        "dealer": dealer,
        "counts": [(info, counts[code]) for code, info in STATUSES.items() if code in counts],
        "total": sum(counts.values()),
        "open": sum(counts.get(code, 0) for code, info in STATUSES.items() if info.is_open),
    }
