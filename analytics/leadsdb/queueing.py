"""Putting states of orders into the outbox: what the clock and a synchronisation have in common."""

from analytics.leadsdb.content import EVENT, key_of, with_revision
from analytics.models import Dispatch, DispatchState, Endpoint, EndpointKind
from orders.models import Order
from orders.timeline import NO_CHANGES


def current():
    """The LeadsDB that orders are sent to, None while it is switched off."""
    return Endpoint.objects.filter(kind=EndpointKind.LEADSDB, enabled_since__isnull=False).first()


def queue_orders(endpoint, order_ids, *, now, run=None):
    """Put the present states of orders into the outbox, in the caller's transaction.

    Only the last state counts: what still waits of earlier ones is not sent any more. What is there
    already is left as it is, but a ``run`` sends it once more.
    """
    found = with_revision(Order.objects.filter(pk__in=order_ids))
    states = dict(found.order_by("pk").values_list("pk", "revision"))
    keys = [key_of(order_id, revision) for order_id, revision in states.items()]
    Dispatch.objects.bulk_create(
        [
            Dispatch(
                endpoint=endpoint,
                order_id=order_id,
                event=EVENT,
                source=revision,
                key=key_of(order_id, revision),
                run=run,
                occurred_at=now,
                due_at=now,
            )
            for order_id, revision in states.items()
        ],
        ignore_conflicts=True,
    )
    earlier = Dispatch.objects.filter(
        endpoint=endpoint, order__in=states, state=DispatchState.PENDING
    ).exclude(key__in=keys)
    earlier.update(state=DispatchState.OUTDATED, tried_at=now)
    if run is not None:
        queued = Dispatch.objects.filter(key__in=keys)
        queued.exclude(run=run).update(run=run)
        queued.exclude(state__in=(DispatchState.PENDING, DispatchState.SENDING)).update(
            state=DispatchState.PENDING, due_at=now, attempts=0, error=""
        )


def take_history(entries, now):
    """Queue the orders that these entries of the history have changed."""
    changed = {entry.order_id for entry in entries if entry.kind not in NO_CHANGES}
    if changed and (endpoint := current()):
        queue_orders(endpoint, changed, now=now)


def take_erasures(erasures, now):
    """Queue the orders of people who were erased: LeadsDB is to forget them too."""
    orders = Order.objects.filter(customer__in=[erasure.customer_id for erasure in erasures])
    if endpoint := current():
        queue_orders(endpoint, list(orders.values_list("pk", flat=True)), now=now)
