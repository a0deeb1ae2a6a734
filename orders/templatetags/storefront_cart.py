"""The cart's tags for the shop's templates."""

from django import template

from orders.storefront.carts import count_lines

register = template.Library()


@register.inclusion_tag("orders/storefront/badge.html", takes_context=True)
def cart_badge(context, swap=False):
    """The way to the cart and how much lies in it; ``swap`` replaces the one on a page."""
    return {"count": count_lines(context["request"]), "swap": swap}
