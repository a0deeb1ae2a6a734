"""When stages open, as tables and as properties. No database; minutes count from the placing."""

import datetime
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distribution.candidates import StageDecision
from distribution.codes import Code
from distribution.planning import Course, Entry, advance
from distribution.strategies import StageSpec, Strategy

PLACED = datetime.datetime(2026, 6, 15, 9, tzinfo=datetime.UTC)
UNCLAIMED = 120


def at(minute):
    return PLACED + datetime.timedelta(minutes=minute)


def minute_of(moment):
    return None if moment is None else (moment - PLACED) / datetime.timedelta(minutes=1)


def rating(window):
    return StageSpec(Strategy.RATING, window=window)


def fix(window=None):
    return StageSpec(Strategy.FIX, window=window)


def best(window, rounds):
    return StageSpec(Strategy.BEST, window=window, rounds=rounds)


def base(delay=0):
    return StageSpec(Strategy.BASE, delay=delay)


CHOSEN = StageSpec(Strategy.CHOSEN, window=30)
INSTALLATION = StageSpec(Strategy.INSTALLATION)


@dataclass
class World:
    """A chain and whom each stage would choose: dealers by letters.

    ``stages``: (StageSpec, dealers); for Best the dealers by falling score, one a round. Base and
    the fallback are for ``everybody``: all letters named, and ``more``.
    """

    stages: list
    more: str = ""
    started: int = 0

    def __post_init__(self):
        self.everybody = "".join(sorted({*"".join(d for _s, d in self.stages), *self.more}))
        self.course = Course(
            entries=tuple(Entry(i, spec) for i, (spec, _dealers) in enumerate(self.stages)),
            placed_at=PLACED,
            started_at=at(self.started),
            unclaimed=datetime.timedelta(minutes=UNCLAIMED),
            fallback_index=len(self.stages),
        )
        self.outcome = None
        self.opened = []

    def decide(self, step, course):
        able = [d for d in self._asked(step) if not self._gone(d, step.at)]
        if step.entry.spec.strategy == Strategy.BEST:
            fresh = able if step.round == 1 else [d for d in able if d not in course.offers]
            able = fresh[:1]
        return tuple(StageDecision(d, Code.OFFERED) for d in able)

    def _asked(self, step):
        if step.entry.spec.strategy in (Strategy.BASE, Strategy.FALLBACK):
            return self.everybody
        return self.stages[step.entry.index][1]

    def _gone(self, dealer, moment):
        closed_at = self.course.offers.get(dealer)
        return closed_at is not None and closed_at <= moment

    def look(self, minute):
        self.outcome = advance(self.course, at(minute), self.decide)
        self.course.was_seen = bool(self.course.seeing)
        for opening in self.outcome.openings:
            stage = opening.stage
            name = "F" if stage.strategy == Strategy.FALLBACK else stage.index
            self.opened.append(
                (name, stage.round, minute_of(stage.opened_at), "".join(sorted(stage.dealers)))
            )

    def decline(self, minute, dealer):
        """Whether the dealer had the order to decline."""
        if dealer in self.course.offers and self.course.offers[dealer] is None:
            self.course.offers[dealer] = at(minute)
            return True
        return False

    def sees(self):
        return "".join(sorted(self.course.seeing))

    def live(self, until, declines=None):
        """Look every minute; ``declines``: {minute: dealers}."""
        for minute in range(self.started, until + 1):
            for dealer in (declines or {}).get(minute, ""):
                assert self.decline(minute, dealer)
            self.look(minute)
        return self


# Name, stages, declines, looked at until, (stage, round, minute, dealers), who sees at the end.
TABLE = [
    ("base alone", [(base(), "AB")], {}, 9, [(0, 1, 0, "AB")], "AB"),
    (
        "stages open one after another and add up",
        [(rating(5), "A"), (rating(10), "B"), (base(), "ABC")],
        {},
        20,
        [(0, 1, 0, "A"), (1, 1, 5, "B"), (2, 1, 15, "ABC")],
        "ABC",
    ),
    (
        "the next stage waits for the window",
        [(rating(5), "A"), (base(), "AB")],
        {},
        4,
        [(0, 1, 0, "A")],
        "A",
    ),
    (
        "a stage without candidates takes no time",
        [(rating(5), ""), (rating(10), "A"), (base(), "AB")],
        {},
        10,
        [(0, 1, 0, ""), (1, 1, 0, "A"), (2, 1, 10, "AB")],
        "AB",
    ),
    (
        "a stage between without candidates takes no time",
        [(rating(5), "A"), (rating(10), ""), (base(), "AB")],
        {},
        5,
        [(0, 1, 0, "A"), (1, 1, 5, ""), (2, 1, 5, "AB")],
        "AB",
    ),
    (
        "a stage whose candidates all see the order takes its window",
        [(rating(5), "A"), (rating(10), "A"), (base(), "AB")],
        {},
        15,
        [(0, 1, 0, "A"), (1, 1, 5, "A"), (2, 1, 15, "AB")],
        "AB",
    ),
    (
        "all declined: the next at once",
        [(rating(30), "AB"), (base(), "ABC")],
        {3: "A", 7: "B"},
        7,
        [(0, 1, 0, "AB"), (1, 1, 7, "C")],
        "C",
    ),
    (
        "one of two declined: the other keeps its time",
        [(rating(30), "AB"), (base(), "ABC")],
        {3: "A"},
        29,
        [(0, 1, 0, "AB")],
        "B",
    ),
    (
        "the stage's own dealers declined, an earlier one still sees: the window runs on",
        [(rating(5), "A"), (rating(20), "B"), (base(), "ABC")],
        {6: "B"},
        25,
        [(0, 1, 0, "A"), (1, 1, 5, "B"), (2, 1, 25, "AC")],
        "AC",
    ),
    (
        "everybody declines in turn",
        [(rating(5), "A"), (rating(5), "B"), (base(), "ABC")],
        {1: "A", 2: "B", 3: "C"},
        5,
        [(0, 1, 0, "A"), (1, 1, 1, "B"), (2, 1, 2, "C")],
        "",
    ),
    (
        "base waits for its delay",
        [(rating(5), "A"), (base(15), "AB")],
        {},
        15,
        [(0, 1, 0, "A"), (1, 1, 15, "AB")],
        "AB",
    ),
    (
        "base waits for the stages before it",
        [(rating(20), "A"), (base(15), "AB")],
        {},
        20,
        [(0, 1, 0, "A"), (1, 1, 20, "AB")],
        "AB",
    ),
    ("base alone does not wait", [(base(15), "AB")], {}, 3, [(0, 1, 0, "AB")], "AB"),
    (
        "base does not wait behind empty stages",
        [(rating(5), ""), (base(15), "AB")],
        {},
        3,
        [(0, 1, 0, ""), (1, 1, 0, "AB")],
        "AB",
    ),
    (
        "everybody declines while base waits: at once",
        [(rating(5), "A"), (base(15), "AB")],
        {8: "A"},
        8,
        [(0, 1, 0, "A"), (1, 1, 8, "B")],
        "B",
    ),
    (
        "everybody declined before base could: at once",
        [(rating(5), "A"), (base(15), "AB")],
        {2: "A"},
        2,
        [(0, 1, 0, "A"), (1, 1, 2, "B")],
        "B",
    ),
    (
        "fix until it answers",
        [(fix(), "A"), (base(), "AB")],
        {},
        500,
        [(0, 1, 0, "A")],
        "A",
    ),
    (
        "fix until it declines",
        [(fix(), "A"), (base(), "AB")],
        {60: "A"},
        60,
        [(0, 1, 0, "A"), (1, 1, 60, "B")],
        "B",
    ),
    (
        "fix until it declines, though others see the order",
        [(rating(5), "A"), (fix(), "B"), (base(), "ABC")],
        {40: "B"},
        40,
        [(0, 1, 0, "A"), (1, 1, 5, "B"), (2, 1, 40, "AC")],
        "AC",
    ),
    (
        "another's refusal is no answer of fix",
        [(rating(5), "A"), (fix(), "B"), (base(), "ABC")],
        {40: "A"},
        60,
        [(0, 1, 0, "A"), (1, 1, 5, "B")],
        "B",
    ),
    (
        "fix with a window",
        [(fix(10), "A"), (base(), "AB")],
        {},
        10,
        [(0, 1, 0, "A"), (1, 1, 10, "AB")],
        "AB",
    ),
    (
        "several entries of one kind",
        [(fix(10), "A"), (fix(10), "B"), (rating(5), "C"), (rating(5), "D"), (base(), "")],
        {},
        30,
        [(0, 1, 0, "A"), (1, 1, 10, "B"), (2, 1, 20, "C"), (3, 1, 25, "D"), (4, 1, 30, "ABCD")],
        "ABCD",
    ),
    (
        "best: rounds of one window each",
        [(best(5, 3), "ABCD"), (base(), "")],
        {},
        15,
        [(0, 1, 0, "A"), (0, 2, 5, "B"), (0, 3, 10, "C"), (1, 1, 15, "ABCD")],
        "ABCD",
    ),
    (
        "best: a refusal brings the next round at once",
        [(best(5, 3), "ABCD"), (base(), "")],
        {2: "A"},
        12,
        [(0, 1, 0, "A"), (0, 2, 2, "B"), (0, 3, 7, "C"), (1, 1, 12, "BCD")],
        "BCD",
    ),
    (
        "best: candidates run out, the next stage after the last round's window",
        [(best(5, 9), "AB"), (base(), "ABC")],
        {},
        10,
        [(0, 1, 0, "A"), (0, 2, 5, "B"), (0, 3, 10, ""), (1, 1, 10, "ABC")],
        "ABC",
    ),
    (
        "best: nobody at all takes no time",
        [(best(5, 3), ""), (base(), "A")],
        {},
        0,
        [(0, 1, 0, ""), (1, 1, 0, "A")],
        "A",
    ),
    (
        "without base the dealers that see keep the order",
        [(rating(5), "A")],
        {},
        500,
        [(0, 1, 0, "A")],
        "A",
    ),
    (
        "without base nobody is left: everybody",
        [(rating(30), "A"), (rating(5), "B")],
        {3: "A", 5: "B"},
        9,
        [(0, 1, 0, "A"), (1, 1, 3, "B"), ("F", 1, 5, "C")],
        "C",
    ),
    (
        "a chain whose stages find nobody: everybody at once",
        [(rating(5), ""), (fix(), "")],
        {},
        1,
        [(0, 1, 0, ""), (1, 1, 0, ""), ("F", 1, 0, "C")],
        "C",
    ),
    ("an empty chain: everybody at once", [], {}, 1, [("F", 1, 0, "C")], "C"),
    (
        "the chosen dealer first",
        [(CHOSEN, "B"), (rating(5), "A"), (base(), "")],
        {},
        35,
        [(0, 1, 0, "B"), (1, 1, 30, "A"), (2, 1, 35, "AB")],
        "AB",
    ),
    (
        "the chosen dealer declines",
        [(CHOSEN, "B"), (rating(5), "A"), (base(), "")],
        {4: "B"},
        9,
        [(0, 1, 0, "B"), (1, 1, 4, "A"), (2, 1, 9, "A")],
        "A",
    ),
    (
        "an ineligible chosen dealer takes no time",
        [(CHOSEN, ""), (base(), "A")],
        {},
        0,
        [(0, 1, 0, ""), (1, 1, 0, "A")],
        "A",
    ),
    (
        "installation orders until the default dealer answers",
        [(INSTALLATION, "I"), (base(), "A")],
        {300: "I"},
        300,
        [(0, 1, 0, "I"), (1, 1, 300, "A")],
        "A",
    ),
    (
        "base in the middle of a chain has no window",
        [(rating(5), "A"), (base(), "AB"), (rating(5), "A")],
        {},
        5,
        [(0, 1, 0, "A"), (1, 1, 5, "AB"), (2, 1, 5, "A")],
        "AB",
    ),
]
# Worlds that need a dealer whom no stage of theirs names.
WITH_ANOTHER = {
    "without base nobody is left: everybody",
    "a chain whose stages find nobody: everybody at once",
    "an empty chain: everybody at once",
    "without base the dealers that see keep the order",
}


def world_of(name, stages):
    return World(stages, more="C" if name in WITH_ANOTHER else "")


@pytest.mark.parametrize(
    ("name", "stages", "declines", "until", "opened", "sees"), TABLE, ids=[row[0] for row in TABLE]
)
def test_stages_open(name, stages, declines, until, opened, sees):
    world = world_of(name, stages).live(until, declines)
    assert world.opened == opened
    assert world.sees() == sees


@pytest.mark.parametrize(
    ("name", "stages", "declines", "until", "opened", "sees"),
    [row for row in TABLE if not row[2]],
    ids=[row[0] for row in TABLE if not row[2]],
)
def test_stages_open_alike_when_the_only_look_is_late(name, stages, declines, until, opened, sees):
    world = world_of(name, stages)
    world.look(until)
    assert world.opened == opened
    assert world.sees() == sees


@pytest.mark.parametrize(
    ("stages", "declines", "until", "next_at", "finished", "alarm_at"),
    [
        ([(rating(5), "A"), (base(), "AB")], {}, 0, 5, False, None),
        ([(rating(5), "A"), (base(15), "AB")], {}, 6, 15, False, None),
        ([(rating(5), "A"), (base(), "AB")], {}, 5, None, True, 5 + UNCLAIMED),
        ([(base(), "AB")], {}, 0, None, True, UNCLAIMED),
        ([(rating(5), "A")], {}, 0, None, True, UNCLAIMED),
        ([(best(5, 2), "AB")], {}, 4, 5, False, None),
        ([(best(5, 2), "AB")], {}, 5, None, True, 5 + UNCLAIMED),
        # Until it answers, and a stage behind it: the alarm counts from its own opening.
        ([(rating(5), "A"), (fix(), "B"), (base(), "AB")], {}, 5, None, False, 5 + UNCLAIMED),
        ([(INSTALLATION, "I"), (base(), "A")], {}, 0, None, False, UNCLAIMED),
        # All have declined: finished, the alarm is the caller's, at once.
        ([(base(), "A")], {3: "A"}, 3, None, True, UNCLAIMED),
    ],
)
def test_what_comes_next(stages, declines, until, next_at, finished, alarm_at):
    outcome = World(stages).live(until, declines).outcome
    assert minute_of(outcome.next_at) == next_at
    assert outcome.is_finished is finished
    assert minute_of(outcome.alarm_at) == alarm_at


def test_a_returned_order_starts_its_chain_anew_while_the_delay_counts_from_the_placing():
    world = World([(rating(5), "A"), (base(15), "AB")], started=60).live(65)
    assert world.opened == [(0, 1, 60, "A"), (1, 1, 65, "AB")]


def test_an_order_that_nobody_sees_reaches_a_dealer_that_becomes_able():
    world = World([(base(), "")])
    world.live(3)
    assert world.opened == [(0, 1, 0, "")]
    assert world.outcome.is_finished
    world.everybody = "N"
    world.look(7)
    # Nobody knows since when it has been able: the moment of the look counts.
    assert world.opened[1:] == [("F", 1, 7, "N")]
    world.decline(9, "N")
    world.look(9)
    world.everybody = "NM"
    world.look(12)
    assert world.opened[2:] == [("F", 2, 12, "M")]


def test_a_refusal_dated_after_the_look_is_taken_up_at_its_own_time():
    """The dealer's clock was read after the tick's."""
    world = World([(rating(30), "A"), (base(), "AB")])
    world.look(0)
    world.decline(3, "A")
    world.look(2)
    assert minute_of(world.outcome.next_at) == 3
    world.look(3)
    assert world.sees() == "B"


def test_a_late_look_does_not_take_back_what_a_dealer_saw_in_between():
    """A declined at 7; the stage due at 5 had it among its candidates and so took its time."""
    world = World([(rating(5), "A"), (rating(10), "A"), (base(), "AB")])
    world.look(0)
    world.decline(7, "A")
    world.look(20)
    assert world.opened == [(0, 1, 0, "A"), (1, 1, 5, "A"), (2, 1, 7, "B")]


LETTERS = "ABCD"
some = st.lists(st.sampled_from(LETTERS), unique=True, max_size=3).map("".join)
windows = st.integers(1, 8)
stage = st.one_of(
    st.tuples(st.builds(rating, windows), some),
    st.tuples(st.builds(fix, st.one_of(st.none(), windows)), some.map(lambda d: d[:1])),
    st.tuples(st.builds(best, windows, st.integers(1, 3)), some),
    st.tuples(st.builds(base, st.integers(0, 20)), st.just("")),
)
chains = st.lists(stage, max_size=4)
refusals = st.dictionaries(st.sampled_from(LETTERS), st.integers(0, 30))
UNTIL = 40


@settings(max_examples=300)
@given(chain=chains, more=some, refusals=refusals)
def test_an_order_is_never_invisible_while_someone_could_have_it(chain, more, refusals):
    world, before = World(chain, more=more), set()
    for minute in range(UNTIL):
        declined = {
            dealer
            for dealer, moment in refusals.items()
            if moment == minute and world.decline(minute, dealer)
        }
        world.look(minute)
        able = {d for d in world.everybody if not world._gone(d, at(minute))}
        assert world.course.seeing or not able
        # Whoever saw the order keeps seeing it.
        assert before - declined <= world.course.seeing
        before = world.course.seeing


@settings(max_examples=300)
@given(chain=chains, more=some, refusals=refusals, looks=st.sets(st.integers(0, UNTIL)))
def test_stages_open_at_the_same_time_however_seldom_one_looks(chain, more, refusals, looks):
    """Refusals fall between the minutes, so that nothing happens at one moment with an opening."""
    punctual = World(chain, more=more)
    seldom = World(chain, more=more)
    for minute in range(UNTIL + 1):
        punctual.look(minute)
        if minute in looks:
            seldom.look(minute)
        answered_at = minute + 0.5
        for dealer in (d for d in LETTERS if refusals.get(d) == minute):
            # To decline, a dealer opens the order, which brings it up to date, unless it had it.
            if dealer not in seldom.course.offers:
                seldom.look(answered_at)
            declined = punctual.decline(answered_at, dealer)
            assert seldom.decline(answered_at, dealer) == declined
            punctual.look(answered_at)
    seldom.look(UNTIL + 1)
    punctual.look(UNTIL + 1)
    assert seldom.opened == punctual.opened
    assert seldom.course.offers == punctual.course.offers


@given(chain=chains, more=some)
def test_a_look_that_finds_nothing_due_changes_nothing(chain, more):
    world = World(chain, more=more)
    world.look(10)
    opened = list(world.opened)
    world.look(10)
    assert world.opened == opened
