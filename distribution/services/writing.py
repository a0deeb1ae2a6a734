"""What a look at a batch of orders leaves in the database, in bulk."""

import json

from django.db import connection

from catalog.pricing import quote
from distribution.codes import Code
from distribution.models import Plan, PlanState, Stage
from distribution.strategies import Strategy
from orders.discounts import after
from orders.models import DealerQuote, HistoryEntry, HistoryKind
from orders.services.accepting import forced_quote_row
from orders.services.placing import quote_row
from orders.statuses import Status

INSERT_ELIGIBILITY = """
    INSERT INTO distribution_eligibility (order_id, dealer_id, placed_at)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[])
    ON CONFLICT (order_id, dealer_id) DO NOTHING
"""
INSERT_DECISIONS = """
    INSERT INTO distribution_decision (stage_id, dealer_id, code, facts)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::jsonb[])
"""
# Only the driver's ON CONFLICT … RETURNING tells offers really made from those that were there.
INSERT_OFFERS = """
    INSERT INTO orders_offer (order_id, dealer_id, cycle, strategy, opened_at, state)
    SELECT *, 'open' FROM unnest(
        %s::bigint[], %s::bigint[], %s::smallint[], %s::text[], %s::timestamptz[])
    ON CONFLICT DO NOTHING
    RETURNING order_id, dealer_id
"""
UPDATE_PLANS = """
    UPDATE distribution_plan p
       SET state = n.state, next_due_at = n.next_due_at, seen_by = n.seen_by, is_seen = n.is_seen
      FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::smallint[], %s::boolean[])
           AS n(id, state, next_due_at, seen_by, is_seen)
     WHERE p.id = n.id
"""


def stop_plans(orders, now):
    """Stop plans of orders that have left distribution, and of cycles gone by."""
    going = {
        order.pk: order.cycle
        for order in orders
        if order.status == Status.NEW and order.deleted_at is None
    }
    over = [
        plan.pk
        for plan in Plan.objects.filter(order__in=orders).exclude(state=PlanState.STOPPED)
        if going.get(plan.order_id) != plan.cycle
    ]
    if over:
        Plan.objects.filter(pk__in=over).update(
            state=PlanState.STOPPED, stopped_at=now, next_due_at=None
        )


def save_new_plans(plans):
    """Insert the plans that are new."""
    Plan.objects.bulk_create([plan for plan in plans if plan.pk is None])


def record_eligibility(subjects):
    """Who could have delivered the orders, whether a stage will choose them or not."""
    rows = [
        (subject.order.pk, dealer_id, subject.order.created_at)
        for subject in subjects
        for dealer_id, prospect in subject.prospects.items()
        if prospect.verdict.is_eligible
    ]
    if rows:
        _execute(INSERT_ELIGIBILITY, rows)


def record(results, now):
    """Stages, decisions, offers, quotes, history; returns what ``messages.offered`` takes.

    Only offers really inserted are told of. ``open_offers`` of the jobs is brought up to date.
    """
    opened = [(result, opening) for result in results for opening in result.outcome.openings]
    if not opened:
        return []
    stages = Stage.objects.bulk_create(
        Stage(
            plan=result.job.plan,
            index=opening.stage.index,
            round=opening.stage.round,
            strategy=opening.stage.strategy,
            opened_at=opening.stage.opened_at,
            ends_at=opening.stage.ends_at,
            processed_at=now,
            is_empty=opening.stage.is_empty,
        )
        for result, opening in opened
    )
    _execute(
        INSERT_DECISIONS,
        [
            (stage.pk, decision.dealer_id, str(decision.code), json.dumps(decision.facts))
            for stage, (_result, opening) in zip(stages, opened, strict=True)
            for decision in opening.decisions
        ],
    )
    totals = _quote(opened, now)
    shown = _offer(opened, totals)
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            order=result.job.order,
            kind=HistoryKind.DISTRIBUTED,
            data={
                "strategy": str(opening.stage.strategy),
                "round": opening.stage.round,
                "dealers": len(opening.stage.dealers),
            },
            created_at=opening.stage.opened_at,
        )
        for result, opening in opened
        if not opening.stage.is_empty
    )
    return shown


def save_plans(plans):
    """Write what a look changes in plans."""
    _execute(
        UPDATE_PLANS,
        [
            (plan.pk, str(plan.state), plan.next_due_at, plan.seen_by, plan.is_seen)
            for plan in plans
        ],
    )


def _newly_offered(opened):
    for result, opening in opened:
        for decision in opening.decisions:
            if decision.code == Code.OFFERED:
                yield result, opening, decision.dealer_id


def _quote(opened, now):
    """Record quotes of dealers that have none yet; returns what each costs by order and dealer.

    The default dealer for installation is quoted whatever it has in stock, never above the promise.
    """
    totals, rows = {}, []
    for result, opening, dealer_id in _newly_offered(opened):
        subject = result.subject
        prospect = subject.prospects[dealer_id]
        key = (subject.order.pk, dealer_id)
        if prospect.recorded_total is not None:
            totals[key] = prospect.recorded_final
            continue
        if opening.stage.strategy == Strategy.INSTALLATION:
            row = forced_quote_row(subject.order, subject.lines, prospect.terms, now)
        else:
            offer = quote(prospect.terms, subject.items, subject.order.services)
            row = quote_row(subject.order, offer, now)
        totals[key] = after(subject.cut, row.goods_total, row.total)
        rows.append(row)
    DealerQuote.objects.bulk_create(rows, ignore_conflicts=True)
    return totals


def _offer(opened, totals):
    rows = [
        (
            result.job.order.pk,
            dealer_id,
            result.job.order.cycle,
            str(opening.stage.strategy),
            opening.stage.opened_at,
        )
        for result, opening, dealer_id in _newly_offered(opened)
    ]
    if not rows:
        return []
    results = {result.job.order.pk: result for result, _opening in opened}
    shown = []
    for order_id, dealer_id in _execute(INSERT_OFFERS, rows):
        result = results[order_id]
        result.job.open_offers += 1
        shown.append(
            (result.job.order, result.subject.lines, dealer_id, totals[order_id, dealer_id])
        )
    return shown


def _execute(sql, rows):
    """Run a statement over columns made of rows; returns what it returns."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        return cursor.fetchall() if cursor.description else []
