"""Any sequence of events means what the oracle says, in any order and however often told."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telephony.dialog import MOST_MISSES, Node, follow
from telephony.folding import HUMAN, MACHINE, Heard, fold
from telephony.states import CallKind, CallState, Fact, Leg, Outcome, Result, Status

SEQUENCES = 10_000
LEGS = (Leg.MANAGER, Leg.CUSTOMER)

events = st.one_of(
    st.builds(
        Heard,
        fact=st.just(Fact.STATUS),
        leg=st.sampled_from(LEGS),
        status=st.sampled_from(list(Status)),
    ),
    st.builds(
        Heard,
        fact=st.just(Fact.MACHINE),
        status=st.sampled_from((MACHINE, HUMAN)),
    ),
    st.just(Heard(Fact.JOINED)),
    st.builds(
        Heard,
        fact=st.just(Fact.PRESSED),
        step=st.integers(1, 6),
        digits=st.sampled_from(("", "1", "2", "3", "9")),
    ),
)


def consistent(told):
    """The events with one answer to each question, as a provider tells."""
    answers = {}
    for event in told:
        if event.fact == Fact.PRESSED:
            answers.setdefault(event.step, event)
    return [one for one in told if one.fact != Fact.PRESSED] + list(answers.values())


class Oracle:
    """Says by tables and walking, apart from the product's code, what a call has come to."""

    ENDS = ("completed", "busy", "no-answer", "canceled", "failed")
    WORDS = {
        "busy": "busy",
        "no-answer": "no_answer",
        "canceled": "hung_up",
        "failed": "failed",
        "completed": "hung_up",
    }

    def __init__(self, told):
        self.told = told

    def statuses(self, leg):
        return {e.status for e in self.told if e.fact == Fact.STATUS and e.leg == leg}

    def end(self, leg):
        found = [end for end in self.ENDS if end in self.statuses(leg)]
        return found[0] if found else None

    def reached(self, leg):
        statuses = self.statuses(leg)
        if statuses & {"in-progress", "completed"}:
            return "answered"
        if "ringing" in statuses:
            return "ringing"
        return "dialling"

    def is_machine(self):
        return Heard(Fact.MACHINE, status=MACHINE) in self.told

    def bridge(self):
        manager, customer = self.end("manager"), self.end("customer")
        joined = Heard(Fact.JOINED) in self.told and not self.is_machine()
        if not manager and not customer:
            if joined:
                return ("connected", None, None, True)
            if self.statuses("customer"):
                return ("calling", None, None, False)
            return (self.reached("manager"), None, None, False)
        if joined:
            return ("ended", "connected", "customer", True)
        if self.is_machine():
            return ("ended", "machine", "customer", False)
        if customer == "canceled":
            return ("ended", "hung_up", "manager", False)
        whose, end = ("customer", customer) if customer else ("manager", manager)
        return ("ended", self.WORDS[end], whose, False)

    def said(self):
        """The robot's dialog, played step by step."""
        keys = {e.step: e.digits for e in self.told if e.fact == Fact.PRESSED}
        place, misses = "menu", 0
        for step in range(1, 100):
            if step not in keys:
                return None
            key = keys[step]
            if place == "menu" and key in ("1", "2"):
                return {"1": "confirmed", "2": "call_back"}[key]
            if place == "cancel" and key == "1":
                return "cancelled"
            if (place, key) in (("menu", "3"), ("cancel", "2")):
                place, misses = ("cancel" if key == "3" else "menu"), 0
            else:
                misses += 1
            if misses == MOST_MISSES or step == 12:
                return "silent"
        return None

    def robot(self):
        end = self.end("customer")
        result = None if self.is_machine() else self.said()
        if not end:
            reached = self.reached("customer")
            return ("connected" if reached == "answered" else reached, None, None, result)
        if self.is_machine():
            return ("ended", "machine", "customer", None)
        if result is None and self.reached("customer") == "answered":
            result = "silent"
        if result:
            return ("ended", "connected", "customer", result)
        return ("ended", self.WORDS[end], "customer", None)


@settings(
    max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
@given(st.lists(events, max_size=14), st.randoms(use_true_random=False))
def test_ten_thousand_sequences_mean_what_the_oracle_says(told, chance):
    told = consistent(told)
    shuffled = told + chance.choices(told, k=chance.randint(0, 5)) if told else []
    chance.shuffle(shuffled)
    oracle = Oracle(told)

    bridge = fold(CallKind.BRIDGE, shuffled)
    assert (bridge.state, bridge.outcome, bridge.party, bridge.is_joined) == oracle.bridge()
    assert bridge == fold(CallKind.BRIDGE, told)

    robot = fold(CallKind.ROBOT, shuffled)
    assert (robot.state, robot.outcome, robot.party, robot.result) == oracle.robot()
    assert robot == fold(CallKind.ROBOT, told)


def lived(*statuses, leg=Leg.CUSTOMER):
    return [Heard(Fact.STATUS, leg, Status(status)) for status in statuses]


@pytest.mark.parametrize(
    ("story", "outcome"),
    [
        (lived("ringing", "busy"), Outcome.BUSY),
        (lived("ringing", "no-answer"), Outcome.NO_ANSWER),
        (lived("failed"), Outcome.FAILED),
        (lived("ringing", "in-progress", "completed"), Outcome.HUNG_UP),
        (
            [*lived("in-progress", "completed"), Heard(Fact.MACHINE, status=MACHINE)],
            Outcome.MACHINE,
        ),
        (
            [
                *lived("in-progress", "completed"),
                Heard(Fact.JOINED),
                Heard(Fact.MACHINE, status=MACHINE),
            ],
            Outcome.MACHINE,
        ),
    ],
)
def test_these_ends_prove_no_contact(story, outcome):
    whole = [*lived("ringing", "in-progress", "completed", leg=Leg.MANAGER), *story]
    for _ in range(20):
        random.Random(len(whole)).shuffle(whole)
        folded = fold(CallKind.BRIDGE, whole)
        assert (folded.state, folded.outcome) == (CallState.ENDED, outcome)
        assert not folded.is_joined


def test_every_part_of_a_story_is_a_state_of_its_own():
    story = [
        *lived("initiated", "ringing", "in-progress", leg=Leg.MANAGER),
        *lived("ringing", "in-progress"),
        Heard(Fact.JOINED),
        *lived("completed"),
    ]
    states = [fold(CallKind.BRIDGE, story[:length]).state for length in range(len(story) + 1)]
    assert states == [
        *(CallState.DIALLING, CallState.DIALLING, CallState.RINGING, CallState.ANSWERED),
        *(CallState.CALLING, CallState.CALLING, CallState.CONNECTED, CallState.ENDED),
    ]


def test_cancelling_is_asked_twice():
    assert follow({1: "3"}).node == Node.CANCEL
    assert follow({1: "3", 2: "1"}).result == Result.CANCELLED
    assert follow({1: "3", 2: "2"}).node == Node.MENU
    assert follow({1: "3", 2: "2", 3: "1"}).result == Result.CONFIRMED


def test_silence_is_asked_again_and_then_let_go():
    assert follow({1: "", 2: ""}).node == Node.MENU
    assert follow({1: "", 2: "", 3: ""}).result == Result.SILENT


def test_an_answer_without_those_before_it_waits():
    assert follow({2: "1"}).step == 1
