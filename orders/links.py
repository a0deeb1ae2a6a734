"""Customers' personal links."""

from django.urls import reverse

from orders.models import Order
from suz.common import links

ORDER = "order"
CHANNELS = "channels"


def order_token(order):
    """What opens the customer's page of the order and what hangs on it."""
    return links.sign(ORDER, order.pk, order.link_version)


def customer_link(order):
    """The path of the customer's page of the order."""
    return reverse("customer_order", args=[order_token(order)])


def channels_link(order):
    """The path at which the customer chooses how to be told about the order, or not at all."""
    return reverse("customer_channels", args=[links.sign(CHANNELS, order.pk, order.link_version)])


def order_by_token(token, queryset=None, purpose=ORDER):
    """The order that the token opens, or None: forged, revoked and deleted ones alike.

    A token opens what it was signed for and nothing else.
    """
    order_id = links.object_id(token)
    if order_id is None:
        return None
    orders = Order.objects.all() if queryset is None else queryset
    order = orders.alive().filter(pk=order_id).first()
    version = order.link_version if order else 0
    return order if links.verify(token, purpose, order_id, version) and order else None
