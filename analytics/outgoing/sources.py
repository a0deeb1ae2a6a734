"""What the outbox is filled from."""

from dataclasses import dataclass
from typing import Any

from analytics.leadsdb import queueing as leadsdb
from analytics.models import Endpoint
from analytics.outgoing import following
from analytics.webhooks import events as webhooks
from orders.models import CustomerErasure, HistoryEntry, Offer


@dataclass(frozen=True)
class Source:
    """A table that is followed under a name, and who takes its new rows."""

    name: str
    model: Any
    takers: tuple


SOURCES = (
    Source("outgoing-history", HistoryEntry, (leadsdb.take_history, webhooks.take_history)),
    Source("outgoing-offers", Offer, (webhooks.take_offers,)),
    Source("outgoing-erasures", CustomerErasure, (leadsdb.take_erasures,)),
)


def follow(*, now):
    """Queue what has happened since the last time; nothing is queued while nobody listens."""
    is_heard = Endpoint.objects.filter(enabled_since__isnull=False).exists()
    for source in SOURCES:
        if is_heard:
            following.read(source.name, source.model, _all(source.takers), now=now)
        else:
            following.skip(source.name, source.model)


def begin():
    """Follow from now on what was not followed yet: called when a system is switched on."""
    for source in SOURCES:
        following.begin(source.name, source.model)


def _all(takers):
    def take(rows, now):
        for taker in takers:
            taker(rows, now)

    return take
