"""An order as one row of the list: what this user may see of it, ready to show."""

from collections import defaultdict
from dataclasses import dataclass

from orders.models import Order, OrderLine
from orders.scope import has_contact
from orders.statuses import Status
from suz.common.masking import without_phones

# All that the list reads of an order; reading the rest of 100 rows takes longer than showing them.
READ = (
    *("version", "cycle", "status", "source", "created_at", "closed_at", "due_on", "overdue_at"),
    *("customer_name", "wants_delivery", "wants_installation", "earned", "price_min", "price_max"),
    *("place__name", "region__name", "dealer__name", "manager__name"),
)


@dataclass(frozen=True)
class Row:
    """A row. ``customer`` is empty where the name is hidden; ``total`` is in rubles.

    ``is_offered``: the user may accept the order now. ``distance`` is in kilometres or None.
    ``promised_up_to``: a range is promised and the sum is its upper end.
    """

    order: Order
    customer: str
    total: object
    is_offered: bool
    products: str
    more_products: int
    distance: float | None
    needs_attention: bool
    promised_up_to: bool

    @property
    def number(self):
        """The order's number, not parted into thousands."""
        return str(self.order.pk)

    @property
    def signature(self):
        """What a change of changes the row."""
        order = self.order
        return (order.pk, order.version, self.total, order.overdue_at, self.needs_attention)


def rows_of(orders, user):
    """Rows for the list, the names of their products fetched in one query."""
    names = defaultdict(list)
    lines = OrderLine.objects.filter(order__in=[order.pk for order in orders])
    for order_id, name in lines.order_by("position").values_list("order_id", "name"):
        names[order_id].append(name)
    return [_row(order, names[order.pk], user) for order in orders]


def _row(order, names, user):
    return Row(
        order=order,
        customer=_customer(order, user),
        total=order.shown_total,
        is_offered=bool(user.is_dealer) and order.status == Status.NEW,
        products=names[0] if names else "",
        more_products=max(0, len(names) - 1),
        distance=getattr(order, "distance", None),
        needs_attention=getattr(order, "needs_attention", False),
        promised_up_to=bool(user.is_manufacturer) and _is_range(order),
    )


def _customer(order, user):
    if not has_contact(user, order):
        return ""
    # The list shows a dealer no phone, so none that stands in the name either.
    return without_phones(order.customer_name) if user.is_dealer else order.customer_name


def _is_range(order):
    return order.status == Status.NEW and order.price_min not in (None, order.price_max)
