"""Bringing deleted orders back."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind
from dealers.services.audit import record
from orders.models import HistoryEntry, HistoryKind, Order
from orders.services.accepting import start_assignment, to_new_cycle
from orders.services.customers import refuse_erased
from orders.services.errors import OrderError, OrderNotFound
from orders.services.pricing import SUMS
from orders.services.promo_codes import holds_use, take_again


@transaction.atomic
def restore_order(*, order_id, by, now):
    """An administrator brings a deleted order back as it was.

    An order in work returns to its dealer, a new one into distribution, a closed one stays closed.
    Restored already is a success. Raises OrderNotFound, OrderError (the dealer is gone, or the
    customer erased).
    """
    order = (
        Order.objects.select_for_update(of=("self",))
        .select_related("dealer")
        .filter(pk=order_id)
        .first()
    )
    if order is None or not by.is_administrator:
        raise OrderNotFound
    if order.deleted_at is None:
        return order
    if order.is_open and order.dealer_id and not order.dealer.is_active:
        raise OrderError(
            _("“%(dealer)s” works no more: switch the dealer on, or place the order anew.")
            % {"dealer": order.dealer.name}
        )
    if order.is_open:
        refuse_erased(order)
    order.deleted_at = None
    order.deleted_by = None
    fields = ["deleted_at", "deleted_by"]
    if holds_use(order) and take_again(order, by=by, now=now):
        fields += ["promo_code", *SUMS]
    if not order.is_open:
        order.save(update_fields=fields)
    elif order.dealer_id:
        order.cycle += 1
        order.save(update_fields=[*fields, "cycle"])
        start_assignment(order, manager=order.manager, offered_at=None, now=now)
    else:
        to_new_cycle(order, also=fields, now=now)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.RESTORED,
        actor=by,
        dealer_id=order.dealer_id,
        created_at=now,
    )
    record(by=by, changed=order, kind=AuditKind.ORDER_RESTORED, now=now)
    return order
