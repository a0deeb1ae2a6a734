"""Two cards of one person become one, and two again."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind
from dealers.services.audit import record
from orders.models import Consent, Customer, CustomerDeed, CustomerMerge, CustomerNote, Order
from orders.services.customers import (
    CustomerMoved,
    CustomerNotFound,
    keep_deed,
    lock_people,
)
from orders.services.errors import OrderError

# How long a merging can be taken back.
UNDO = timedelta(days=30)


def seen_of(customer):
    """What a preview shows of a customer, as ``merge`` takes it."""
    return f"{customer.version}.{customer.order_count}"


@transaction.atomic
def merge(*, kept_id, merged_id, seen, by, now):
    """Make ``merged`` the same person as ``kept``: orders, consents and notes go to the latter.

    The merged customer keeps its phone, by which later orders come to the kept one. ``seen`` maps
    both numbers to the ``seen_of`` that the preview showed. Returns the CustomerMerge. Raises
    CustomerNotFound, CustomerMoved.
    """
    if kept_id == merged_id or not by.is_manufacturer:
        raise CustomerNotFound
    customers, orders = lock_people([kept_id, merged_id])
    kept, merged = customers[kept_id], customers[merged_id]
    if not (kept.is_current and merged.is_current):
        raise CustomerNotFound
    if any(seen_of(one) != seen.get(one.pk) for one in (kept, merged)):
        raise CustomerMoved
    followers = [one.pk for one in customers.values() if one.merged_into_id == merged.pk]
    notes = CustomerNote.objects.filter(customer=merged)
    done = CustomerMerge.objects.create(
        kept=kept,
        merged=merged,
        orders=[order.pk for order in orders if order.customer_id == merged.pk],
        notes=list(notes.values_list("pk", flat=True)),
        followers=followers,
        by=by,
        at=now,
    )
    notes.update(customer=kept)
    _move_orders(done.orders, kept)
    Customer.objects.filter(pk__in=[merged.pk, *followers]).update(merged_into=kept)
    _tell(done, CustomerDeed.Kind.MERGED, AuditKind.CUSTOMERS_MERGED, done.orders, by=by, now=now)
    return done


@transaction.atomic
def split(*, merge_id, by, now):
    """Take a merging back: what went along goes back, with the orders placed by that phone since.

    Taken back already is a success. Raises CustomerNotFound, OrderError (too late, merged further,
    erased).
    """
    done = CustomerMerge.objects.filter(pk=merge_id).first()
    if done is None or not by.is_manufacturer:
        raise CustomerNotFound
    customers, orders = lock_people([done.kept_id, done.merged_id])
    done.refresh_from_db()
    if done.undone_at is not None:
        return done
    kept, merged = customers[done.kept_id], customers[done.merged_id]
    if not kept.is_current or merged.merged_into_id != kept.pk:
        raise OrderError(_("The card was merged further or erased since: this stays as it is."))
    if now - done.at > UNDO:
        raise OrderError(_("Merging can be taken back for 30 days only."))
    theirs = set(done.orders)
    # The phone says whose the later ones are.
    back = [
        order.pk
        for order in orders
        if order.customer_id == kept.pk and (order.pk in theirs or order.phone == merged.phone)
    ]
    Customer.objects.filter(pk=merged.pk).update(merged_into=None)
    Customer.objects.filter(pk__in=done.followers, merged_into=kept).update(merged_into=merged)
    _move_orders(back, merged)
    CustomerNote.objects.filter(pk__in=done.notes).update(customer=merged)
    done.undone_by, done.undone_at = by, now
    done.save(update_fields=["undone_by", "undone_at"])
    _tell(done, CustomerDeed.Kind.SPLIT, AuditKind.CUSTOMERS_SPLIT, back, by=by, now=now)
    return done


def may_split(merge, now):
    """Whether the merging can still be taken back by its time."""
    return merge.undone_at is None and now - merge.at <= UNDO


def _move_orders(ids, customer):
    Order.objects.filter(pk__in=ids).update(customer=customer)
    Consent.objects.filter(order__in=ids).update(customer=customer)


def _tell(done, kind, audit, orders, *, by, now):
    """Both cards and the journal say what happened."""
    for one, other in ((done.kept, done.merged), (done.merged, done.kept)):
        keep_deed(one, kind, {"other": other.pk, "orders": len(orders)}, by=by, now=now)
    record(
        by=by,
        changed=done.kept,
        kind=audit,
        data={"other": done.merged_id, "orders": len(orders)},
        now=now,
    )
