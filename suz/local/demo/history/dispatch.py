"""Distribution of the played orders: the engine's own planning, its rows collected unsaved.

Mirrors ``distribution.services.batch`` and ``writing`` for one order at a time.
"""

from bisect import insort
from datetime import timedelta

from catalog.pricing import quote
from distribution.candidates import OrderFacts, Question, decide
from distribution.codes import Code
from distribution.models import ChainVersion, Decision, Eligibility, Plan, PlanState, Stage
from distribution.planning import Course, advance, next_step
from distribution.services.batch import RELOOK
from distribution.services.jobs import CHAIN_INDEX, entries_of
from distribution.strategies import StageSpec, Strategy
from orders.models import AttentionReason, HistoryEntry, HistoryKind, Offer
from orders.services.accepting import forced_quote_row
from orders.services.placing import quote_row

# How long after it was due the worker's tick opens a stage.
TICK = timedelta(milliseconds=400)


class Dispatch:
    """Plans, stages, decisions and offers of stories."""

    def __init__(self, rows, world, settings, deeds):
        self.rows = rows
        self.world = world
        self.settings = settings
        self.deeds = deeds
        self.versions = {}
        for version in ChainVersion.objects.order_by("valid_from", "id"):
            self.versions.setdefault(version.region_id, []).append(version)
        self.specs = {
            version.pk: [StageSpec.from_json(data) for data in version.spec]
            for versions in self.versions.values()
            for version in versions
        }

    def start(self, story, moment):
        """A plan for the order's cycle."""
        order, version = story.order, self._version(story.order)
        chain = self.specs[version.pk]
        started_at = order.created_at if order.cycle == 1 else moment
        story.plan = self.rows.add(
            Plan(order=order, cycle=order.cycle, version=version, started_at=started_at)
        )
        story.course = Course(
            entries=tuple(entries_of(order, chain, self.settings)),
            placed_at=order.created_at,
            started_at=started_at,
            unclaimed=timedelta(minutes=self.settings.unclaimed_minutes),
            fallback_index=CHAIN_INDEX + len(chain),
        )
        story.periods = {row.dealer_id: {row.period} for spec in chain for row in spec.limit_rows}

    def look(self, story, moment):
        """Open what is due; returns (ids of dealers newly offered the order, the next look)."""
        course, plan = story.course, story.plan
        step = next_step(course)
        candidates, facts = {}, None
        if step is not None and step.at is not None and step.at <= moment:
            candidates = self.world.candidates(story, self._named(course), moment)
            facts = self._facts(story)
            self._record_eligibility(story, candidates)
        outcome = advance(course, moment, self._decider(facts, candidates))
        offered = []
        for opening in outcome.openings:
            offered += self._record(story, opening, moment)
        self.deeds.offered(story, offered, moment)
        self._alarm(story, outcome, candidates, moment)
        plan.state = PlanState.EXHAUSTED if outcome.is_finished else PlanState.RUNNING
        plan.is_seen = bool(course.seeing)
        plan.seen_by = len(course.seeing)
        if outcome.next_at is not None:
            plan.next_due_at = outcome.next_at
        elif not plan.is_seen:
            plan.next_due_at = moment + RELOOK
            return offered, None
        elif outcome.alarm_at is not None and outcome.alarm_at > moment:
            plan.next_due_at = outcome.alarm_at
        else:
            plan.next_due_at = None
        return offered, plan.next_due_at

    def stop(self, story, moment):
        """The order has left distribution."""
        plan = story.plan
        if plan is not None and plan.state != PlanState.STOPPED:
            plan.state, plan.next_due_at = PlanState.STOPPED, None
            plan.stopped_at = moment + TICK

    def _version(self, order):
        for region_id in (order.region_id, None):
            valid = [
                v for v in self.versions.get(region_id, ()) if v.valid_from <= order.created_at
            ]
            if valid and valid[-1].is_active:
                return valid[-1]
        raise LookupError("there is no default chain")

    def _named(self, course):
        ids = set()
        for entry in course.entries:
            ids.add(entry.dealer_id)
            ids.update(row.dealer_id for row in entry.spec.fix_rows)
            ids.update(row.dealer_id for row in entry.spec.limit_rows)
        return ids - {None}

    def _facts(self, story):
        order = story.order
        categories = {product.family.category_id for product, _quantity in story.basket.lines}
        return OrderFacts(
            region_id=order.region_id,
            place_id=order.place_id,
            category_ids=frozenset(categories),
            uses_points=self.settings.points_in_distribution,
        )

    def _decider(self, facts, candidates):
        def decide_step(step, course):
            return decide(
                Question(
                    spec=step.entry.spec,
                    order=facts,
                    candidates=candidates,
                    at=step.at,
                    round=step.round,
                    dealer_id=step.entry.dealer_id,
                    offers=course.offers,
                )
            )

        return decide_step

    def _record_eligibility(self, story, candidates):
        order = story.order
        for dealer_id, candidate in candidates.items():
            if candidate.verdict.is_eligible and dealer_id not in story.eligible:
                story.eligible.add(dealer_id)
                insort(self.world.standing[dealer_id].eligible, (order.created_at, order.pk))
                self.rows.add(
                    Eligibility(order=order, dealer_id=dealer_id, placed_at=order.created_at)
                )

    def _record(self, story, opening, moment):
        stage = self.rows.add(
            Stage(
                plan=story.plan,
                index=opening.stage.index,
                round=opening.stage.round,
                strategy=opening.stage.strategy,
                opened_at=opening.stage.opened_at,
                ends_at=opening.stage.ends_at,
                processed_at=moment,
                is_empty=opening.stage.is_empty,
            )
        )
        offered = []
        for decision in opening.decisions:
            self.rows.add(
                Decision(
                    stage=stage,
                    dealer_id=decision.dealer_id,
                    code=str(decision.code),
                    facts=decision.facts,
                )
            )
            if decision.code == Code.OFFERED:
                offered.append(decision.dealer_id)
                self._offer(story, stage, decision.dealer_id, moment)
        if not opening.stage.is_empty:
            self.rows.add(
                HistoryEntry(
                    order=story.order,
                    kind=HistoryKind.DISTRIBUTED,
                    data={
                        "strategy": str(opening.stage.strategy),
                        "round": opening.stage.round,
                        "dealers": len(opening.stage.dealers),
                    },
                    created_at=opening.stage.opened_at,
                )
            )
        return offered

    def _offer(self, story, stage, dealer_id, moment):
        order = story.order
        if dealer_id not in story.quotes:
            terms = self.world.terms[dealer_id]
            if stage.strategy == Strategy.INSTALLATION:
                row = forced_quote_row(order, story.lines, terms, moment)
            else:
                offer = quote(terms, story.basket.items, story.basket.services)
                row = quote_row(order, offer, moment)
            story.quotes[dealer_id] = self.rows.add(row)
        story.offers[dealer_id] = self.rows.add(
            Offer(
                order=order,
                dealer_id=dealer_id,
                cycle=order.cycle,
                strategy=str(stage.strategy),
                opened_at=stage.opened_at,
            )
        )

    def _alarm(self, story, outcome, candidates, moment):
        course = story.course
        if course.seeing:
            if outcome.alarm_at is not None and outcome.alarm_at <= moment:
                self.deeds.unclaimed(story, AttentionReason.UNCLAIMED, moment)
        elif outcome.next_at is None and story.plan.is_seen:
            answered = course.offers or any(
                c.dealer_id in story.given_up or c.declined_at is not None
                for c in candidates.values()
            )
            reason = AttentionReason.ALL_DECLINED if answered else AttentionReason.NO_DEALER
            self.deeds.unclaimed(story, reason, moment)
