"""The facts of an order that are spoken."""

from telephony.wording import SpokenLine, SpokenOrder


def spoken_order(order):
    """What the robot tells of an order."""
    return SpokenOrder(
        number=order.pk,
        dealer=order.dealer.name if order.dealer_id else "",
        manager=order.manager.name if order.manager_id else "",
        total=order.total,
        lines=tuple(
            SpokenLine(line.name, line.quantity, line.unit)
            for line in order.lines.order_by("position")
        ),
    )
