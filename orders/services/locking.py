"""The first lock of every change: the order's row."""

from orders.models import Order


def lock_order(order_id):
    """The order, locked until the transaction ends, or None where there is none alive."""
    return (
        Order.objects.alive()
        .select_for_update(of=("self",))
        .select_related("dealer", "manager", "place", "region")
        .filter(pk=order_id)
        .first()
    )
