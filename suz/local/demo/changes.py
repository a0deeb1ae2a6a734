"""Orders in work whose customers changed their minds: another colour, some more of it."""

import uuid
from datetime import timedelta

from orders.line_facts import Shelf, lines_with_products, recheck_order
from orders.models import Order
from orders.rechecking import Choice
from orders.services.lines import Edit, change_lines
from orders.services.versions import seen_of
from orders.statuses import Status

CHANGED = 6
LOOKED_AT = 60
# Agreed upon after the dealer had talked to the customer.
TALKED = (Status.PROCESSED, Status.CLARIFICATION, Status.PAYMENT)


def change_orders(rng, now):
    """Change a few of the newest orders through the service, each by its own manager."""
    orders = (
        Order.objects.alive()
        .filter(status__in=TALKED, manager__isnull=False)
        .select_related("dealer", "manager__dealer", "place")
        .order_by("-id")[:LOOKED_AT]
    )
    changed = 0
    for order in orders:
        moment = order.history.last().created_at + timedelta(minutes=rng.randint(20, 300))
        edit = _edit(rng, order, moment) if moment < now else None
        if edit is None:
            continue
        change_lines(
            order_id=order.pk,
            edit=edit,
            seen=seen_of(order),
            key=uuid.UUID(int=rng.getrandbits(128), version=4),
            by=order.manager,
            now=moment,
        )
        changed += 1
        if changed == CHANGED:
            return


def _edit(rng, order, moment):
    """The first line in another colour and some more of it, where the dealer has that."""
    lines = lines_with_products(order)
    first, *rest = lines
    taken = {line.product_id for line in lines}
    colours = Shelf((), [first.product_id]).variants(first.product_id)
    colours = [product for product in colours if product.pk not in taken and product.is_active]
    rng.shuffle(colours)
    for product in colours:
        more = first.quantity + rng.randint(1, 6)
        wanted = ((product, more), *((line.product, line.quantity) for line in rest))
        services = tuple(order.services)
        answer = recheck_order(order, lines, wanted, services, now=moment).answer
        if answer.can_stay:
            return Edit(wanted, services, answer.digest, Choice.STAY)
    return None
