"""Showing a hidden phone leaves a trace."""

from django.db import transaction

from dealers.models import AuditKind
from dealers.services.audit import record
from orders.models import HistoryEntry, HistoryKind
from orders.phones import phone_for
from orders.services.errors import OrderNotFound
from orders.services.locking import lock_order


@transaction.atomic
def show_phone(*, order_id, by, now):
    """The customer's number for a person of the manufacturer; the history keeps who looked.

    Raises OrderNotFound.
    """
    order = lock_order(order_id)
    if order is None or not by.is_manufacturer:
        raise OrderNotFound
    HistoryEntry.objects.create(order=order, kind=HistoryKind.PHONE_SHOWN, actor=by, created_at=now)
    record(by=by, changed=order, kind=AuditKind.PHONE, now=now)
    return phone_for(by, order)
