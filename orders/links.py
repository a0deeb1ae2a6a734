"""Customers' personal links."""

from django.urls import reverse

from orders.models import Order
from suz.common import links

ORDER = "order"
CHANNELS = "channels"
FIND = "find"


def order_token(order):
    """What opens the customer's page of the order and what hangs on it."""
    return links.sign(ORDER, order.pk, order.link_version)


def customer_link(order):
    """The path of the customer's page of the order."""
    return reverse("customer_order", args=[order_token(order)])


def channels_link(order):
    """The path at which the customer chooses how to be told about the order, or not at all."""
    return reverse("customer_channels", args=[links.sign(CHANNELS, order.pk, order.link_version)])


def find_link(lookup):
    """The path at which whoever asked for the code types it."""
    return reverse("find_code", args=[links.sign(FIND, lookup.pk, 1)])


def lookup_by_token(token):
    """The id of the OrderLookup that the token was signed for, or None."""
    lookup_id = links.object_id(token)
    return lookup_id if lookup_id and links.verify(token, FIND, lookup_id, 1) else None


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
