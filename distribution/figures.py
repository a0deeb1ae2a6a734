"""What a chain's stages mean today: how many dealers qualify, how full limits are."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from dealers.models import Dealer
from distribution.explain.chain import limit_text, period_name
from distribution.facts import shares_of
from distribution.limits import Share, allowed
from distribution.speeds import accept_speeds
from distribution.strategies import LimitUnit, StageSpec, Strategy
from suz.common.text import number

# Behind every order there is: limits are counted as they stand for the next one.
NEXT_ORDER = 2**62


@dataclass(frozen=True)
class Figures:
    """Of one stage: how many dealers qualify (None where it has no such rule), words on rows."""

    qualifying: int | None = None
    rows: tuple[str, ...] = ()


class StageFigures:
    """Figures of any number of stages in at most four queries, asked as late as possible.

    ``region`` narrows to dealers with territory in it; None is the whole country.
    """

    def __init__(self, *, region, names, specs: Iterable[StageSpec], now):
        self.region = region
        self.names = names
        self.specs = list(specs)
        self.now = now

    def of(self, spec: StageSpec):
        match spec.strategy:
            case Strategy.RATING:
                return Figures(sum(p >= spec.min_points for p in self._points.values()))
            case Strategy.SPEED:
                return Figures(
                    sum(
                        speed.accepted >= spec.min_orders
                        and speed.median_minutes <= spec.max_minutes
                        for speed in self._speeds.values()
                    )
                )
            case Strategy.BASE_PLUS:
                return Figures(rows=tuple(self._limit(row) for row in spec.limit_rows))
        return Figures()

    def _limit(self, row):
        share = self._shares.get(row.dealer_id, {}).get(row.period, Share())
        values = {
            "dealer": self.names.dealer(row.dealer_id),
            "period": period_name(row.period),
            "received": number(share.received),
            "distributed": number(share.distributed),
            "allowed": number(allowed(row, share)),
            "limit": limit_text(row),
        }
        if row.unit == LimitUnit.PERCENT:
            return (
                _(
                    "%(dealer)s: received %(received)s of %(distributed)s in this %(period)s, "
                    "the limit allows %(allowed)s"
                )
                % values
            )
        return _("%(dealer)s: received %(received)s of %(allowed)s in this %(period)s") % values

    @cached_property
    def _points(self):
        dealers = Dealer.objects.selling()
        if self.region is not None:
            dealers = dealers.filter(
                Q(main_region=self.region)
                | Exists(
                    Dealer.additional_places.through.objects.filter(
                        Q(place=self.region) | Q(place__parent=self.region),
                        dealer_id=OuterRef("pk"),
                    )
                )
            )
        return dict(dealers.order_by().values_list("pk", "points"))

    @cached_property
    def _speeds(self):
        return accept_speeds(self._points, now=self.now)

    @cached_property
    def _shares(self):
        rows = [row for spec in self.specs for row in spec.limit_rows]
        wanted = {(NEXT_ORDER, self.now, row.dealer_id, row.period) for row in rows}
        return {dealer_id: shares for (_order, dealer_id), shares in shares_of(wanted).items()}
