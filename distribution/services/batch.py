"""One transaction over a batch of orders: lock, read, decide, write. Nothing but SQL under locks.

The number of queries does not depend on how many orders, dealers or lines there are, except for
alarms, which are rare.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction

from dealers.models import SystemSettings
from distribution import facts
from distribution.candidates import Candidate, Question, decide
from distribution.models import Plan, PlanState
from distribution.planning import Outcome, advance, next_step
from distribution.services import writing
from distribution.services.jobs import Job, load_jobs
from distribution.speeds import accept_speeds
from distribution.strategies import Strategy
from orders import messages
from orders.models import Attention, AttentionReason, Order
from orders.services.attention import raise_attention, resolve_attention
from orders.statuses import Status

# How often an order that nobody sees is looked at: a dealer may have become able.
RELOOK = datetime.timedelta(seconds=60)
# What the appearance of somebody who sees the order settles.
UNSEEN_REASONS = (AttentionReason.NO_DEALER, AttentionReason.ALL_DECLINED)


@dataclass
class Result:
    """What became of a job; without ``subject`` nothing was due and no facts were read."""

    job: Job
    outcome: Outcome
    subject: facts.Subject | None
    candidates: dict[int, Candidate]


@transaction.atomic
def work_on(order_ids, *, now, wait):
    """Bring orders up to date; returns how many were.

    ``wait`` for orders that somebody else holds, or leave them to the holder.
    """
    orders = _lock(order_ids, wait)
    if not orders:
        return 0
    writing.stop_plans(orders, now)
    fresh = [o for o in orders if o.status == Status.NEW and o.deleted_at is None]
    if fresh:
        settings = SystemSettings.load()
        jobs = load_jobs(fresh, settings, now)
        writing.save_new_plans([job.plan for job in jobs])
        results = _advance(jobs, settings, now)
        shown = writing.record(results, now)
        if not settings.dealers_see_only_own:
            messages.offered(shown, now)
        _alarm(results, now)
        writing.save_plans([_renewed(result, now) for result in results])
    return len(orders)


def _lock(order_ids, wait):
    """The orders, locked in the order of ids so that two waiters never wait for each other."""
    return list(
        Order.objects.filter(pk__in=order_ids)
        .select_related("place", "region", "promo_code")
        .select_for_update(of=("self",), skip_locked=not wait, no_key=True)
        .order_by("pk")
    )


def _advance(jobs, settings, now):
    """Open what is due. Facts are read for the orders that have something due, together."""
    due = [job for job in jobs if _is_due(job, now)]
    subjects = {}
    if due:
        loaded = facts.load_subjects(
            [job.order for job in due],
            {job.order.pk: job.named_dealers for job in due},
            uses_points=settings.points_in_distribution,
            now=now,
        )
        subjects = {subject.order.pk: subject for subject in loaded}
        # First: the shares of later orders of this batch count the earlier ones.
        writing.record_eligibility(loaded)
    extras = _extras(due, subjects, now)
    results = []
    for job in jobs:
        subject = subjects.get(job.order.pk)
        candidates = facts.candidates_of(subject, **extras) if subject else {}
        outcome = advance(job.course, now, _decider(subject, candidates))
        results.append(Result(job, outcome, subject, candidates))
    return results


def _is_due(job, now):
    step = next_step(job.course)
    return step is not None and step.at is not None and step.at <= now


def _extras(jobs, subjects, now):
    """What only some strategies ask for, read where one of these stages is still to come."""
    coming = {job.order.pk: _coming(job) for job in jobs}
    strategies = {entry.spec.strategy for entries in coming.values() for entry in entries}
    subjects = list(subjects.values())
    dealers = {dealer_id for subject in subjects for dealer_id in subject.prospects}
    timed = strategies & {Strategy.SPEED, Strategy.BEST}
    return {
        "distances": facts.distances_of(subjects) if Strategy.BEST in strategies else {},
        "speeds": accept_speeds(dealers, now=now) if timed else {},
        "shares": facts.shares_of(facts.limits_wanted(subjects, coming)),
    }


def _coming(job):
    last = job.course.last
    return [entry for entry in job.course.entries if last is None or entry.index >= last.index]


def _decider(subject, candidates):
    def decide_step(step, course):
        return decide(
            Question(
                spec=step.entry.spec,
                order=subject.facts,
                candidates=candidates,
                at=step.at,
                round=step.round,
                dealer_id=step.entry.dealer_id,
                offers=course.offers,
            )
        )

    return decide_step


def _alarm(results, now):
    """Put orders on the attention list, tell the manufacturer, and take settled causes off."""
    overdue = {}
    for result in results:
        job, order = result.job, result.job.order
        if job.course.seeing:
            if not job.plan.is_seen:
                resolve_attention(order_id=order.pk, reasons=UNSEEN_REASONS, now=now)
            alarm_at = result.outcome.alarm_at
            if alarm_at is not None and alarm_at <= now:
                overdue[order.pk] = job
        elif result.outcome.next_at is None and job.plan.is_seen:
            _raise(order, _why_unseen(result), now)
    if not overdue:
        return
    # Once a stage: an alarm that a person has put aside does not ring again.
    raised = {
        (order_id, raised_at)
        for order_id, raised_at in Attention.objects.filter(
            order__in=overdue, reason=AttentionReason.UNCLAIMED
        ).values_list("order_id", "raised_at")
    }
    for order_id, job in overdue.items():
        since = job.course.last.opened_at
        if not any(other == order_id and at >= since for other, at in raised):
            _raise(job.order, AttentionReason.UNCLAIMED, now)


def _why_unseen(result):
    answered = any(c.declined_at or c.gave_up for c in result.candidates.values())
    return AttentionReason.ALL_DECLINED if answered else AttentionReason.NO_DEALER


def _raise(order, reason, now):
    if raise_attention(order_id=order.pk, reason=reason, now=now):
        messages.unclaimed(order, reason, now)


def _renewed(result, now):
    """The plan as it stands after the look."""
    job, outcome = result.job, result.outcome
    plan: Plan = job.plan
    plan.state = PlanState.EXHAUSTED if outcome.is_finished else PlanState.RUNNING
    # An order whose next stage is only moments away is not given up as unseen.
    plan.is_seen = bool(job.course.seeing) or outcome.next_at is not None
    plan.seen_by = job.open_offers
    if outcome.next_at is not None:
        plan.next_due_at = outcome.next_at
    elif not plan.is_seen:
        plan.next_due_at = now + RELOOK
    elif outcome.alarm_at is not None and outcome.alarm_at > now:
        plan.next_due_at = outcome.alarm_at
    else:
        plan.next_due_at = None
    return plan
