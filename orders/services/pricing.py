"""The sums of an order, set in one place."""

from orders.models import OrderLine


def set_prices(order, prices, total):
    """Give the lines their prices (rubles a unit, by position) and the order its sums, and save.

    ``total`` is for goods and services together; what the goods leave of it is the services'.
    """
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    for line, price in zip(lines, prices, strict=True):
        line.price = price
        line.total = price * line.quantity
    OrderLine.objects.bulk_update(lines, ["price", "total"])
    order.goods_total = sum(line.total for line in lines)
    order.services_total = total - order.goods_total
    order.total = total
    order.save(update_fields=["goods_total", "services_total", "total"])
