"""The demo's journal: two weeks of what people did beside the orders."""

import random
from datetime import timedelta

from dealers.models import AuditKind, AuditRecord, PointsEntry
from orders.models import Order

DAYS = 14
HEADS = 8
OFFICE, HOME = "203.0.113.24", "198.51.100.{}"


class _Book:
    """Collects records of one world."""

    def __init__(self, now):
        self.now = now
        self.records = []

    def add(self, at, actor, kind, about=None, *, label=None, address=OFFICE, **data):
        """One deed; what would lie ahead of the demo's now has not happened yet."""
        if at > self.now:
            return
        if label is None:
            label = str(about) if about is not None else ""
        self.records.append(
            AuditRecord(
                at=at,
                actor=actor,
                kind=kind,
                object_type=about._meta.label_lower if about is not None else "",
                object_id=about.pk if about is not None else None,
                label=label[:200],
                data=data,
                address=address,
            )
        )


def write_journal(*, now, staff, members, shop, settings):
    """Insert the journal of the last weeks; the same demo gives the same journal."""
    rng = random.Random("suz demo journal")
    book = _Book(now)
    administrator, manager = staff
    _of_orders(book, administrator, manager, now)
    _of_settings(book, administrator, settings, now)
    heads = [member for member in members if member.managers][:HEADS]
    for day in range(DAYS, -1, -1):
        morning = (now - timedelta(days=day)).replace(hour=5, minute=0, second=0, microsecond=0)
        if morning.weekday() > 4:
            continue
        for person in staff:
            at = morning + timedelta(minutes=rng.randint(20, 90), seconds=rng.randint(0, 59))
            book.add(at, person, AuditKind.LOGIN, person)
        if day % 5 == 0:
            at = morning + timedelta(hours=5, minutes=rng.randint(0, 50))
            table = {"table": "orders", "count": rng.randint(40, 300), "format": "xlsx"}
            book.add(at, manager, AuditKind.EXPORT, **table)
        for number, member in enumerate(heads):
            if rng.random() < 0.5:
                _of_dealer(book, rng, member, shop, morning, HOME.format(10 + number))
    AuditRecord.objects.bulk_create(book.records, batch_size=1000)


def _of_orders(book, administrator, manager, now):
    for entry in PointsEntry.objects.filter(kind="manual").select_related("dealer", "created_by"):
        book.add(
            entry.created_at,
            entry.created_by or administrator,
            AuditKind.POINTS,
            entry.dealer,
            points=entry.amount,
            balance=entry.balance,
            reason=entry.reason,
        )
    for order in Order.objects.filter(deleted_at__isnull=False).select_related("deleted_by"):
        book.add(order.deleted_at, order.deleted_by, AuditKind.ORDER_DELETED, order)
    waiting = Order.objects.alive().filter(created_at__gt=now - timedelta(days=DAYS))
    for order in waiting.order_by("-id")[5:30:6]:
        book.add(order.created_at + timedelta(hours=1), manager, AuditKind.PHONE, order)


def _of_settings(book, administrator, settings, now):
    day = (now - timedelta(days=9)).replace(hour=8, minute=12, second=40, microsecond=0)
    installer = settings.installation_dealer
    changes = [
        {"field": "points_failed", "before": 30, "after": settings.points_failed},
        {
            "field": "installation_dealer",
            "before": None,
            "after": [installer.pk, installer.name],
        },
    ]
    book.add(day, administrator, AuditKind.SETTINGS, settings, label="", changes=changes)


def _of_dealer(book, rng, member, shop, morning, address):
    head, dealer = member.managers[0], member.dealer
    at = morning + timedelta(minutes=rng.randint(30, 400), seconds=rng.randint(0, 59))
    if rng.random() < 0.08:
        book.add(at, None, AuditKind.LOGIN_FAILED, head, address=address)
    at += timedelta(minutes=1)
    book.add(at, head, AuditKind.LOGIN, head, address=address)
    if rng.random() < 0.6:
        products = rng.sample(shop.products, rng.randint(1, 6))
        changes = [
            {
                "field": product.name,
                "before": [True, str(product.recommended_price)],
                "after": [True, str(product.recommended_price + rng.randint(1, 9) * 5)],
            }
            for product in products
        ]
        at += timedelta(minutes=rng.randint(3, 20))
        book.add(
            at,
            head,
            AuditKind.ASSORTMENT,
            dealer,
            address=address,
            count=len(products),
            changes=changes,
        )
