"""What a report is about: a period and what narrows it."""

import datetime
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef
from django.utils import timezone

from analytics.models import Cost, LineFact, OrderFact, Visit
from dealers.models import PointsEntry
from orders.models import Offer
from orders.statuses import Status

FIRST, LAST = "first", "last"
NONE, BEFORE, YEAR_AGO = "none", "before", "year"


def moment_of(day):
    """The first moment of a day of the site's own time zone (Moscow's)."""
    midnight = datetime.datetime.combine(day, datetime.time())
    return timezone.make_aware(midnight, timezone.get_default_timezone())


@dataclass(frozen=True)
class Scope:
    """Days from ``since`` to ``until``, both included, and filters; None means all.

    ``cancelled`` narrows to cancelled orders. ``touch`` says to which visit an order belongs: the
    visitor's first one before it, or the one in which it was placed.
    """

    since: datetime.date
    until: datetime.date
    region: int | None = None
    dealer: int | None = None
    category: int | None = None
    channel: int | None = None
    touch: str = LAST
    cancelled: bool = False

    @property
    def days(self):
        return (self.until - self.since).days + 1

    def facts(self):
        """Facts of the orders placed in the period."""
        found = self._narrowed(OrderFact)
        if self.category:
            lines = LineFact.objects.filter(order=OuterRef("pk"), category=self.category)
            found = found.filter(Exists(lines))
        return found

    def lines(self):
        """Facts of the lines of these orders; of one category where it is asked for."""
        found = self._narrowed(LineFact)
        return found.filter(category=self.category) if self.category else found

    def _narrowed(self, model):
        """What orders and their lines are both narrowed by."""
        found = model.objects.filter(day__range=(self.since, self.until))
        if self.region:
            found = found.filter(region=self.region)
        if self.dealer:
            found = found.filter(dealer=self.dealer)
        if self.cancelled:
            found = found.filter(status=Status.CANCELLED)
        if self.channel:
            found = found.filter(**{f"{self.touch}_origin__channel": self.channel})
        return found

    def visits(self):
        """Visits begun in the period; a visit knows no dealer and no category."""
        found = Visit.objects.filter(
            started_at__gte=moment_of(self.since),
            started_at__lt=moment_of(self.until + datetime.timedelta(days=1)),
        )
        if self.region:
            found = found.filter(region=self.region)
        if self.channel:
            found = found.filter(origin__channel=self.channel)
        return found

    def offers(self):
        """Offers made in the period; an offer knows no category and no channel."""
        found = Offer.objects.filter(
            opened_at__gte=moment_of(self.since),
            opened_at__lt=moment_of(self.until + datetime.timedelta(days=1)),
        )
        if self.dealer:
            found = found.filter(dealer=self.dealer)
        return found.filter(order__region=self.region) if self.region else found

    def points(self):
        """Entries of dealers' points in the period; they know no region."""
        found = PointsEntry.objects.filter(
            created_at__gte=moment_of(self.since),
            created_at__lt=moment_of(self.until + datetime.timedelta(days=1)),
        )
        return found.filter(dealer=self.dealer) if self.dealer else found

    def costs(self):
        """Costs of the days of the period; they know no region, dealer or category."""
        return Cost.objects.filter(day__range=(self.since, self.until))

    @property
    def knows_visits(self):
        """Whether visits can be narrowed as orders are."""
        return self.dealer is None and self.category is None

    @property
    def knows_costs(self):
        """Whether costs can be narrowed as orders are."""
        return self.knows_visits and self.region is None

    @property
    def knows_offers(self):
        """Whether offers can be narrowed as orders are."""
        return self.category is None and self.channel is None

    def compared(self, how):
        """The scope to compare with, or None: as many days before, or the same days a year ago."""
        if how == BEFORE:
            length = datetime.timedelta(days=self.days)
            return replace(self, since=self.since - length, until=self.until - length)
        if how == YEAR_AGO:
            return replace(self, since=_year_before(self.since), until=_year_before(self.until))
        return None


def _year_before(day):
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        # The 29th of February.
        return day.replace(year=day.year - 1, day=28)
