"""Orders with their plans and courses, as they stand in the database."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Max, OuterRef, Q, Subquery

from distribution.codes import CHOSEN_CODES
from distribution.models import ChainVersion, Decision, Plan, PlanState, Stage
from distribution.planning import WINDOWLESS, Course, Entry, OpenedStage
from distribution.strategies import StageSpec, Strategy
from orders.models import HistoryEntry, HistoryKind, Offer, OfferState, Order

# Places in every order's sequence: what stands before the chain, then the chain.
CHOSEN_INDEX, INSTALLATION_INDEX, CHAIN_INDEX = 0, 1, 2
# What puts an order into a new cycle.
CYCLE_STARTS = (HistoryKind.GIVEN_UP, HistoryKind.RESTARTED, HistoryKind.REOPENED)
# The chain of a database that has none at all: everybody, at once.
FIRST_VERSION = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


@dataclass
class Job:
    """An order being worked on. ``open_offers`` counts its open offers, inactive dealers' too."""

    order: Order
    plan: Plan
    course: Course
    open_offers: int = 0

    @property
    def named_dealers(self):
        """Ids of dealers that the stages name."""
        ids = set()
        for entry in self.course.entries:
            ids.add(entry.dealer_id)
            ids.update(row.dealer_id for row in entry.spec.fix_rows)
            ids.update(row.dealer_id for row in entry.spec.limit_rows)
        return ids - {None}


def load_jobs(orders, settings, now):
    """Jobs of new orders; plans that do not exist yet are made, but not saved."""
    cycles = {order.pk: order.cycle for order in orders}
    plans = {
        plan.order_id: plan
        for plan in Plan.objects.filter(order__in=orders).select_related("version")
        if plan.cycle == cycles[plan.order_id]
    }
    fresh = [order for order in orders if order.pk not in plans]
    plans |= {plan.order_id: plan for plan in _new_plans(fresh, now)}
    going = {
        order.pk: plans[order.pk] for order in orders if plans[order.pk].state != PlanState.STOPPED
    }
    stages = _opened_stages([plan for plan in going.values() if plan.pk])
    offers = _offers([order for order in orders if order.pk in going], now)
    specs = {}
    jobs = []
    for order in orders:
        plan = going.get(order.pk)
        if plan is None:
            continue
        if plan.version_id not in specs:
            specs[plan.version_id] = [StageSpec.from_json(data) for data in plan.version.spec]
        chain = specs[plan.version_id]
        made = offers[order.pk]
        jobs.append(
            Job(
                order=order,
                plan=plan,
                course=Course(
                    entries=tuple(entries_of(order, chain, settings)),
                    placed_at=order.created_at,
                    started_at=plan.started_at,
                    unclaimed=datetime.timedelta(minutes=settings.unclaimed_minutes),
                    fallback_index=CHAIN_INDEX + len(chain),
                    opened=stages[plan.pk] if plan.pk else [],
                    offers={dealer_id: gone_at for dealer_id, gone_at, _is_open in made},
                    was_seen=plan.is_seen,
                ),
                open_offers=sum(is_open for _dealer_id, _gone_at, is_open in made),
            )
        )
    return jobs


def entries_of(order, chain, settings):
    """The order's sequence. Indexes do not move when a setting changes on the way."""
    if order.chosen_dealer_id:
        window = settings.chosen_dealer_minutes
        spec = StageSpec(Strategy.CHOSEN, window=window)
        yield Entry(CHOSEN_INDEX, spec, order.chosen_dealer_id)
    if order.wants_installation and settings.installation_dealer_id:
        spec = StageSpec(Strategy.INSTALLATION)
        yield Entry(INSTALLATION_INDEX, spec, settings.installation_dealer_id)
    for index, spec in enumerate(chain, start=CHAIN_INDEX):
        yield Entry(index, spec)


def _new_plans(orders, now):
    """Plans of orders by the chains in force when they were placed."""
    if not orders:
        return []
    versions = versions_of(orders)
    returned = [order for order in orders if order.cycle > 1]
    cycle_starts = {}
    if returned:
        cycle_starts = dict(
            HistoryEntry.objects.filter(order__in=returned, kind__in=CYCLE_STARTS)
            .values_list("order_id")
            .annotate(Max("created_at"))
        )
    return [
        Plan(
            order=order,
            cycle=order.cycle,
            version=versions[order.pk],
            started_at=order.created_at
            if order.cycle == 1
            else min(cycle_starts.get(order.pk, now), now),
        )
        for order in orders
    ]


def versions_of(orders):
    """The version of a chain that each order keeps: its region's where in use, else the default."""
    before = ChainVersion.objects.filter(valid_from__lte=OuterRef("created_at")).order_by(
        "-valid_from", "-id"
    )
    # A version not in use is passed over together with all that its region had before it.
    regional = before.filter(region=OuterRef("region"))
    rows = Order.objects.filter(pk__in=[order.pk for order in orders]).values_list(
        "pk",
        Subquery(regional.values("pk")[:1]),
        Subquery(regional.values("is_active")[:1]),
        Subquery(before.filter(region__isnull=True).values("pk")[:1]),
    )
    chosen = {
        order_id: regional_id if is_active else default_id
        for order_id, regional_id, is_active, default_id in rows
    }
    versions = ChainVersion.objects.in_bulk({pk for pk in chosen.values() if pk is not None})
    if None in chosen.values():
        base = ChainVersion.objects.create(
            region=None, spec=[StageSpec(Strategy.BASE).to_json()], valid_from=FIRST_VERSION
        )
        versions[None] = base
    return {order_id: versions[pk] for order_id, pk in chosen.items()}


def _opened_stages(plans):
    """Stages of plans; of the last of each that waits for an answer also the dealers."""
    rows = defaultdict(list)
    # Ids grow in the order of opening.
    for stage in Stage.objects.filter(plan__in=plans).order_by("id"):
        rows[stage.plan_id].append(stage)
    waiting = [
        stages[-1].pk
        for stages in rows.values()
        if stages[-1].ends_at is None
        and not stages[-1].is_empty
        and stages[-1].strategy not in WINDOWLESS
    ]
    dealers = defaultdict(set)
    if waiting:
        for stage_id, dealer_id in Decision.objects.filter(
            stage__in=waiting, code__in=CHOSEN_CODES
        ).values_list("stage_id", "dealer_id"):
            dealers[stage_id].add(dealer_id)
    opened = defaultdict(list)
    for plan_id, stages in rows.items():
        opened[plan_id] = [
            OpenedStage(
                index=stage.index,
                strategy=Strategy(stage.strategy),
                opened_at=stage.opened_at,
                round=stage.round,
                ends_at=stage.ends_at,
                is_empty=stage.is_empty,
                dealers=frozenset(dealers[stage.pk]),
            )
            for stage in stages
        ]
    return opened


def _offers(orders, now):
    """(dealer, when it stopped seeing the order or None, whether the offer is open) by order.

    A dealer that was switched off does not see its open offers; the moment is that of this look.
    """
    made = defaultdict(list)
    if not orders:
        return made
    current = Q()
    cycles = defaultdict(list)
    for order in orders:
        cycles[order.cycle].append(order.pk)
    for cycle, ids in cycles.items():
        current |= Q(order__in=ids, cycle=cycle)
    for order_id, dealer_id, state, closed_at, is_active in Offer.objects.filter(
        current
    ).values_list("order_id", "dealer_id", "state", "closed_at", "dealer__is_active"):
        is_open = state == OfferState.OPEN
        gone_at = closed_at if not is_open else None if is_active else now
        made[order_id].append((dealer_id, gone_at, is_open))
    return made
