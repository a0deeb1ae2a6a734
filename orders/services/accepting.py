"""Taking an order, leaving it, and handing it on."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from catalog.assortment import load_terms
from catalog.pricing import forced_quote
from dealers.models import Dealer, PointsEntry, SystemSettings
from dealers.services.points import add_points
from orders import messages
from orders.discounts import after
from orders.models import (
    Assignment,
    AttentionReason,
    DealerQuote,
    HistoryEntry,
    HistoryKind,
    Offer,
    OfferState,
    Order,
    OrderLine,
    Party,
    Reason,
    ReasonKind,
)
from orders.promise import items_of
from orders.services.attention import resolve_attention
from orders.services.conversations import hand_over
from orders.services.errors import IllegalStep, OrderError, OrderGone, OrderNotFound
from orders.services.locking import lock_order
from orders.services.placing import quote_row
from orders.services.pricing import set_prices
from orders.statuses import IN_WORK, Status

# What changes when an order goes to a dealer or leaves one.
WORK_FIELDS = (
    "cycle",
    "status",
    "dealer",
    "manager",
    "accepted_at",
    "contact_kind",
    "contacted_at",
    "confirmed_at",
)
# What a dealer's taking the order settles; the term may pass all the same.
DISTRIBUTION_REASONS = (
    AttentionReason.NO_DEALER,
    AttentionReason.ALL_DECLINED,
    AttentionReason.UNCLAIMED,
)

# The same conditions as OrderQuerySet.offered_to. Written out because building it anew takes longer
# than running it, and the many that come too late wait for one another. Whoever waited for an order
# that was meanwhile sent round anew still sees the offers of before: only the cycle tells.
_TAKE = """
    UPDATE orders_order o
       SET status = 'accepted', dealer_id = %(dealer)s, manager_id = %(manager)s,
           accepted_at = %(now)s
     WHERE o.id = %(order)s AND o.status = 'new' AND o.deleted_at IS NULL
       AND o.cycle = coalesce(%(cycle)s, o.cycle)
       AND EXISTS (SELECT 1 FROM orders_offer f
                    WHERE f.order_id = o.id AND f.dealer_id = %(dealer)s AND f.state = 'open'
                      AND f.cycle = o.cycle)
"""


def accept_offer(*, order_id, by, now, cycle=None):
    """The user's dealer takes the order; exactly one of those to whom it is offered can.

    Decided by one conditional update: a second acceptance by the same dealer is a success, another
    dealer's raises OrderGone. ``cycle`` is the one that the dealer was shown, where known: an order
    that has been changed and offered anew since is not taken unseen (OrderError). Raises
    OrderNotFound where the dealer never had an offer.
    """
    if by.dealer_id is None or not by.dealer.is_active:
        raise OrderNotFound
    # Looked into after the transaction: PostgreSQL gives the row's lock to each that waited for it
    # in turn, changed or not, and the next one waits until that transaction has ended.
    return _taken(order_id, by, now, cycle) or _lost(order_id, by)


@transaction.atomic
def _taken(order_id, by, now, cycle):
    """The order, now the dealer's, or None where it could not be had."""
    if not _take(order_id, by, now, cycle):
        return None
    order = lock_order(order_id)
    offer = Offer.objects.get(order=order, dealer_id=by.dealer_id, cycle=order.cycle)
    Offer.objects.filter(pk=offer.pk).update(state=OfferState.ACCEPTED, closed_at=now, closed_by=by)
    withdraw_open_offers(order, now)
    start_assignment(order, manager=by, offered_at=offer.opened_at, now=now)
    _take_prices(order)
    resolve_attention(order_id=order.pk, reasons=DISTRIBUTION_REASONS, by=by, now=now)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.ACCEPTED,
        actor=by,
        dealer_id=by.dealer_id,
        data={"dealer": order.dealer.name, "manager": by.name, "strategy": offer.strategy},
        is_visible=True,
        created_at=now,
    )
    messages.accepted(order, now)
    return order


def _take(order_id, by, now, cycle):
    """Whether the order, offered to the dealer and still new, is now the dealer's."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "order": order_id,
                "dealer": by.dealer_id,
                "manager": by.pk,
                "now": now,
                "cycle": cycle,
            },
        )
        return bool(cursor.rowcount)


def _lost(order_id, by):
    """What to tell a dealer whose acceptance changed nothing: the many, so one small query."""
    seen = (
        Offer.objects.filter(order=order_id, dealer_id=by.dealer_id, order__deleted_at__isnull=True)
        .order_by("-cycle")
        .values_list("state", "order__status", "order__dealer_id")
        .first()
    )
    state, status, dealer_id = seen or (None, None, by.dealer_id)
    if dealer_id == by.dealer_id:
        own = Order.objects.alive().filter(pk=order_id, dealer_id=dealer_id, status__in=IN_WORK)
        if order := own.first():
            return order
    if state is None:
        raise OrderNotFound
    if state == OfferState.DECLINED:
        raise OrderGone(_("You have declined this order."))
    if status == Status.NEW:
        if state == OfferState.OPEN:
            raise OrderError(_("The order has changed since you opened it. Look at it once more."))
        raise OrderGone(_("The order is no longer offered to you."))
    if status == Status.CANCELLED:
        raise OrderGone(_("The order has been cancelled."))
    raise OrderGone(_("The order has already been accepted by another dealer."))


@transaction.atomic
def decline_offer(*, order_id, by, reason_id, now):
    """The user's dealer does not want the order; the others who see it keep seeing it.

    A repeated decline is a success. Raises OrderNotFound, OrderGone, OrderError (reason).
    """
    order = lock_order(order_id)
    if order is None or by.dealer_id is None:
        raise OrderNotFound
    offers = Offer.objects.filter(order=order, dealer_id=by.dealer_id, cycle=order.cycle)
    reason = reason_of(reason_id, ReasonKind.DECLINE)
    changed = (
        offers.filter(state=OfferState.OPEN).update(
            state=OfferState.DECLINED, closed_at=now, closed_by=by, reason=reason
        )
        if order.status == Status.NEW
        else 0
    )
    if not changed:
        offer = offers.first()
        if offer is None:
            raise OrderNotFound
        if offer.state == OfferState.DECLINED:
            return order
        raise OrderGone(_("The order is no longer offered to you."))
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.DECLINED,
        actor=by,
        dealer_id=by.dealer_id,
        data={"dealer": by.dealer.name, "reason": reason.text},
        created_at=now,
    )
    return order


@transaction.atomic
def give_up(*, order_id, by, reason_id, now):
    """The dealer leaves an accepted order; it goes back into distribution without that dealer.

    The customer is told; points are taken where the reason is the dealer's. By the dealer's manager
    or by the manufacturer. Raises OrderNotFound, IllegalStep, OrderError (reason).
    """
    order = lock_order(order_id)
    if order is None or not (by.is_manufacturer or order.dealer_id == by.dealer_id):
        raise OrderNotFound
    if order.status not in IN_WORK:
        raise IllegalStep(_("Only an order in work can be given up."))
    reason = reason_of(reason_id, ReasonKind.GIVE_UP)
    dealer = order.dealer
    end_assignment(order, Assignment.End.GIVEN_UP, reason=reason, now=now)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.GIVEN_UP,
        actor=by,
        dealer=dealer,
        data={"dealer": dealer.name, "reason": reason.text, "party": reason.party},
        is_visible=True,
        created_at=now,
    )
    take_points(order, dealer.pk, reason, now)
    messages.given_up(order, dealer, reason, now)
    to_new_cycle(order, now=now)
    return order


@transaction.atomic
def return_to_distribution(*, order_id, by, now):
    """A person of the manufacturer starts the distribution of the order again.

    A dealer that has the order loses it without points. Raises OrderNotFound, IllegalStep.
    """
    order = _for_manufacturer(order_id, by)
    if not order.is_open:
        raise IllegalStep(_("The order is closed."))
    if order.dealer_id:
        end_assignment(order, Assignment.End.REASSIGNED, now=now)
    withdraw_open_offers(order, now)
    messages.withdraw_offers(order, now)
    resolve_attention(order_id=order.pk, reasons=DISTRIBUTION_REASONS, by=by, now=now)
    HistoryEntry.objects.create(order=order, kind=HistoryKind.RESTARTED, actor=by, created_at=now)
    to_new_cycle(order, now=now)
    return order


@transaction.atomic
def assign(*, order_id, dealer_id, by, now):
    """A person of the manufacturer gives the order to a dealer, eligible or not.

    The dealer's recorded quote becomes the prices; without one it works at its present prices,
    never above the promise. Raises OrderNotFound, IllegalStep, OrderError (dealer).
    """
    order = _for_manufacturer(order_id, by)
    if not order.is_open:
        raise IllegalStep(_("The order is closed."))
    dealer = Dealer.objects.filter(pk=dealer_id, is_active=True).first()
    if dealer is None:
        raise OrderError(_("Choose a dealer that is active."))
    if order.dealer_id == dealer.pk:
        raise OrderError(_("This dealer already has the order."))
    if order.dealer_id:
        end_assignment(order, Assignment.End.REASSIGNED, now=now)
        order.cycle += 1
    withdraw_open_offers(order, now)
    ensure_quote(order, dealer, now)
    order.status = Status.ACCEPTED
    order.dealer = dealer
    order.manager = None
    order.accepted_at = now
    order.contact_kind = ""
    order.contacted_at = order.confirmed_at = None
    order.save(update_fields=WORK_FIELDS)
    hand_over(order, now=now)
    start_assignment(order, manager=None, offered_at=None, now=now)
    _take_prices(order)
    resolve_attention(order_id=order.pk, reasons=DISTRIBUTION_REASONS, by=by, now=now)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.ASSIGNED,
        actor=by,
        dealer=dealer,
        data={"dealer": dealer.name},
        is_visible=True,
        created_at=now,
    )
    messages.assigned(order, now)
    return order


def ensure_quote(order, dealer, now):
    """The dealer's quote for the order; one above the promise becomes the placed prices."""
    recorded = DealerQuote.objects.filter(order=order, dealer=dealer).first()
    if recorded is not None:
        return recorded
    lines = list(order.lines.select_related("product"))
    terms = load_terms([dealer], [line.product_id for line in lines], place=order.place, now=now)[
        dealer.pk
    ]
    row = forced_quote_row(order, lines, terms, now)
    row.save()
    return row


def forced_quote_row(order, lines, terms, now):
    """The quote, not yet saved, of a dealer that gets the order whatever it has in stock."""
    row = quote_row(order, forced_quote(terms, items_of(lines), order.services), now)
    cut = order.promo_code.cut if order.discount else None
    final = after(cut, row.goods_total, row.total)
    if row.total > order.price_max or (cut and final > order.promised_range[1]):
        row.prices = [line.placed_price for line in lines]
        row.goods_total = sum(line.placed_price * line.quantity for line in lines)
        row.total = order.price_max
    return row


def end_assignment(order, end, *, now, reason=None):
    """The dealer's time with the order is over; ``end`` is an Assignment.End."""
    Assignment.objects.filter(order=order, ended_at__isnull=True).update(
        ended_at=now, end=end, reason=reason
    )


def take_points(order, dealer_id, reason, now):
    """Take points for an order lost by the dealer's fault, once a cycle."""
    points = SystemSettings.load().points_failed
    if reason.party == Party.DEALER and points:
        add_points(
            dealer_id=dealer_id,
            amount=-points,
            kind=PointsEntry.Kind.FAILED,
            order_id=order.pk,
            cycle=order.cycle,
            reason=reason.text,
            now=now,
        )


def _for_manufacturer(order_id, by):
    order = lock_order(order_id)
    if order is None or not by.is_manufacturer:
        raise OrderNotFound
    return order


def reason_of(reason_id, kind):
    """An active reason of the kind; raises OrderError."""
    reason = Reason.objects.filter(pk=reason_id, kind=kind, is_active=True).first()
    if reason is None:
        raise OrderError(_("Choose a reason from the list."))
    return reason


def withdraw_open_offers(order, now):
    """Nobody is offered the order any more."""
    Offer.objects.filter(order=order, state=OfferState.OPEN).update(
        state=OfferState.WITHDRAWN, closed_at=now
    )


def start_assignment(order, *, manager, offered_at, now):
    """The dealer's time with the order begins; by hand where nothing was offered."""
    Assignment.objects.create(
        order=order,
        dealer_id=order.dealer_id,
        cycle=order.cycle,
        manager=manager,
        by_hand=offered_at is None,
        offered_at=offered_at,
        started_at=now,
    )


def _take_prices(order):
    """The dealer's recorded prices become the order's."""
    quote = DealerQuote.objects.get(order=order, dealer_id=order.dealer_id)
    set_prices(order, quote.prices, quote.total)


def to_new_cycle(order, also=(), *, now):
    """Back to New, for distribution to find, at the prices of the promise's upper end.

    ``also`` names further fields of the order that were changed and are to be saved.
    """
    order.cycle += 1
    order.status = Status.NEW
    order.dealer = None
    order.manager = None
    order.accepted_at = None
    order.contact_kind = ""
    order.contacted_at = order.confirmed_at = None
    order.save(update_fields=[*WORK_FIELDS, *also])
    hand_over(order, now=now)
    placed = OrderLine.objects.filter(order=order).order_by("position")
    set_prices(order, list(placed.values_list("placed_price", flat=True)), order.price_max)
