"""The list of customers as a table for download."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suz.common.text import phone

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


def export_rows(customers):
    """One row a customer, read in pieces."""
    for one in customers.iterator(chunk_size=CHUNK):
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
