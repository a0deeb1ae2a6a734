"""An order's way from acceptance to its end."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealers.models import AuditKind, PointsEntry, SystemSettings
from dealers.services.audit import record
from dealers.services.points import add_points, reverse_points
from orders import messages
from orders.models import (
    Ask,
    Assignment,
    Attention,
    AttentionReason,
    ContactKind,
    HistoryEntry,
    HistoryKind,
    Order,
    ReasonKind,
)
from orders.services.accepting import (
    end_assignment,
    reason_of,
    start_assignment,
    take_points,
    to_new_cycle,
    withdraw_open_offers,
)
from orders.services.attention import resolve_attention
from orders.services.conversations import end_wish
from orders.services.customers import refuse_erased
from orders.services.errors import IllegalStep, OrderError, OrderNotFound
from orders.services.locking import lock_order, lock_own
from orders.services.pricing import SUMS
from orders.services.promo_codes import give_back, holds_use, take_again
from orders.statuses import OPEN, STATUSES, TRANSITIONS, Status, Step

OVERDUE_BATCH = 200
MAX_EARNED = Decimal("999999999.99")


@transaction.atomic
def mark_contacted(*, order_id, by, now):
    """A person says that the customer was reached: accepted → processed.

    For a dealer with working calls from the site a connected call is the only proof; after one the
    step is taken by hand where the settings do not take it at once.
    Raises OrderNotFound, IllegalStep.
    """
    order = lock_own(order_id, by)
    if order.contact_kind:
        before = order.status
        _step(order, Status.PROCESSED, by)
        _tell_status(order, before, by, now)
        return order
    if by.is_dealer and SystemSettings.load().calls_enabled and by.dealer.site_calls:
        raise IllegalStep(_("Call the customer through the site: the call proves the contact."))
    order.contact_kind = ContactKind.BY_HAND
    order.contacted_at = now
    _step(order, Status.PROCESSED, by, extra=["contact_kind", "contacted_at"])
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.CONTACTED,
        actor=by,
        dealer_id=order.dealer_id,
        data={"kind": ContactKind.BY_HAND},
        is_visible=True,
        created_at=now,
    )
    messages.called_back(order, now)
    return order


@transaction.atomic
def move(*, order_id, target, by, now):
    """A plain step of the transition table. Raises OrderNotFound, IllegalStep."""
    order = lock_own(order_id, by)
    before = order.status
    _step(order, target, by, kind=Step.MOVE)
    _tell_status(order, before, by, now)
    return order


@transaction.atomic
def complete(*, order_id, by, now, earned=None):
    """The order is done: points for the dealer, the assignment ends, everybody is told.

    ``earned`` is what the customer paid the dealer, rubles; the order's sum where not given.
    Raises OrderNotFound, IllegalStep, OrderError (sum).
    """
    order = lock_own(order_id, by)
    earned = order.total if earned is None else Decimal(earned)
    if not (earned.is_finite() and 0 <= earned <= MAX_EARNED):
        raise OrderError(_("Enter the sum that the customer paid."))
    order.earned = earned
    order.closed_at = now
    _step(order, Status.COMPLETED, by, kind=Step.COMPLETE, extra=["earned", "closed_at"])
    end_assignment(order, Assignment.End.COMPLETED, now=now)
    points = SystemSettings.load().points_completed
    if points:
        add_points(
            dealer_id=order.dealer_id,
            amount=points,
            kind=PointsEntry.Kind.COMPLETED,
            order_id=order.pk,
            cycle=order.cycle,
            now=now,
        )
    resolve_attention(order_id=order.pk, by=by, now=now)
    end_wish(order, granted=(), by=by, now=now, answers=False)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.COMPLETED,
        actor=by,
        dealer_id=order.dealer_id,
        data={"earned": str(earned), "points": points},
        is_visible=True,
        created_at=now,
    )
    messages.completed(order, now)
    return order


@transaction.atomic
def cancel(*, order_id, by, reason_id, now):
    """End an open order; points are taken from its dealer where the reason is the dealer's.

    Raises OrderNotFound, IllegalStep, OrderError (reason; the customer was erased).
    """
    order = lock_own(order_id, by)
    reason = reason_of(reason_id, ReasonKind.CANCEL)
    _check_step(order, Status.CANCELLED, by, Step.CANCEL)
    order.status = Status.CANCELLED
    end_cancelled(order, reason, by=by, now=now)
    return order


def end_cancelled(order, reason, *, by, now):
    """What follows where a locked order has just become cancelled; ``by`` None: the customer."""
    give_back(order)
    order.cancel_reason = reason
    order.closed_at = now
    order.save(update_fields=["status", "cancel_reason", "closed_at"])
    withdraw_open_offers(order, now)
    if order.dealer_id:
        end_assignment(order, Assignment.End.CANCELLED, reason=reason, now=now)
        take_points(order, order.dealer_id, reason, now)
    resolve_attention(order_id=order.pk, by=by, now=now)
    end_wish(order, granted=[Ask.CANCEL], by=by, now=now)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.CANCELLED,
        actor=by,
        by_customer=by is None,
        dealer_id=order.dealer_id,
        data={"reason": reason.text, "party": reason.party},
        is_visible=True,
        created_at=now,
    )
    messages.cancelled(order, reason, now)


@transaction.atomic
def reopen(*, order_id, by, reason, now):
    """An administrator opens a closed order again; points given or taken for it are reversed.

    It returns to its dealer where it had one, else into distribution. Raises OrderNotFound,
    IllegalStep, OrderError (reason).
    """
    order = lock_order(order_id)
    if order is None or not by.is_administrator:
        raise OrderNotFound
    if order.is_open:
        raise IllegalStep(_("The order is open already."))
    if not reason.strip():
        raise OrderError(_("Say why the order is opened again."))
    refuse_erased(order)
    before = order.status
    sums = SUMS if before == Status.CANCELLED and take_again(order, by=by, now=now) else ()
    reverse_points(order_id=order.pk, cycle=order.cycle, by=by, now=now)
    order.closed_at = None
    order.cancel_reason = None
    order.earned = None
    order.overdue_at = None
    term = SystemSettings.load().term_days
    order.due_on = max(order.due_on, timezone.localdate(now) + timedelta(days=term))
    if order.dealer_id:
        order.cycle += 1
        order.status = Status.PROCESSED if order.contact_kind else Status.ACCEPTED
    fields = ["closed_at", "cancel_reason", "earned", "overdue_at", "due_on", "cycle", "status"]
    if sums:
        fields += ["promo_code", *sums]
    if order.dealer_id:
        order.save(update_fields=fields)
        start_assignment(order, manager=order.manager, offered_at=None, now=now)
    else:
        to_new_cycle(order, also=fields, now=now)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.REOPENED,
        actor=by,
        dealer_id=order.dealer_id,
        text=reason.strip(),
        data={"from": before, "to": order.status},
        created_at=now,
    )
    return order


@transaction.atomic
def delete_order(*, order_id, by, now):
    """An administrator removes an order from sight; it is kept as deleted. Raises OrderNotFound."""
    order = lock_order(order_id)
    if order is None or not by.is_administrator:
        raise OrderNotFound
    withdraw_open_offers(order, now)
    messages.withdraw_offers(order, now)
    if order.dealer_id:
        end_assignment(order, Assignment.End.CANCELLED, now=now)
    resolve_attention(order_id=order.pk, by=by, now=now)
    if holds_use(order):
        give_back(order)
    order.deleted_at = now
    order.deleted_by = by
    order.save(update_fields=["deleted_at", "deleted_by"])
    HistoryEntry.objects.create(order=order, kind=HistoryKind.DELETED, actor=by, created_at=now)
    record(by=by, changed=order, kind=AuditKind.ORDER_DELETED, now=now)
    return order


@transaction.atomic
def mark_overdue(*, now, limit=OVERDUE_BATCH):
    """Mark open orders whose term has passed, once each; returns how many were marked."""
    today = timezone.localdate(now)
    orders = list(
        Order.objects.alive()
        .filter(status__in=OPEN, overdue_at__isnull=True, due_on__lt=today)
        .select_related("dealer", "manager", "place", "region")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("due_on")[:limit]
    )
    ids = [order.pk for order in orders]
    Order.objects.filter(pk__in=ids).update(overdue_at=now)
    Attention.objects.bulk_create(
        [Attention(order_id=pk, reason=AttentionReason.OVERDUE, raised_at=now) for pk in ids],
        ignore_conflicts=True,
    )
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            order=order,
            kind=HistoryKind.OVERDUE,
            dealer_id=order.dealer_id,
            data={"due_on": order.due_on.isoformat()},
            created_at=now,
        )
        for order in orders
    )
    for order in orders:
        messages.overdue(order, now)
    return len(orders)


def _tell_status(order, before, by, now):
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.STATUS,
        actor=by,
        dealer_id=order.dealer_id,
        data={"from": before, "to": order.status},
        is_visible=True,
        created_at=now,
    )


def _step(order, target, by, *, kind=Step.CONTACT, extra=()):
    """Take a legal step of the given kind and save it with other changed fields."""
    _check_step(order, target, by, kind)
    order.status = target
    order.save(update_fields=["status", *extra])


def _check_step(order, target, by, kind):
    transition = TRANSITIONS.get((order.status, target))
    if (
        transition is None
        or transition.step != kind
        or not (transition.dealer or by.is_manufacturer)
    ):
        known = STATUSES.get(target)
        raise IllegalStep(
            _("An order in the status “%(now)s” cannot become “%(next)s”.")
            % {"now": order.status_info.name, "next": known.name if known else "?"}
        )
