"""Erasing a person's data at their request (152-ФЗ): names and contacts go, sums stay.

All rows are rewritten in one transaction, so that a killed process leaves either everything or
nothing; the files are deleted after it, and again by the tick until they are gone.
"""

import structlog
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dealers.models import AuditKind
from dealers.services.audit import record
from dealers.services.journal import clean_records
from notifications.erasing import erase_about
from orders.customer_history import sources
from orders.details import CONTACT_FIELDS, PLACE_FIELDS
from orders.messages import subject_key
from orders.models import (
    CommentFile,
    Consent,
    Customer,
    CustomerDeed,
    CustomerErasure,
    CustomerNote,
    HistoryEntry,
    HistoryKind,
    Order,
)
from orders.services.customers import CustomerNotFound, keep_deed, lock_people
from orders.services.errors import OrderError
from orders.services.files import erase_files
from suz.common.erasing import ERASED, Words

logger = structlog.get_logger(__name__)

PERSONAL = (*CONTACT_FIELDS, *PLACE_FIELDS, "comment")
BATCH = 20


class OpenOrders(OrderError):
    """While an order is open its dealer has to reach the customer; ``orders`` are the open ones."""

    def __init__(self, orders):
        super().__init__(
            _("The customer has open orders: complete or cancel them first, then erase the data.")
        )
        self.orders = orders


def open_orders(orders):
    """Those that stand in the way of erasing."""
    return [order for order in orders if order.is_open and order.deleted_at is None]


def erase(*, customer_id, reason, by, now):
    """Erase a person's data for good; returns the CustomerErasure. Erased already is a success.

    Raises CustomerNotFound, OpenOrders.
    """
    erasure = _erase(customer_id, reason, by, now)
    delete_files(erasure, now=now)
    return erasure


@transaction.atomic
def _erase(customer_id, reason, by, now):
    if not by.is_administrator:
        raise CustomerNotFound
    customers, orders = lock_people([customer_id])
    customer = customers[customer_id]
    if customer.erased_at is not None:
        return customer.erasure
    if not customer.is_current:
        raise CustomerNotFound
    if still_open := open_orders(orders):
        raise OpenOrders(still_open)
    ids = [order.pk for order in orders]
    phones = {str(one.phone) for one in (*customers.values(), *orders) if one.phone}
    words = _words(customers.values(), orders)
    files = _erase_history(ids, words)
    erase_about(subject_keys=[subject_key(order) for order in orders], phones=phones, words=words)
    for source in sources():
        files += source.erase(Order.objects.filter(pk__in=ids), words)
    for object_type, numbers in (("orders.order", ids), ("orders.customer", list(customers))):
        clean_records(object_type=object_type, ids=numbers, words=words)
    _erase_orders(ids)
    _erase_cards(customers, now)
    erasure = CustomerErasure.objects.create(
        customer=customer,
        by=by,
        reason=words.clean(reason.strip()),
        orders=len(ids),
        files=files,
        at=now,
    )
    data = {"reason": erasure.reason, "orders": len(ids)}
    keep_deed(customer, CustomerDeed.Kind.ERASED, data, by=by, now=now)
    record(by=by, changed=customer, kind=AuditKind.CUSTOMER_ERASED, data=data, now=now)
    return erasure


def delete_files(erasure, *, now):
    """Delete what storages still hold; what fails is tried again by the tick."""
    if erasure.done_at is not None:
        return
    left = []
    for storage, name in erasure.files:
        try:
            storages[storage].delete(name)
        except OSError:
            logger.exception("file_not_erased", erasure=erasure.pk)
            left.append([storage, name])
    erasure.files, erasure.done_at = left, None if left else now
    erasure.save(update_fields=["files", "done_at"])


def finish_erasures(*, now):
    """Delete files that an erasure has left behind; returns how many erasures were worked on."""
    waiting = CustomerErasure.objects.filter(done_at__isnull=True).order_by("at")[:BATCH]
    for erasure in waiting:
        delete_files(erasure, now=now)
    return len(waiting)


def _words(customers, orders):
    """Everything that the person was called and reached by, then and earlier."""
    names = {one.name for one in customers} | {order.customer_name for order in orders}
    exact = {one.email for one in customers}
    for order in orders:
        exact |= {order.email, order.address}
    changed = HistoryEntry.objects.filter(
        order__in=[order.pk for order in orders], kind=HistoryKind.DETAILS
    ).values_list("data", flat=True)
    deeds = CustomerDeed.objects.filter(
        customer__in=[one.pk for one in customers], kind=CustomerDeed.Kind.CONTACTS
    ).values_list("data", flat=True)
    for data in (*changed, *deeds):
        for one in data.get("changes", ()):
            found = {one.get("before", ""), one.get("after", "")}
            if one.get("field") == "customer_name":
                names |= found
            elif one.get("field") in ("email", "address"):
                exact |= found
    return Words(names=names - {ERASED}, exact=exact)


def _erase_history(ids, words):
    """Comments, changes and files of orders; returns the files to delete."""
    entries = list(HistoryEntry.objects.filter(order__in=ids))
    for entry in entries:
        said = entry.by_customer and entry.kind == HistoryKind.COMMENT
        entry.text = ERASED if said and entry.text else words.clean(entry.text)
        entry.data = _erased_facts(words.clean_facts(entry.data))
    HistoryEntry.objects.bulk_update(entries, ["text", "data"], batch_size=500)
    return erase_files(CommentFile.objects.filter(entry__order__in=ids))


def _erased_facts(data):
    """Facts of an entry, personal details in them without what they were and became."""
    if "changes" not in data:
        return data
    changes = [
        one | {"before": one["before"] and ERASED, "after": one["after"] and ERASED}
        if one.get("field") in PERSONAL
        else one
        for one in data["changes"]
    ]
    return data | {"changes": changes}


def _erase_orders(ids):
    Order.objects.filter(pk__in=ids).update(
        customer_name=ERASED,
        phone="",
        email="",
        address="",
        latitude=None,
        longitude=None,
        comment="",
        # The personal links work no more.
        link_version=F("link_version") + 1,
    )
    Consent.objects.filter(order__in=ids).update(address=None)


def _erase_cards(customers, now):
    CustomerNote.objects.filter(customer__in=customers).delete()
    CustomerDeed.objects.filter(customer__in=customers).exclude(data={}).filter(
        kind=CustomerDeed.Kind.CONTACTS
    ).update(data={})
    Customer.objects.filter(pk__in=customers).update(
        name=ERASED, phone=None, email="", erased_at=now
    )
