"""The robot's conversation: keys in, what is said next out. Pure.

The customer's answers are numbered from 1; an empty answer is silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from telephony.states import Result

# Answers in a row that were not understood before the robot says goodbye.
MOST_MISSES = 3
# A customer who goes to and fro is let go too.
MOST_STEPS = 12


class Node(StrEnum):
    """Where the conversation stands."""

    MENU = "menu"
    CANCEL = "cancel"
    END = "end"


@dataclass(frozen=True)
class Position:
    """``step`` is the number of the answer waited for; ``misses`` counts those not understood."""

    step: int = 1
    node: Node = Node.MENU
    misses: int = 0
    result: Result | None = None


CHOICES = {
    (Node.MENU, "1"): (Node.END, Result.CONFIRMED),
    (Node.MENU, "2"): (Node.END, Result.CALL_BACK),
    (Node.MENU, "3"): (Node.CANCEL, None),
    (Node.CANCEL, "1"): (Node.END, Result.CANCELLED),
    (Node.CANCEL, "2"): (Node.MENU, None),
}


def follow(answers: Mapping[int, str]) -> Position:
    """Where answers lead, taken in the order of their numbers up to the first that is missing."""
    here = Position()
    while here.node != Node.END and here.step in answers:
        here = _after(here, answers[here.step])
    return here


def _after(here, key):
    step = here.step + 1
    node, result = CHOICES.get((here.node, key), (None, None))
    misses = here.misses + 1 if node is None else 0
    if node != Node.END and (misses >= MOST_MISSES or step > MOST_STEPS):
        return Position(step, Node.END, misses, Result.SILENT)
    return Position(step, node or here.node, misses, result)
