"""What the desk reads of customers' voices, each in a narrow function of its own."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Avg, Count, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from orders.models import HistoryEntry, HistoryKind, Order
from surveys.filters import LOW_ONES
from surveys.models import Invitation
from surveys.models.invitations import LOW

SHOWN = 10
# Low ratings of so long are a matter of now.
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Rating:
    """What customers gave a dealer in a period: how many, and the average of 1 to 5."""

    count: int
    average: float


def unanswered_orders():
    """Orders whose customer waits for an answer, or for a wish to be settled."""
    waits = Q(conversation__unanswered_since__isnull=False) | ~Q(conversation__asks="")
    return Order.objects.alive().filter(waits, conversation__isnull=False)


def unanswered_address():
    """Where those orders are listed."""
    return reverse("order_list", query={"tab": "all", "waiting": "1"})


def last_words():
    """The unanswered orders that wait longest, each with ``said_at`` and ``said``."""
    said = HistoryEntry.objects.filter(
        order=OuterRef("pk"), kind=HistoryKind.COMMENT, by_customer=True
    ).order_by("-id")
    orders = unanswered_orders().filter(conversation__unanswered_since__isnull=False)
    orders = orders.annotate(
        said_at=F("conversation__unanswered_since"), said=Subquery(said.values("text")[:1])
    )
    return list(orders.select_related("dealer").order_by("said_at", "pk")[:SHOWN])


def ratings(since, until):
    """Dealers' Ratings between two moments by dealer id."""
    rated = Invitation.objects.counted().filter(
        dealer__isnull=False,
        rating__isnull=False,
        answered_at__gte=since,
        answered_at__lt=until,
        order__deleted_at__isnull=True,
    )
    found = rated.order_by().values_list("dealer_id").annotate(Count("pk"), Avg("rating"))
    return {pk: Rating(count, average) for pk, count, average in found}


def low_ratings(*, now):
    """Surveys of the last 30 days with a low rating, and where they are listed."""
    since = timezone.localtime(now - LATELY).replace(hour=0, minute=0, second=0, microsecond=0)
    found = Invitation.objects.counted().filter(
        rating__lte=LOW, answered_at__gte=since, order__deleted_at__isnull=True
    )
    query = {"since": since.date().isoformat(), "rating": LOW_ONES}
    return found, reverse("survey_list", query=query)
