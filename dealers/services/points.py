"""The points ledger: every movement is an entry, the balance is their sum.

The functions belong to the transaction of what earned or cost the points; a dealer's row is the
last thing locked (order, promotion, call, delivery, dealer's balance).
"""

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind, Dealer, PointsEntry
from dealers.services.audit import record
from dealers.services.errors import Refused

# Only the driver's ON CONFLICT … RETURNING tells a row really inserted from one that was there.
INSERT = """
    INSERT INTO dealers_pointsentry
        (dealer_id, amount, balance, kind, order_id, cycle, reason, created_by_id, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (order_id, cycle, kind) WHERE order_id IS NOT NULL DO NOTHING
    RETURNING id
"""


class LedgerMoved(Refused):
    """The ledger has grown since the person looked at it."""

    def __init__(self):
        super().__init__(
            _("The points have changed while you were writing. Check the balance and save again.")
        )


@transaction.atomic
def add_points(*, dealer_id, amount, kind, order_id=None, cycle=None, reason="", by=None, now):
    """Add a movement of ``amount`` points (negative takes) and return the entry.

    An entry for an order names the order's cycle and is made once for an order, cycle and kind:
    repeating it changes nothing and returns None, as does an amount of zero. Manual entries need a
    reason.
    """
    if (order_id is None) != (cycle is None):
        raise ValueError("an entry for an order names the order and its cycle")
    if kind == PointsEntry.Kind.MANUAL and not reason.strip():
        raise ValueError("a manual entry needs a reason")
    if amount == 0:
        return None
    # The key of the row stays as it is, so orders that refer to the dealer need not wait.
    dealer = Dealer.objects.select_for_update(no_key=True).only("points").get(pk=dealer_id)
    entry = PointsEntry(
        dealer_id=dealer_id,
        amount=amount,
        balance=dealer.points + amount,
        kind=PointsEntry.Kind(kind).value,
        order_id=order_id,
        cycle=cycle,
        reason=reason,
        created_by=by,
        created_at=now,
    )
    entry.pk = _insert(entry)
    if entry.pk is None:
        return None
    entry._state.adding = False
    Dealer.objects.filter(pk=dealer_id).update(points=entry.balance)
    return entry


@transaction.atomic
def reverse_points(*, order_id, cycle, reason="", by=None, now):
    """Take back what an order has earned or cost in a cycle and return the entry, or None.

    The reversal is an entry of its own, once for an order and cycle; an order that goes on
    afterwards does so in its next cycle, where it earns anew. The customer's rating is not the
    order's: it stays until its survey is voided.
    """
    moved = (
        PointsEntry.objects.filter(order_id=order_id, cycle=cycle)
        .exclude(kind__in=(PointsEntry.Kind.RATING, PointsEntry.Kind.RATING_VOIDED))
        .values("dealer_id")
        .annotate(total=models.Sum("amount"))
        .exclude(total=0)
        .order_by("dealer_id")
        .first()
    )
    if moved is None:
        return None
    return add_points(
        dealer_id=moved["dealer_id"],
        amount=-moved["total"],
        kind=PointsEntry.Kind.REVERSAL,
        order_id=order_id,
        cycle=cycle,
        reason=reason,
        by=by,
        now=now,
    )


@transaction.atomic
def enter_points(*, dealer_id, amount, reason, seen_entry, by, now):
    """Add an administrator's entry to a ledger whose newest entry was ``seen_entry`` (or None).

    Raises LedgerMoved where there are newer ones, so that a form sent twice counts once and two
    people do not correct the same mistake.
    """
    dealer = Dealer.objects.select_for_update(no_key=True).only("name").get(pk=dealer_id)
    if newest_entry_id(dealer_id) != seen_entry:
        raise LedgerMoved
    entry = add_points(
        dealer_id=dealer_id,
        amount=amount,
        kind=PointsEntry.Kind.MANUAL,
        reason=reason,
        by=by,
        now=now,
    )
    if entry is not None:
        record(
            by=by,
            changed=dealer,
            kind=AuditKind.POINTS,
            data={"points": amount, "balance": entry.balance, "reason": reason},
            now=now,
        )
    return entry


def newest_entry_id(dealer_id):
    """The id of a dealer's newest entry, or None."""
    return (
        PointsEntry.objects.filter(dealer_id=dealer_id)
        .order_by("-id")
        .values_list("pk", flat=True)
        .first()
    )


def _insert(entry):
    """The id of the new row, or None where the order has its entry already."""
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                entry.dealer_id,
                entry.amount,
                entry.balance,
                entry.kind,
                entry.order_id,
                entry.cycle,
                entry.reason,
                entry.created_by_id,
                entry.created_at,
            ],
        )
        row = cursor.fetchone()
    return row[0] if row else None
