"""The list of customers as a table for download."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealers.models import AuditKind
from dealers.services.audit import record
from orders.services.errors import OrderError
from suz.common.text import phone

MOST_ROWS = 50_000
CHUNK = 500
TITLES = (
    gettext_lazy("Number"),
    gettext_lazy("Name"),
    gettext_lazy("Phone"),
    gettext_lazy("E-mail"),
    gettext_lazy("Region"),
    gettext_lazy("Orders"),
    gettext_lazy("Open orders"),
    gettext_lazy("Bought, ₽"),
    gettext_lazy("Last order"),
    gettext_lazy("Since"),
    gettext_lazy("Agreed to the robot’s calls"),
)


class TooManyCustomers(OrderError):
    """The filter shows more customers than one table takes."""

    def __init__(self):
        super().__init__(
            _("More than 50,000 customers. Narrow the filters, for example by the region.")
        )


@transaction.atomic
def record_export(*, customers, by, kind):
    """Keep who took how many customers away; returns how many. Raises TooManyCustomers."""
    count = customers.order_by()[: MOST_ROWS + 1].count()
    if count > MOST_ROWS:
        raise TooManyCustomers
    record(
        by=by,
        kind=AuditKind.EXPORT,
        data={"table": "customers", "count": count, "format": kind},
    )
    return count


def titles():
    """Titles of the columns in the language of the request."""
    return [str(title) for title in TITLES]


def export_rows(customers):
    """One row a customer, read in pieces."""
    for one in customers[:MOST_ROWS].iterator(chunk_size=CHUNK):
        yield (
            one.pk,
            one.name,
            phone(one.phone) if one.phone else "",
            one.email,
            one.region.name if one.region else "",
            one.order_count,
            one.open_count,
            one.bought,
            one.last_order_at if one.order_count else None,
            one.created_at,
            _("yes") if one.calls_consent else "",
        )
