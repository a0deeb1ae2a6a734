"""The list of orders as a table for download: what the filter shows, as far as the user may see."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.phones import masked_phone, phone_for
from orders.scope import has_contact
from suz.common.masking import without_phones

CHUNK = 500

TITLES = (
    gettext_lazy("Number"),
    gettext_lazy("Status"),
    gettext_lazy("Created"),
    gettext_lazy("Customer"),
    gettext_lazy("Phone"),
    gettext_lazy("City"),
    gettext_lazy("Region"),
    gettext_lazy("Products"),
    gettext_lazy("Quantity"),
    gettext_lazy("Delivery"),
    gettext_lazy("Installation"),
    gettext_lazy("Dealer"),
    gettext_lazy("Manager"),
    pgettext_lazy("order", "Source"),
    gettext_lazy("Sum"),
    gettext_lazy("Promo code"),
    gettext_lazy("Discount"),
    gettext_lazy("Earned"),
    gettext_lazy("Term"),
    gettext_lazy("Closed"),
)


def export_rows(orders, user):
    """One row an order, read in pieces. A dealer's phones are masked, whatever it may see."""
    orders = orders.select_related("manager", "promo_code").prefetch_related("lines")
    for order in orders.iterator(chunk_size=CHUNK):
        yield _row(order, user)


def _row(order, user):
    is_open = has_contact(user, order)
    lines = list(order.lines.all())
    if not is_open:
        phone = ""
    elif user.is_manufacturer:
        phone = phone_for(user, order)
    else:
        phone = masked_phone(order)
    return (
        order.pk,
        str(order.status_info.name),
        order.created_at,
        _customer(order, user) if is_open else "",
        phone,
        order.place.name,
        order.region.name,
        "; ".join(f"{line.name} × {line.quantity}" for line in lines),
        sum(line.quantity for line in lines),
        _("yes") if order.wants_delivery else "",
        _("yes") if order.wants_installation else "",
        order.dealer.name if order.dealer_id and is_open else "",
        order.manager.name if order.manager_id and is_open else "",
        order.get_source_display(),
        order.shown_total,
        order.promo_code.code if order.discount and is_open else "",
        order.discount if order.discount and is_open else None,
        order.earned if is_open else None,
        order.due_on,
        order.closed_at,
    )


def _customer(order, user):
    """A number written into the name is as hidden as the phone itself."""
    return without_phones(order.customer_name) if user.is_dealer else order.customer_name
