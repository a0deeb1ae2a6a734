"""The sums of an order, set in one place."""

from decimal import Decimal

from orders.models import OrderLine

SUMS = ("goods_total", "services_total", "discount", "total")


def set_prices(order, prices, total):
    """Give the lines their prices (rubles a unit, by position) and the order its sums, and save.

    ``total`` is for goods and services together, before the promo code; what the goods leave of it
    is the services'. The order's promo code is counted anew.
    """
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    for line, price in zip(lines, prices, strict=True):
        line.price = price
        line.total = price * line.quantity
    OrderLine.objects.bulk_update(lines, ["price", "total"])
    order.goods_total = sum(line.total for line in lines)
    order.services_total = total - order.goods_total
    count_discount(order, lines)
    order.save(update_fields=SUMS)


def count_discount(order, lines):
    """Set the order's discount and total from its sums and promo code; saves nothing."""
    order.discount = Decimal(0)
    if order.promo_code_id:
        cut = order.promo_code.cut
        # The promise's upper end: whoever accepts for less does not undo the code by it.
        placed = sum(line.placed_price * line.quantity for line in lines)
        if cut.is_reached(placed):
            order.discount = cut.of(order.goods_total)
    order.total = order.goods_total + order.services_total - order.discount
