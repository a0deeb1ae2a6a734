"""What a report shows beside its table: funnel, spread of times, map, limits, dealers' trends."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.reports import times
from analytics.reports.figures import COMPLETED, FIGURES
from analytics.reports.words import shown
from dealers.models import Place
from distribution.facts import shares_of
from distribution.figures import NEXT_ORDER
from distribution.limits import Share, allowed
from distribution.models import PriorityLimit
from distribution.strategies import LimitUnit
from suz.common.lengths import SHOWN_ENDS

# What the classes are called whose ends are SHOWN_ENDS.
CLASSES = (
    gettext_lazy("to 5 min"),
    gettext_lazy("5–15 min"),
    gettext_lazy("15–30 min"),
    gettext_lazy("30–60 min"),
    gettext_lazy("1–2 h"),
    gettext_lazy("2–4 h"),
    gettext_lazy("4–8 h"),
    gettext_lazy("8–24 h"),
    gettext_lazy("1–3 days"),
    gettext_lazy("3–7 days"),
    gettext_lazy("7–30 days"),
    gettext_lazy("over 30 days"),
)
# Which time is spread, by the figure whose median it has.
SPREADS = ("to_accept", "to_contact", "to_complete", "to_order")
TREND_MONTHS = 6


@dataclass(frozen=True)
class Step:
    """A step of the funnel: how many, what part of the step before and of the first (per cent)."""

    figure: object
    count: int
    of_previous: float | None
    of_first: float
    lost: int


def funnel(table):
    """The steps of a report whose figures are the steps."""
    steps, first, before = [], None, None
    for code in table.figures:
        count = table.total.get(code) or 0
        first = count if first is None else first
        steps.append(
            Step(
                FIGURES[code],
                count,
                100 * count / before if before else None,
                100 * count / first if first else 0,
                max(before - count, 0) if before is not None else 0,
            )
        )
        before = count
    return steps


def spread(scope, code):
    """How many orders took how long, by CLASSES, of the time whose median is ``code``."""
    found = times.counted(scope.facts(), *FIGURES[code].aggregate.counts, is_exact=False)
    return times.spread(found.get(None, {}), SHOWN_ENDS, is_exact=False)


def coloured(table, code):
    """{region's ISO code: {"name", "value", "text", "key"}} of a figure, for the map."""
    codes = dict(Place.objects.regions().exclude(code="").values_list("pk", "code"))
    return {
        codes[row.key]: {
            "name": row.label,
            "key": row.key,
            "value": None if row.values.get(code) is None else float(row.values[code]),
            "text": shown(code, row.values.get(code)),
        }
        for row in table.rows
        if row.key in codes
    }


@dataclass(frozen=True)
class LimitShare:
    """A row of Base+ in force: what the dealer may have of the current period and what it has."""

    region: str
    dealer: str
    limit: str
    period: str
    received: int
    distributed: int
    allowed: int

    @property
    def is_reached(self):
        return self.received >= self.allowed

    @property
    def share(self):
        """Per cent of the period's orders that the dealer has received, None without any."""
        return 100 * self.received / self.distributed if self.distributed else None


def limit_shares(region=None, *, now):
    """Rows of all Base+ stages in force today, by region and dealer: three queries."""
    rows = PriorityLimit.objects.select_related("stage__chain__region", "dealer")
    if region is not None:
        rows = rows.filter(stage__chain__region=region)
    rows = list(rows.order_by("stage__chain__region__name", "dealer__name"))
    shares = shares_of({(NEXT_ORDER, now, row.dealer_id, row.period) for row in rows})
    found = []
    for row in rows:
        share = shares.get((NEXT_ORDER, row.dealer_id), {}).get(row.period, Share())
        place = row.stage.chain.region
        found.append(
            LimitShare(
                place.name if place else _("The whole country"),
                row.dealer.name,
                f"{row.limit}\u00a0%" if row.unit == LimitUnit.PERCENT else str(row.limit),
                row.get_period_display(),
                share.received,
                share.distributed,
                allowed(row, share),
            )
        )
    return found


def trends(scope):
    """{dealer's id: completed orders of the last months up to the period's end, oldest first}."""
    first = scope.until.replace(day=1)
    months = [first]
    while len(months) < TREND_MONTHS:
        months.append((months[-1] - datetime.timedelta(days=1)).replace(day=1))
    months.reverse()
    rows = (
        replace(scope, since=months[0])
        .facts()
        .filter(COMPLETED, dealer__isnull=False)
        .order_by()
        .values("dealer", "month")
        .annotate(count=Count("*"))
    )
    found = defaultdict(lambda: [0] * TREND_MONTHS)
    for row in rows:
        if row["month"] in months:
            found[row["dealer"]][months.index(row["month"])] = row["count"]
    return dict(found)


def points_of(counts, *, width=72, height=20):
    """The points of a sparkline in an SVG of this size."""
    top = max(counts) or 1
    step = width / (len(counts) - 1)
    return " ".join(
        f"{number * step:.1f},{height - 1 - (height - 2) * count / top:.1f}"
        for number, count in enumerate(counts)
    )
