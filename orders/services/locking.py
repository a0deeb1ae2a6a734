"""The first lock of every change: the order's row."""

from orders.models import Order
from orders.services.errors import OrderNotFound


def lock_order(order_id):
    """The order, locked until the transaction ends, or None where there is none alive."""
    return (
        Order.objects.alive()
        .select_for_update(of=("self",))
        .select_related("dealer", "manager", "place", "region")
        .filter(pk=order_id)
        .first()
    )


def lock_own(order_id, by):
    """The locked order, where the user works on it: the manufacturer's people and its own dealer's.

    Raises OrderNotFound.
    """
    order = lock_order(order_id)
    if order is None or not (by.is_manufacturer or is_own(order, by)):
        raise OrderNotFound
    return order


def is_own(order, by):
    """Whether the user is of the order's dealer, and that works."""
    return by.is_dealer and by.dealer.is_active and order.dealer_id == by.dealer_id
