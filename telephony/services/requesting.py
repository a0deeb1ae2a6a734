"""Asking for a call. Nothing is dialled here: a row with a due time is written."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.limits import CALLS_OF_ORDER
from dealers.models import SystemSettings
from orders.services.errors import OrderError, OrderNotFound
from orders.services.locking import lock_order
from orders.statuses import IN_WORK
from suz.common.providers import has_calls
from telephony.models import Call
from telephony.states import CallKind, CallState, Outcome


class CallRefused(OrderError):
    """No call can be made now; the message says why, for people."""


def no_provider():
    """What is said where calls are switched on and nobody is there to dial."""
    return _("Calls do not work yet: no provider is set up. Tell the manufacturer.")


@transaction.atomic
def request_call(*, order_id, by, now):
    """The dealer's manager ``by`` wants to be connected with the customer of an own order.

    A worker dials within a second. At most five calls an order and day. Raises OrderNotFound,
    CallRefused.
    """
    order = lock_order(order_id)
    is_own = order and by.is_dealer and by.dealer.is_active and order.dealer_id == by.dealer_id
    if not is_own:
        raise OrderNotFound
    if not (SystemSettings.load().calls_enabled and by.dealer.site_calls):
        raise CallRefused(_("Calls from the site are switched off for you."))
    if not has_calls():
        raise CallRefused(no_provider())
    if order.status not in IN_WORK:
        raise CallRefused(_("The order is closed."))
    if not by.phone:
        raise CallRefused(_("Write your own phone into your profile: it rings first."))
    going = order.calls.select_for_update().filter(ended_at__isnull=True).first()
    if going is not None:
        if going.kind != CallKind.ROBOT or going.state != CallState.WAITING:
            raise CallRefused(_("A call about this order is going on already."))
        withdraw(going, now)
    if not CALLS_OF_ORDER.hit(order.pk, now=now):
        raise CallRefused(_("Five calls about this order were made today; more tomorrow."))
    return Call.objects.create(
        order=order,
        kind=CallKind.BRIDGE,
        dealer_id=order.dealer_id,
        manager=by,
        cycle=order.cycle,
        due_at=now,
        created_at=now,
    )


def withdraw(call, now, error=""):
    """A locked call that nobody has dialled is no longer needed."""
    call.state, call.outcome = CallState.ENDED, Outcome.WITHDRAWN
    call.ended_at, call.error = now, error
    call.lease_token = call.lease_until = call.poll_at = None
    call.version += 1
    call.save(
        update_fields=[
            *("state", "outcome", "ended_at", "error", "lease_token", "lease_until"),
            *("poll_at", "version"),
        ]
    )
