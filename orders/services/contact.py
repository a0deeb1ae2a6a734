"""What contact with the customer does to an order: calls, and the customer's own page.

Which calls there are is not known here. ``call`` is the number of the call that an entry of the
history tells of: the time line's template asks the app of calls for what more is to be said of it.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import SystemSettings
from orders import messages
from orders.models import ContactKind, HistoryEntry, HistoryKind, Party, Reason, ReasonKind
from orders.services.errors import IllegalStep, OrderNotFound
from orders.services.locking import lock_order
from orders.services.progress import end_cancelled
from orders.statuses import IN_WORK, TRANSITIONS, Status


@transaction.atomic
def prove_contact(*, order_id, dealer_id, cycle, by, now, call=None):
    """A call has connected the dealer's manager ``by`` with the customer.

    The phone opens to the dealer; an accepted order becomes processed where the settings say so.
    Returns whether the order was still the dealer's: otherwise nothing is proven.
    """
    order = _held(order_id, dealer_id, cycle)
    if order is None:
        return False
    if not order.contact_kind:
        order.contact_kind, order.contacted_at = ContactKind.CALL, now
        fields = ["contact_kind", "contacted_at"]
        step = (order.status, Status.PROCESSED)
        if step in TRANSITIONS and SystemSettings.load().processed_after_call:
            order.status = Status.PROCESSED
            fields.append("status")
        order.save(update_fields=fields)
    _tell(order, str(ContactKind.CALL), now, by=by, is_visible=True, call=call)
    messages.called_back(order, now)
    return True


@transaction.atomic
def note_call(*, order_id, dealer_id, cycle, kind, by, now, call=None):
    """Keep in the history how a call ended that proved no contact.

    ``kind`` is a key of orders.timeline.CONTACTS; ``by`` is None for the robot. Returns whether the
    order was still the dealer's.
    """
    order = _held(order_id, dealer_id, cycle)
    if order is None:
        return False
    _tell(order, kind, now, by=by, call=call)
    return True


@transaction.atomic
def ask_to_call_back(*, order_id, dealer_id, cycle, now, call=None):
    """The customer has told the robot to be called back: the dealer gets a message."""
    order = _held(order_id, dealer_id, cycle)
    if order is None:
        return False
    _tell(order, "robot_call_back", now, call=call)
    messages.call_back(order, now)
    return True


@transaction.atomic
def cancel_by_customer(*, order_id, now, call=None):
    """The customer has cancelled the order on the phone, with the first reason of a customer.

    Whoever has the order by then. Returns whether it was still open.
    """
    order = lock_order(order_id)
    if order is None or not order.is_open:
        return False
    _tell(order, "robot_cancelled", now, call=call)
    _end_by_customer(order, now)
    return True


@transaction.atomic
def cancel_unclaimed(*, order_id, now):
    """The customer cancels an order on its page that nobody has accepted yet.

    One already cancelled is a success. Raises OrderNotFound, IllegalStep where a dealer has it by
    now: then the customer asks.
    """
    order = lock_order(order_id)
    if order is None:
        raise OrderNotFound
    if order.status == Status.CANCELLED:
        return order
    if order.status != Status.NEW:
        raise IllegalStep(
            _("A dealer has already taken the order. Ask it to cancel: it will answer you here.")
        )
    _end_by_customer(order, now)
    return order


@transaction.atomic
def confirm_by_robot(*, order_id, dealer_id, cycle, now, call=None):
    """The customer has told the robot that the order is right."""
    order = _held(order_id, dealer_id, cycle)
    if order is None:
        return False
    _tell(order, "robot_confirmed", now, call=call)
    _confirm(order, now)
    return True


@transaction.atomic
def confirm_on_page(*, order_id, version, now):
    """The customer confirms the order on its page, as ``Order.version`` ``version`` showed it.

    Confirmed already is a success. Raises OrderNotFound, IllegalStep: no dealer has it, or it has
    changed since the page was opened.
    """
    order = lock_order(order_id)
    if order is None:
        raise OrderNotFound
    if order.confirmed_at:
        return order
    if order.status not in IN_WORK:
        raise IllegalStep(_("There is nothing to confirm: no dealer has the order in work."))
    if order.version != version:
        raise IllegalStep(_("The order has just changed. Look at it again and confirm."))
    _confirm(order, now)
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.CONFIRMED,
        by_customer=True,
        dealer_id=order.dealer_id,
        is_visible=True,
        created_at=now,
    )
    return order


def _confirm(order, now):
    order.confirmed_at = now
    order.save(update_fields=["confirmed_at"])


def _end_by_customer(order, now):
    """Cancel with the first reason of a customer."""
    # Reasons are switched off, never deleted; the customer's will does not depend on the list.
    reason = (
        Reason.objects.filter(kind=ReasonKind.CANCEL, party=Party.CUSTOMER)
        .order_by("-is_active", "position", "id")
        .first()
    )
    order.status = Status.CANCELLED
    end_cancelled(order, reason, by=None, now=now)


def _held(order_id, dealer_id, cycle):
    """The locked order while it is in work with this dealer, else None."""
    order = lock_order(order_id)
    if order is None or order.status not in IN_WORK:
        return None
    return order if (order.dealer_id, order.cycle) == (dealer_id, cycle) else None


def _tell(order, kind, now, *, by=None, is_visible=False, call=None):
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.CONTACTED,
        actor=by,
        dealer_id=order.dealer_id,
        data={"kind": kind} if call is None else {"kind": kind, "call": call},
        is_visible=is_visible,
        created_at=now,
    )
