"""Strategies and their parameters, as plain data that chains, snapshots and planning share.

A chain's specification is a list of ``StageSpec``; it is kept as JSON in ``ChainVersion.spec`` and
never changed afterwards, so that an order keeps the chain as it was when the order was placed.
All windows and delays are minutes.
"""

from dataclasses import asdict, dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Strategy(StrEnum):
    """Who sees the order in a stage."""

    # Not in chains: they stand before or after one.
    CHOSEN = "chosen"
    INSTALLATION = "installation"
    FALLBACK = "fallback"
    # The administrator's six.
    FIX = "fix"
    BASE_PLUS = "base_plus"
    RATING = "rating"
    SPEED = "speed"
    BEST = "best"
    BASE = "base"


STRATEGY_NAMES = {
    Strategy.CHOSEN: _("Chosen by the customer"),
    Strategy.INSTALLATION: _("Installation orders"),
    Strategy.FALLBACK: _("Shown to all"),
    Strategy.FIX: _("Fix"),
    Strategy.BASE_PLUS: _("Base+"),
    Strategy.RATING: _("Rating"),
    Strategy.SPEED: _("Speed"),
    Strategy.BEST: _("Best dealer"),
    Strategy.BASE: _("Base"),
}
CHAIN_STRATEGIES = (
    Strategy.FIX,
    Strategy.BASE_PLUS,
    Strategy.RATING,
    Strategy.SPEED,
    Strategy.BEST,
    Strategy.BASE,
)


class LimitUnit(StrEnum):
    """In what a Base+ limit is given."""

    PERCENT = "percent"
    COUNT = "count"


class Period(StrEnum):
    """Over what calendar period (Moscow time) a Base+ limit counts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class FixRow:
    """A dealer pinned for a region and/or category (None: any)."""

    dealer_id: int
    region_id: int | None = None
    category_id: int | None = None


@dataclass(frozen=True)
class LimitRow:
    """A priority dealer with its limit, in per cent or orders of a period."""

    dealer_id: int
    unit: LimitUnit = LimitUnit.PERCENT
    limit: int = 0
    period: Period = Period.MONTH


@dataclass(frozen=True)
class Weights:
    """What counts how much in Best dealer; only the proportions matter."""

    distance: int = 1
    price: int = 1
    rating: int = 1
    speed: int = 1


@dataclass(frozen=True)
class StageSpec:
    """One stage of a chain.

    ``window`` None means "until it answers" (Fix only); Base has a ``delay`` since the order was
    placed instead of a window. A round of Best dealer lasts one window.
    """

    strategy: Strategy
    window: int | None = None
    delay: int = 0
    min_points: int = 0
    max_minutes: int = 0
    min_orders: int = 1
    at_once: int = 1
    rounds: int = 1
    weights: Weights = field(default_factory=Weights)
    fix_rows: tuple[FixRow, ...] = ()
    limit_rows: tuple[LimitRow, ...] = ()

    def to_json(self):
        return asdict(self)

    @classmethod
    def from_json(cls, data):
        return cls(
            **{
                **data,
                "strategy": Strategy(data["strategy"]),
                "weights": Weights(**data["weights"]),
                "fix_rows": tuple(FixRow(**row) for row in data["fix_rows"]),
                "limit_rows": tuple(
                    LimitRow(
                        **{
                            **row,
                            "unit": LimitUnit(row["unit"]),
                            "period": Period(row["period"]),
                        }
                    )
                    for row in data["limit_rows"]
                ),
            }
        )
