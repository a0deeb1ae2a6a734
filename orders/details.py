"""The details of an order that people correct: their names, who may set which, their words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.statuses import IN_WORK
from suz.common.text import hidden_phone

# As they stand in the history, in their order.
FIELD_NAMES = {
    "customer_name": pgettext_lazy("customer", "name"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "address": _("address"),
    "pin": _("pin on the map"),
    "comment": _("comment"),
    "due_on": pgettext_lazy("order", "term"),
    "manager": _("manager"),
}
CONTACT_FIELDS = ("customer_name", "phone", "email")
PLACE_FIELDS = ("address", "pin")


def fields_for(user, order):
    """The details that the user may set now.

    The manufacturer: all of an order that is not closed, the manager once there is a dealer. The
    order's own dealer: its manager, and where the goods go once it has talked to the customer.
    """
    if user.is_manufacturer:
        if not order.is_open:
            return ()
        fields = (*CONTACT_FIELDS, *PLACE_FIELDS, "comment", "due_on")
        return (*fields, "manager") if order.dealer_id else fields
    is_own = user.is_dealer and order.dealer_id == user.dealer_id
    if not is_own or order.status not in IN_WORK:
        return ()
    return (*PLACE_FIELDS, "manager") if order.contact_kind else ("manager",)


def value_of(order, name):
    """A detail's value: a pin as (latitude, longitude) or None, a manager as a User or None."""
    if name == "pin":
        has_pin = order.latitude is not None and order.longitude is not None
        return (order.latitude, order.longitude) if has_pin else None
    return getattr(order, name)


def in_words(name, value):
    """A value as the history keeps it: never a phone; a term as an ISO date."""
    if not value:
        return ""
    if name == "phone":
        return hidden_phone(value)
    if name == "pin":
        return f"{value[0]:.5f}, {value[1]:.5f}"
    if name == "due_on":
        return value.isoformat()
    return value.name if name == "manager" else str(value)
