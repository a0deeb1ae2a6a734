"""The list of dealers as a table for download, in the columns of the case and then contacts."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TITLES = (
    gettext_lazy("Dealer's name"),
    gettext_lazy("Main region"),
    gettext_lazy("Authorised"),
    gettext_lazy("Orders from the site"),
    gettext_lazy("Call from the site"),
    gettext_lazy("Points"),
    gettext_lazy("Number of orders"),
    gettext_lazy("Registered"),
    gettext_lazy("Works"),
    gettext_lazy("E-mail"),
    gettext_lazy("Site"),
    gettext_lazy("Phones"),
)


def export_rows(dealers):
    """One row a dealer, as ``table_response`` takes them."""
    for dealer in dealers.prefetch_related("phones"):
        yield (
            dealer.name,
            dealer.main_region.name,
            _yes_no(dealer.is_authorised),
            _yes_no(dealer.takes_site_orders),
            _yes_no(dealer.site_calls),
            dealer.points,
            dealer.orders_count,
            dealer.registered_at,
            _yes_no(dealer.is_active),
            dealer.email,
            dealer.website,
            ", ".join(str(phone.number) for phone in dealer.phones.all()),
        )


def _yes_no(value):
    return _("yes") if value else _("no")
