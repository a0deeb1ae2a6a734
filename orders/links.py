"""Customers' personal links."""

from django.urls import reverse

from orders.models import Order
from suz.common import links

ORDER = "order"


def customer_link(order):
    """The path of the customer's page of the order."""
    return reverse("customer_order", args=[links.sign(ORDER, order.pk, order.link_version)])


def order_by_token(token, queryset=None):
    """The order that the token opens, or None: forged, revoked and deleted ones alike."""
    order_id = links.object_id(token)
    if order_id is None:
        return None
    orders = Order.objects.all() if queryset is None else queryset
    order = orders.alive().filter(pk=order_id).first()
    version = order.link_version if order else 0
    return order if links.verify(token, ORDER, order_id, version) and order else None
