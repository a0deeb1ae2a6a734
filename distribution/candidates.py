"""Whom a stage shows an order to: facts in, one decision for every dealer considered out.

Considered are the dealers whose territory covers the order's place, and those that the stage names.
Facts are those of the moment at which the stage is worked out; what a dealer answered counts as of
the moment at which the stage was due, so that late work decides as punctual work would have.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dealers.ratings import PRIOR_MEAN
from distribution import scoring
from distribution.codes import CHOSEN_CODES, Code
from distribution.limits import Share, allowed, is_under_limit
from distribution.strategies import Period, StageSpec, Strategy
from orders.eligibility import Ineligible, Verdict

# Found in this order by ``orders.eligibility.judge``: what comes before an answer of the dealer.
BEFORE_ANSWERS = frozenset(
    {
        Ineligible.INACTIVE,
        Ineligible.NO_SITE_ORDERS,
        Ineligible.NOT_AUTHORISED,
        Ineligible.OTHER_TERRITORY,
        Ineligible.GIVEN_UP,
    }
)


@dataclass(frozen=True)
class Candidate:
    """What counts of a dealer for one order.

    ``verdict`` is its eligibility leaving declined offers aside; ``declined_at`` when it declined.
    ``total`` is its quote in rubles, ``distance_km`` the way to its nearest outlet,
    ``median_minutes`` and ``accepted`` its time to accept over 30 days and of how many orders;
    None is unknown. ``rating`` is the customers' damped average in stars, of ``ratings`` of them.
    """

    dealer_id: int
    verdict: Verdict
    is_active: bool = True
    serves: bool = True
    gave_up: bool = False
    declined_at: datetime.datetime | None = None
    points: int = 0
    rating: Decimal = Decimal(PRIOR_MEAN)
    ratings: int = 0
    total: Decimal | None = None
    distance_km: float | None = None
    median_minutes: float | None = None
    accepted: int = 0
    shares: Mapping[Period, Share] = field(default_factory=dict)

    def has_declined(self, at):
        return self.declined_at is not None and self.declined_at <= at

    def verdict_at(self, at):
        """The verdict with what the dealer had answered by then."""
        if self.has_declined(at) and self.verdict.reason not in BEFORE_ANSWERS:
            return Verdict(Ineligible.DECLINED, {})
        return self.verdict


@dataclass(frozen=True)
class OrderFacts:
    """What stages look at in an order."""

    region_id: int
    place_id: int
    category_ids: frozenset[int] = frozenset()
    uses_points: bool = True


@dataclass(frozen=True)
class StageDecision:
    """What a stage decided on a dealer."""

    dealer_id: int
    code: Code
    facts: dict = field(default_factory=dict)

    @property
    def is_chosen(self):
        return self.code in CHOSEN_CODES


@dataclass(frozen=True)
class Question:
    """A stage's opening: which stage, which round of it, when, for whom.

    ``offers`` maps every dealer that was offered the order in this cycle to when it stopped seeing
    it, None while it sees it.
    """

    spec: StageSpec
    order: OrderFacts
    candidates: Mapping[int, Candidate]
    at: datetime.datetime
    round: int = 1
    dealer_id: int | None = None
    offers: Mapping[int, datetime.datetime | None] = field(default_factory=dict)

    def sees(self, dealer_id):
        """Whether the dealer saw the order when the stage was due."""
        if dealer_id not in self.offers:
            return False
        closed_at = self.offers[dealer_id]
        return closed_at is None or closed_at > self.at

    def shown(self, candidate, facts=None):
        code = Code.ALREADY_SEES if self.sees(candidate.dealer_id) else Code.OFFERED
        return StageDecision(candidate.dealer_id, code, facts or {})

    def passed(self, candidate, code, facts=None):
        facts = dict(facts or {})
        if self.sees(candidate.dealer_id):
            facts["sees"] = True
        return StageDecision(candidate.dealer_id, Code(code), facts)

    def refused(self, candidate):
        """The decision on a dealer that is not eligible, None for an eligible one."""
        verdict = candidate.verdict_at(self.at)
        if verdict.is_eligible:
            return None
        return self.passed(candidate, verdict.reason, verdict.facts)

    def named(self, dealer_id):
        """A dealer that the stage names."""
        return self.candidates.get(dealer_id)

    def territory(self):
        """The dealers of the order's place."""
        return [c for c in self.candidates.values() if c.serves]


def decide(question):
    """Decisions of a stage, the chosen dealers first; nobody chosen means an empty stage."""
    decisions = RULES[question.spec.strategy](question)
    return tuple(sorted(decisions, key=lambda decision: not decision.is_chosen))


def _one_named(question):
    """The dealer that the customer chose, where it is eligible."""
    candidate = question.named(question.dealer_id)
    if candidate is None:
        return []
    return [question.refused(candidate) or question.shown(candidate)]


def _installation(question):
    """The default dealer for installation, whatever its territory and stock, while it is active."""
    candidate = question.named(question.dealer_id)
    if candidate is None:
        return []
    if not candidate.is_active:
        return [question.passed(candidate, Code.INACTIVE)]
    if candidate.gave_up:
        return [question.passed(candidate, Code.GIVEN_UP)]
    if candidate.has_declined(question.at):
        return [question.passed(candidate, Code.DECLINED)]
    return [question.shown(candidate)]


def _fix(question):
    """The first pinned row that covers the order and whose dealer is eligible."""
    order, decisions, taken = question.order, {}, False
    for number, row in enumerate(question.spec.fix_rows, start=1):
        here = row.region_id in (None, order.region_id, order.place_id)
        if not here or (row.category_id is not None and row.category_id not in order.category_ids):
            continue
        candidate = question.named(row.dealer_id)
        if candidate is None or row.dealer_id in decisions:
            continue
        decision = question.refused(candidate)
        if decision is None and taken:
            decision = question.passed(candidate, Code.NOT_FIRST, {"row": number})
        elif decision is None:
            taken = True
            facts = {"row": number, "region": row.region_id, "category": row.category_id}
            decision = question.shown(candidate, facts)
        decisions[row.dealer_id] = decision
    return list(decisions.values())


def _base_plus(question):
    """Priority dealers that are still under their limit."""
    rows = {row.dealer_id: row for row in question.spec.limit_rows}
    named = [c for c in (question.named(dealer_id) for dealer_id in rows) if c is not None]
    others = [c for c in question.territory() if c.dealer_id not in rows]
    decisions = []
    for candidate in named:
        row = rows[candidate.dealer_id]
        share = candidate.shares.get(row.period, Share())
        facts = {
            "unit": str(row.unit),
            "limit": row.limit,
            "period": str(row.period),
            "received": share.received,
            "distributed": share.distributed,
            "allowed": allowed(row, share),
        }
        decisions.append(
            question.refused(candidate)
            or (
                question.shown(candidate, facts)
                if is_under_limit(row, share)
                else question.passed(candidate, Code.LIMIT_REACHED, facts)
            )
        )
    return decisions + [
        question.refused(candidate) or question.passed(candidate, Code.NOT_PRIORITY)
        for candidate in others
    ]


def _of_territory(question, judge: Callable):
    """Decisions on the dealers of the place: ``judge`` gives an eligible one's code and facts."""
    decisions = []
    for candidate in question.territory():
        decision = question.refused(candidate)
        if decision is None:
            code, facts = judge(candidate)
            decision = (
                question.shown(candidate, facts)
                if code is None
                else question.passed(candidate, code, facts)
            )
        decisions.append(decision)
    return decisions


def _rating(question):
    """Dealers with at least so many points; nobody where distribution works without points."""
    least = question.spec.min_points

    def judge(candidate):
        if not question.order.uses_points:
            return Code.POINTS_OFF, {}
        facts = {"points": candidate.points, "min_points": least}
        return (None if candidate.points >= least else Code.TOO_FEW_POINTS), facts

    return _of_territory(question, judge)


def _speed(question):
    """Dealers that accept fast: by the median, and by enough orders for it to mean something."""
    spec = question.spec

    def judge(candidate):
        facts = {
            "median_minutes": _rounded(candidate.median_minutes),
            "accepted": candidate.accepted,
            "max_minutes": spec.max_minutes,
            "min_orders": spec.min_orders,
        }
        if candidate.accepted < spec.min_orders or candidate.median_minutes is None:
            return Code.TOO_FEW_ORDERS, facts
        return (None if candidate.median_minutes <= spec.max_minutes else Code.TOO_SLOW), facts

    return _of_territory(question, judge)


def _best(question):
    """The best by score in the first round, in each later one the next best not yet seeing."""
    spec, order = question.spec, question.order
    weights = {name: getattr(spec.weights, name) for name in scoring.TERMS}
    eligible = [c for c in question.territory() if c.verdict_at(question.at).is_eligible]
    cheapest = min((c.total for c in eligible if c.total is not None), default=None)
    facts = {}
    for candidate in eligible:
        terms = {
            "distance": scoring.distance_term(candidate.distance_km),
            "price": scoring.price_term(candidate.total, cheapest),
            "rating": scoring.rating_term(candidate.rating),
            "speed": scoring.speed_term(candidate.median_minutes),
        }
        facts[candidate.dealer_id] = {
            "score": scoring.score(terms, weights),
            "terms": {name: round(term, scoring.PLACES) for name, term in terms.items()},
            "weights": weights,
            "distance_km": _rounded(candidate.distance_km),
            "total": None if candidate.total is None else str(candidate.total),
            "stars": str(candidate.rating),
            "ratings": candidate.ratings,
            "points": candidate.points,
            "median_minutes": _rounded(candidate.median_minutes),
        }
    # Equals: more points first where points count, then the older dealer.
    eligible.sort(
        key=lambda c: (
            -facts[c.dealer_id]["score"],
            -c.points if order.uses_points else 0,
            c.dealer_id,
        )
    )
    for rank, candidate in enumerate(eligible, start=1):
        facts[candidate.dealer_id]["rank"] = rank
    pool = [c for c in eligible if question.round == 1 or not question.sees(c.dealer_id)]
    chosen = {c.dealer_id for c in pool[: spec.at_once]}
    decisions = [
        question.shown(c, facts[c.dealer_id])
        if c.dealer_id in chosen
        else question.passed(c, Code.LOWER_SCORE, facts[c.dealer_id])
        for c in eligible
    ]
    return decisions + [d for c in question.territory() if (d := question.refused(c)) is not None]


def _everybody(question):
    """Every eligible dealer of the place."""
    return _of_territory(question, lambda candidate: (None, {}))


def _rounded(value):
    return None if value is None else round(float(value), 1)


RULES = {
    Strategy.CHOSEN: _one_named,
    Strategy.INSTALLATION: _installation,
    Strategy.FIX: _fix,
    Strategy.BASE_PLUS: _base_plus,
    Strategy.RATING: _rating,
    Strategy.SPEED: _speed,
    Strategy.BEST: _best,
    Strategy.BASE: _everybody,
    Strategy.FALLBACK: _everybody,
}
