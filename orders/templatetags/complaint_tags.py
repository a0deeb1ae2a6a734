"""Complaints on pages of others: the customer's, the order's card, the dealer's card."""

from django import template

from orders.complaints.box import box_of
from orders.complaints.selectors import of_dealer, of_order

register = template.Library()


@register.inclusion_tag("orders/complaints/box.html")
def complaint_box(order):
    """Complain, and how the complaints of the order stand, on the customer's page."""
    return {"order": order, "box": box_of(order), "is_alone": False}


@register.inclusion_tag("orders/complaints/of_order.html", takes_context=True)
def order_complaints(context, order):
    """The order's complaints on its card, as far as the user sees them."""
    user = context["user"]
    return {"user": user, "order": order, "complaints": of_order(order, user)}


@register.inclusion_tag("orders/complaints/of_dealer.html", takes_context=True)
def complaints_of_dealer(context, dealer):
    """How many complaints about the dealer there are, on its card."""
    return {"user": context["user"], "dealer": dealer, "numbers": of_dealer(dealer)}
