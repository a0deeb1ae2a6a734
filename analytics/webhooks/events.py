"""Events that a dealer's system may ask for, and which dealer each entry of a history concerns."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from analytics.models import Dispatch, Endpoint, EndpointKind
from orders.models import Assignment, HistoryKind, Offer, OfferState

OFFERED, CLOSED = "offer.opened", "offer.closed"
ACCEPTED, ASSIGNED, GIVEN_UP = "order.accepted", "order.assigned", "order.given_up"
WITHDRAWN, CANCELLED, STATUS = "order.withdrawn", "order.cancelled", "order.status_changed"
CONTENTS, DETAILS, MESSAGE = "order.contents_changed", "order.details_changed", "order.message"

EVENTS = {
    OFFERED: _("an order is offered"),
    CLOSED: _("an order is no longer offered"),
    ACCEPTED: _("an order is accepted"),
    ASSIGNED: _("an order is assigned by the manufacturer"),
    GIVEN_UP: _("an order is given up"),
    WITHDRAWN: _("an order is taken away"),
    STATUS: _("the status has changed"),
    CONTENTS: _("the contents have changed"),
    DETAILS: _("the details have changed"),
    CANCELLED: _("an order is cancelled"),
    MESSAGE: _("a message from the customer"),
}
OF_KIND = {
    HistoryKind.ACCEPTED: ACCEPTED,
    HistoryKind.ASSIGNED: ASSIGNED,
    HistoryKind.GIVEN_UP: GIVEN_UP,
    HistoryKind.CONTACTED: STATUS,
    HistoryKind.STATUS: STATUS,
    HistoryKind.COMPLETED: STATUS,
    HistoryKind.REOPENED: STATUS,
    HistoryKind.LINES: CONTENTS,
    HistoryKind.PROMO: CONTENTS,
    HistoryKind.DETAILS: DETAILS,
    HistoryKind.CANCELLED: CANCELLED,
    HistoryKind.DELETED: WITHDRAWN,
}
# The entry itself names the dealer whose order it becomes or was.
NAMED = (HistoryKind.ACCEPTED, HistoryKind.ASSIGNED, HistoryKind.GIVEN_UP)
# An order that ended so stays its dealer's.
KEPT = (Assignment.End.COMPLETED, Assignment.End.CANCELLED)


@dataclass(frozen=True)
class Happening:
    """An event for one dealer; ``source`` is the id of the record that it is of."""

    event: str
    dealer_id: int
    order_id: int
    source: int
    at: object


def take_history(entries, now):
    """Queue what entries of histories tell the dealers' systems."""
    listening = _listening()
    if not listening:
        return
    dealers = {endpoint.dealer_id for endpoint in listening}
    orders = {entry.order_id for entry in entries}
    assignments = {}
    for one in Assignment.objects.filter(order__in=orders).order_by("started_at", "id"):
        assignments.setdefault(one.order_id, []).append(one)
    moments = {(entry.order_id, entry.created_at): entry for entry in entries}
    found = []
    for entry in entries:
        found += _of_entry(entry, assignments.get(entry.order_id, ()))
    closed = Offer.objects.filter(
        order__in=orders,
        dealer__in=dealers,
        state=OfferState.WITHDRAWN,
        closed_at__in={entry.created_at for entry in entries},
    )
    for offer in closed:
        if (offer.order_id, offer.closed_at) in moments:
            found.append(
                Happening(CLOSED, offer.dealer_id, offer.order_id, offer.pk, offer.closed_at)
            )
    _queue(found, listening, now)


def take_offers(offers, now):
    """Queue that orders are offered."""
    if listening := _listening():
        found = [
            Happening(OFFERED, offer.dealer_id, offer.order_id, offer.pk, offer.opened_at)
            for offer in offers
        ]
        _queue(found, listening, now)


def _of_entry(entry, assignments):
    at = entry.created_at

    def happening(event, dealer_id):
        return Happening(event, dealer_id, entry.order_id, entry.pk, at)

    event = OF_KIND.get(entry.kind)
    if entry.kind == HistoryKind.COMMENT and entry.by_customer:
        event = MESSAGE
    owner = entry.dealer_id if entry.kind in NAMED else _owner(assignments, at)
    found = [happening(event, owner)] if event and owner else []
    # Whoever had the order when it went to another or back into distribution.
    return found + [
        happening(WITHDRAWN, one.dealer_id)
        for one in assignments
        if one.ended_at == at
        and one.end == Assignment.End.REASSIGNED
        and event not in (WITHDRAWN, GIVEN_UP)
    ]


def _owner(assignments, at):
    """Whose the order was at a moment: the dealer that had it last, None for nobody's."""
    begun = [one for one in assignments if one.started_at <= at]
    if not begun:
        return None
    last = begun[-1]
    is_theirs = last.ended_at is None or last.ended_at >= at or last.end in KEPT
    return last.dealer_id if is_theirs else None


def _listening():
    return list(Endpoint.objects.filter(kind=EndpointKind.WEBHOOK, enabled_since__isnull=False))


def _queue(happenings, listening, now):
    Dispatch.objects.bulk_create(
        [
            Dispatch(
                endpoint=endpoint,
                order_id=one.order_id,
                event=one.event,
                source=one.source,
                key=f"webhook-{endpoint.pk}-{one.event}-{one.source}",
                occurred_at=one.at,
                due_at=now,
            )
            for one in happenings
            for endpoint in listening
            if endpoint.dealer_id == one.dealer_id
            and one.event in endpoint.events
            and one.at >= endpoint.enabled_since
        ],
        ignore_conflicts=True,
    )
