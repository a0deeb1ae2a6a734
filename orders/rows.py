"""An order as one row of the list: what this user may see of it, ready to show."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from orders.models import Order, OrderLine
from orders.scope import has_contact
from orders.statuses import Status
from suz.common.masking import without_phones


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
    def signature(self):
        """What a change of changes the row."""
        order = self.order
        return (order.pk, order.version, self.total, order.overdue_at, self.needs_attention)


def rows_of(orders, user):
    """Rows for the list, their lines fetched in one query."""
    prefetch_related_objects(orders, "lines")
    return [_row(order, user) for order in orders]


def _row(order, user):
    lines: list[OrderLine] = list(order.lines.all())
    return Row(
        order=order,
        customer=_customer(order, user),
        total=order.shown_total,
        is_offered=bool(user.is_dealer) and order.status == Status.NEW,
        products=lines[0].name if lines else "",
        more_products=max(0, len(lines) - 1),
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
