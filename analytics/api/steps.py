"""A step of an order as a dealer's program asks for it, by whatever interface."""

from dealers.models import SystemSettings
from orders.services import progress
from orders.statuses import Status
from orders.views.cards import visible_order


def take_step(*, number, status, by, now, earned=None, reason_id=None):
    """Bring an own order to a status by the services of the cabinet; it has it already: nothing.

    Raises Http404 for an order that is not visible, OrderError.
    """
    seen = visible_order(by, number, SystemSettings.load())
    if seen.dealer_id == by.dealer_id and seen.status == status:
        return
    actor = {"by": by, "now": now}
    if status == Status.COMPLETED:
        progress.complete(order_id=number, earned=earned, **actor)
    elif status == Status.CANCELLED:
        progress.cancel(order_id=number, reason_id=reason_id, **actor)
    elif status == Status.PROCESSED and seen.status == Status.ACCEPTED:
        progress.mark_contacted(order_id=number, **actor)
    else:
        progress.move(order_id=number, target=status, **actor)
