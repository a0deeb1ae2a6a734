"""How dealers do: lost orders and justified complaints of the last 90 days, ratings beside them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from analytics.quality.sources import Rating, ratings
from dealers.models import Dealer, PointsEntry
from orders.models import Complaint, Outcome

PERIOD = timedelta(days=90)
SHOWN = 5
# As many usual orders are added to each dealer's, so that one of two says little.
DAMPING = 10
FEWEST = 3
# A rating has fallen that is so much lower than before, with so many marks in both periods.
FALLEN, MARKS = 0.3, 3


@dataclass(frozen=True)
class Standing:
    """A dealer's 90 days: orders completed and lost by its fault, complaints, its rating if any.

    ``share`` is the damped number of problems to 100 orders.
    """

    dealer: Dealer
    completed: int
    lost: int
    complaints: int
    justified: int
    share: float = 0
    rating: Rating | None = None

    @property
    def orders(self):
        return self.completed + self.lost

    @property
    def problems(self):
        return self.lost + self.justified


@dataclass(frozen=True)
class Fallen:
    """A dealer whose customers were more content before."""

    dealer: Dealer
    now: Rating
    before: Rating

    @property
    def loss(self):
        return self.before.average - self.now.average


def standings(*, now):
    """``(worst, best)``: Standings of active dealers with at least FEWEST orders. Three queries."""
    dealers = list(Dealer.objects.filter(is_active=True).only("name"))
    since = now - PERIOD
    ids = [dealer.pk for dealer in dealers]
    done, lost = Counter(), Counter()
    kinds = {PointsEntry.Kind.COMPLETED: done, PointsEntry.Kind.FAILED: lost}
    # With the dealers named, their index finds the entries of the period.
    entries = PointsEntry.objects.filter(
        dealer_id__in=ids, created_at__gte=since, kind__in=list(kinds)
    )
    for dealer_id, kind, count in (
        entries.order_by().values_list("dealer_id", "kind").annotate(Count("pk"))
    ):
        kinds[kind][dealer_id] = count
    complaints = defaultdict(lambda: (0, 0))
    for dealer_id, *counts in (
        Complaint.objects.alive()
        .filter(created_at__gte=since, dealer__isnull=False)
        .order_by()
        .values_list("dealer_id")
        .annotate(total=Count("pk"), justified=Count("pk", Q(outcome=Outcome.JUSTIFIED)))
    ):
        complaints[dealer_id] = tuple(counts)
    marks = ratings(since, now)
    found = [
        Standing(
            dealer,
            done[dealer.pk],
            lost[dealer.pk],
            *complaints[dealer.pk],
            rating=marks.get(dealer.pk),
        )
        for dealer in dealers
    ]
    ranked = ranking([one for one in found if one.orders >= FEWEST])
    half = min(SHOWN, len(ranked) // 2)
    return ranked[:half], ranked[::-1][:half]


def ranking(standings):
    """Standings with their damped shares, the worst first."""
    orders = sum(one.orders for one in standings)
    usual = sum(one.problems for one in standings) / orders if orders else 0
    damped = [
        Standing(
            **vars(one) | {"share": 100 * (one.problems + DAMPING * usual) / (one.orders + DAMPING)}
        )
        for one in standings
    ]
    return sorted(damped, key=lambda one: (-one.share, one.dealer.name))


def fallen(*, now):
    """Dealers whose rating of 90 days is lower than that of the 90 before, the worst first."""
    recent, before = ratings(now - PERIOD, now), ratings(now - 2 * PERIOD, now - PERIOD)
    lost = {
        pk: (rating, before[pk])
        for pk, rating in recent.items()
        if pk in before
        and min(rating.count, before[pk].count) >= MARKS
        and before[pk].average - rating.average >= FALLEN
    }
    if not lost:
        return []
    dealers = Dealer.objects.filter(pk__in=lost, is_active=True).only("name")
    found = [Fallen(dealer, *lost[dealer.pk]) for dealer in dealers]
    return sorted(found, key=lambda one: -one.loss)
