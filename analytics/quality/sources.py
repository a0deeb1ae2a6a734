"""What the desk reads of customers' voices, each in a narrow function of its own."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from orders.models import HistoryEntry, HistoryKind, Order

SHOWN = 10


@dataclass(frozen=True)
class Rating:
    """What customers gave a dealer in a period: how many, and the average of 1 to 5."""

    count: int
    average: float


def unanswered_orders():
    """Orders whose customer wrote last: no visible comment of staff follows the customer's."""
    said = HistoryEntry.objects.filter(
        order=OuterRef("pk"), kind=HistoryKind.COMMENT, by_customer=True
    ).order_by("-id")
    answer = HistoryEntry.objects.filter(
        order=OuterRef("pk"),
        kind=HistoryKind.COMMENT,
        by_customer=False,
        is_visible=True,
        pk__gt=OuterRef("said_id"),
    )
    orders = Order.objects.alive().annotate(said_id=Subquery(said.values("pk")[:1]))
    waiting = HistoryEntry.objects.filter(kind=HistoryKind.COMMENT, by_customer=True)
    return orders.filter(pk__in=waiting.values("order")).exclude(Exists(answer))


def unanswered_address():
    """Where those orders are listed."""
    return reverse("quality") + "#unanswered"


def last_words():
    """The unanswered orders that wait longest, each with ``said_at`` and ``said``."""
    entry = HistoryEntry.objects.filter(pk=OuterRef("said_id"))
    orders = unanswered_orders().annotate(
        said_at=Subquery(entry.values("created_at")[:1]), said=Subquery(entry.values("text")[:1])
    )
    return list(orders.select_related("dealer").order_by("said_id")[:SHOWN])


def ratings(since, until):
    """Dealers' Ratings between two moments by dealer id; empty while nobody is asked."""
    return {}


def low_ratings():
    """Surveys with a low rating that nobody has looked at, and where they are listed.

    ``(queryset, address)``; None while nobody is asked.
    """
    return None
