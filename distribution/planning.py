"""When stages open: an order's way through its chain as a function of time.

Pure: what has been opened and answered goes in, openings and the next moment come out. Moments are
nominal (a stage opens when the one before it ends, however late that is worked out), so who sees
an order at a given time does not depend on when a worker had luck.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from distribution.candidates import StageDecision
from distribution.strategies import StageSpec, Strategy

# These have no window and so end as soon as they have opened: the next stage opens with them.
WINDOWLESS = frozenset({Strategy.BASE, Strategy.FALLBACK})


@dataclass(frozen=True)
class Entry:
    """A place in an order's sequence; ``dealer_id`` for stages that name their only dealer."""

    index: int
    spec: StageSpec
    dealer_id: int | None = None


@dataclass(frozen=True)
class OpenedStage:
    """A stage as it was opened.

    ``ends_at`` None: no end by time. ``dealers`` matters for "until it answers".
    """

    index: int
    strategy: Strategy
    opened_at: datetime.datetime
    round: int = 1
    ends_at: datetime.datetime | None = None
    is_empty: bool = False
    dealers: frozenset[int] = frozenset()


@dataclass
class Course:
    """An order's distribution so far.

    ``entries``: the sequence by index, ``fallback_index`` the one behind it. ``offers`` maps every
    dealer that was offered the order to when it stopped seeing it (declined, became inactive), None
    while it sees it. ``was_seen``: somebody saw the order, or nothing was tried yet, at the last
    look; a later look at an order that nobody saw dates what it finds by its own time.
    ``unclaimed``: from the opening of the last stage to the alarm.
    """

    entries: tuple[Entry, ...]
    placed_at: datetime.datetime
    started_at: datetime.datetime
    unclaimed: datetime.timedelta
    fallback_index: int
    opened: list[OpenedStage] = field(default_factory=list)
    offers: dict[int, datetime.datetime | None] = field(default_factory=dict)
    was_seen: bool = True

    @property
    def seeing(self):
        """Dealers that see the order."""
        return {dealer_id for dealer_id, closed_at in self.offers.items() if closed_at is None}

    @property
    def last(self):
        return self.opened[-1] if self.opened else None

    @property
    def unseen_since(self):
        """Since when nobody sees the order, None while somebody does."""
        if self.seeing:
            return None
        return max(self.offers.values(), default=self.started_at)

    @property
    def fallback(self):
        """The entry behind the sequence: every eligible dealer."""
        return Entry(self.fallback_index, StageSpec(Strategy.FALLBACK))


@dataclass(frozen=True)
class Step:
    """The next stage to open; ``at`` None: when a dealer answers."""

    entry: Entry
    round: int
    at: datetime.datetime | None


@dataclass(frozen=True)
class Opening:
    """A stage opened just now, with its decisions."""

    entry: Entry
    stage: OpenedStage
    decisions: tuple[StageDecision, ...]


@dataclass(frozen=True)
class Outcome:
    """What ``advance`` did and what comes next.

    ``next_at``: when the next stage opens, None where none does by time. ``is_finished``: every
    stage has been opened. ``alarm_at``: when the order counts as unclaimed, None while stages
    remain that will open by time.
    """

    openings: tuple[Opening, ...]
    next_at: datetime.datetime | None
    is_finished: bool
    alarm_at: datetime.datetime | None


def next_step(course):
    """The next step, or None where all stages are open and somebody sees the order."""
    last, unseen_since = course.last, course.unseen_since
    end = course.started_at if last is None else _end(course, last)
    if unseen_since is not None:
        # Nobody is left to wait for.
        gone_at = max(last.opened_at if last else course.started_at, unseen_since)
        end = gone_at if end is None else min(end, gone_at)
    entry, round_ = _following(course)
    if entry is None:
        if unseen_since is None:
            return None
        tried = sum(stage.strategy == Strategy.FALLBACK for stage in course.opened)
        return Step(course.fallback, tried + 1, max(end, unseen_since))
    at = end
    if entry.spec.strategy == Strategy.BASE and end is not None:
        at = max(end, course.placed_at + datetime.timedelta(minutes=entry.spec.delay))
        if unseen_since is not None:
            at = min(at, max(end, unseen_since))
    return Step(entry, round_, at)


def advance(course, now, decide: Callable):
    """Open everything that is due by ``now``; ``course`` is brought up to date.

    ``decide(step, course)`` returns the decisions on the candidates of a step.
    """
    openings, is_exhausted = [], False
    while (step := next_step(course)) is not None and step.at is not None and step.at <= now:
        is_fallback = step.entry.spec.strategy == Strategy.FALLBACK
        if is_fallback and not course.was_seen and not openings:
            step = Step(step.entry, step.round, now)
        decisions = decide(step, course)
        chosen = frozenset(decision.dealer_id for decision in decisions if decision.is_chosen)
        if is_fallback and not chosen and any(s.strategy in WINDOWLESS for s in course.opened):
            # The decisions of a stage for everybody are on record already.
            is_exhausted = True
            break
        stage = OpenedStage(
            index=step.entry.index,
            strategy=step.entry.spec.strategy,
            opened_at=step.at,
            round=step.round,
            ends_at=_ends_at(step) if chosen else None,
            is_empty=not chosen,
            dealers=chosen,
        )
        openings.append(Opening(step.entry, stage, decisions))
        course.opened.append(stage)
        for dealer_id in chosen:
            course.offers.setdefault(dealer_id, None)
        if is_fallback and not chosen:
            is_exhausted = True
            break
    is_finished = is_exhausted or step is None
    next_at = None if is_finished else step.at
    return Outcome(
        openings=tuple(openings),
        next_at=next_at,
        is_finished=is_finished,
        alarm_at=course.last.opened_at + course.unclaimed
        if course.last and next_at is None
        else None,
    )


def _following(course):
    """The entry and round after the last opened one, (None, 1) behind the last."""
    last = course.last
    if last is None:
        return (course.entries[0] if course.entries else None), 1
    for entry in course.entries:
        if entry.index == last.index and last.strategy == Strategy.BEST:
            # A round that found nobody ends the stage.
            if not last.is_empty and last.round < entry.spec.rounds:
                return entry, last.round + 1
        elif entry.index > last.index:
            return entry, 1
    return None, 1


def _ends_at(step):
    """When a stage with candidates ends by time."""
    spec = step.entry.spec
    if spec.window is None or spec.strategy in WINDOWLESS:
        return None
    return step.at + datetime.timedelta(minutes=spec.window)


def _end(course, stage):
    """When an opened stage ends as far as is known, None while it waits for an answer."""
    if stage.is_empty or stage.strategy in WINDOWLESS:
        return stage.opened_at
    if stage.ends_at is not None:
        return stage.ends_at
    answers = [course.offers.get(dealer_id, stage.opened_at) for dealer_id in stage.dealers]
    return None if None in answers else max(answers, default=stage.opened_at)
