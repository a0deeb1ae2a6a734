"""The only way to a customer's phone.

Everything else (templates, tables, exports, logs) must not touch ``Order.phone``.
"""

from django.db.models import Q

from dealers.models import SystemSettings
from orders.statuses import IN_WORK
from suz.common.text import hidden_phone, phone


def may_see_phone(user, order, settings=None):
    """Whether the customer's number is open to the user.

    The manufacturer always. The one dealer that has the order: after a connected call through the
    site; without the option "call from the site" (or while calls do not work at all) from
    acceptance on. Never once the order has left the dealer or is closed.
    """
    if user.is_manufacturer:
        return True
    if not user.is_dealer or order.dealer_id != user.dealer_id or order.status not in IN_WORK:
        return False
    settings = settings or SystemSettings.load()
    if not (settings.calls_enabled and user.dealer.site_calls):
        return True
    return bool(order.contact_kind)


def open_phones(user, settings):
    """The same rule as a condition on orders, so that a search finds no hidden number."""
    if user.is_manufacturer:
        return Q()
    if not user.is_dealer:
        return Q(pk__in=[])
    rule = Q(dealer_id=user.dealer_id, status__in=IN_WORK)
    if settings.calls_enabled and user.dealer.site_calls:
        rule &= ~Q(contact_kind="")
    return rule


def phone_for(user, order, settings=None):
    """The customer's number as people read it, or None while it is hidden from the user."""
    return phone(order.phone) if may_see_phone(user, order, settings) else None


def masked_phone(order):
    """What stands in place of a hidden number."""
    return hidden_phone(order.phone)
