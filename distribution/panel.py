"""What the order's card tells about distribution, read in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from dealers.models import Dealer
from distribution.explain.decisions import Explanation, explain
from distribution.models import Decision, Plan, PlanState, Stage
from distribution.services.jobs import CHAIN_INDEX
from distribution.strategies import STRATEGY_NAMES, StageSpec, Strategy
from distribution.timers import Timer
from orders.models import DealerQuote, Offer


@dataclass(frozen=True)
class Line:
    """A dealer in a stage. ``quote`` is its sum in rubles; ``offer`` its offer of the cycle."""

    dealer: Dealer
    explanation: Explanation
    quote: Decimal | None = None
    offer: Offer | None = None


@dataclass
class StagePanel:
    """A stage with its dealers, those it showed the order to first."""

    stage: Stage
    number: int
    is_latest: bool = False
    lines: list[Line] = field(default_factory=list)

    @property
    def name(self):
        return STRATEGY_NAMES[Strategy(self.stage.strategy)]

    @property
    def shown(self):
        return sum(line.explanation.is_shown for line in self.lines)


@dataclass
class PlanPanel:
    """One cycle of distribution; ``timer`` runs to the next stage, named ``next_name``."""

    plan: Plan
    is_current: bool
    stages: list[StagePanel]
    timer: Timer | None = None
    next_name: str = ""
    waits_for_answer: bool = False


def manufacturer_panel(order, *, now):
    """Every cycle, the newest first: four queries at most, however many dealers."""
    stages = list(
        Stage.objects.filter(plan__order=order)
        .select_related("plan__version__created_by")
        .order_by("-plan__cycle", "id")
    )
    quotes = DealerQuote.objects.filter(order=order, dealer_id=OuterRef("dealer_id"))
    decisions = defaultdict(list)
    for decision in (
        Decision.objects.filter(stage__plan__order=order)
        .select_related("dealer")
        .annotate(quote=Subquery(quotes.values("total")[:1]))
        .order_by("id")
    ):
        decisions[decision.stage_id].append(decision)
    offers = {
        (offer.cycle, offer.dealer_id): offer
        for offer in Offer.objects.filter(order=order).select_related("reason")
    }
    products = {line.product_id: line.name for line in order.lines.all()}
    by_plan = defaultdict(list)
    for stage in stages:
        by_plan[stage.plan_id].append(stage)
    panels = []
    for plan_stages in by_plan.values():
        plan = plan_stages[0].plan
        panel = PlanPanel(plan, plan.cycle == order.cycle, [])
        for number, stage in enumerate(plan_stages, start=1):
            lines = [
                Line(
                    decision.dealer,
                    explain(stage.strategy, decision.code, decision.facts, products=products),
                    decision.quote,
                    offers.get((plan.cycle, decision.dealer_id)),
                )
                for decision in decisions[stage.pk]
            ]
            lines.sort(key=lambda line: (not line.explanation.is_shown, not line.explanation.sees))
            panel.stages.append(StagePanel(stage, number, stage is plan_stages[-1], lines))
        _add_outlook(panel, plan_stages, order, now)
        panels.append(panel)
    return panels


def dealer_panel(order, dealer_id):
    """The dealer's own decisions of the present cycle, the newest first: two queries at most."""
    decisions = (
        Decision.objects.filter(
            stage__plan__order=order, stage__plan__cycle=order.cycle, dealer_id=dealer_id
        )
        .select_related("stage")
        .order_by("-id")
    )
    products = None
    found = []
    for decision in decisions:
        if products is None:
            products = {line.product_id: line.name for line in order.lines.all()}
        # What the customer was promised comes from other dealers' prices.
        facts = {name: fact for name, fact in decision.facts.items() if name != "price_max"}
        strategy = decision.stage.strategy
        found.append(
            {
                "stage": decision.stage,
                "name": STRATEGY_NAMES[Strategy(strategy)],
                "explanation": explain(strategy, decision.code, facts, products=products),
            }
        )
    return found


def _add_outlook(panel, stages, order, now):
    """What comes next for a plan that is going."""
    plan, last = panel.plan, stages[-1]
    if plan.state != PlanState.RUNNING or not panel.is_current:
        return
    filled = [stage for stage in stages if not stage.is_empty]
    if filled and filled[-1].ends_at is None:
        panel.waits_for_answer = True
        return
    if plan.next_due_at is not None:
        panel.timer = Timer.until(plan.next_due_at, now=now)
        panel.next_name = _next_name(plan, last, order)


def _next_name(plan, last, order):
    """What the stage after the last opened one is called, where that is certain."""
    specs = [StageSpec.from_json(data) for data in plan.version.spec]
    here = last.index - CHAIN_INDEX
    if here < 0:
        # The stage for installation may stand between.
        following = None if order.wants_installation else next(iter(specs), None)
    elif last.strategy == Strategy.BEST and last.round < specs[here].rounds and not last.is_empty:
        following = specs[here]
    else:
        following = specs[here + 1] if here + 1 < len(specs) else None
    return STRATEGY_NAMES[following.strategy] if following else ""
