"""What differs between an order's lines before and after an edit: plain facts, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class LineFacts:
    """A line in the words of its time; ``price`` is rubles a unit, None while nobody sells it."""

    product_id: int
    family_id: int
    name: str
    colour: str
    unit: str
    quantity: int
    price: Decimal | None = None

    def to_json(self):
        """As the history keeps it."""
        return {
            "product": self.product_id,
            "name": self.name,
            "colour": self.colour,
            "unit": self.unit,
            "quantity": self.quantity,
            "price": None if self.price is None else f"{self.price:.2f}",
        }


def pair_lines(before: Sequence[LineFacts], after: Sequence[LineFacts]):
    """(before, after) of each line: the new ones in their order, then (line, None) of the removed.

    A line goes with the one of the same product, else with one of the same family (another colour
    of the panel); what is left was added, (None, line), or removed.
    """
    left = list(before)
    found = {}
    for key in ("product_id", "family_id"):
        for index, line in enumerate(after):
            if index in found:
                continue
            same = next((one for one in left if getattr(one, key) == getattr(line, key)), None)
            if same is not None:
                left.remove(same)
                found[index] = same
    return [
        *((found.get(index), line) for index, line in enumerate(after)),
        *((line, None) for line in left),
    ]


def is_same(before, after):
    """Whether the line is the same product, as many, whatever it costs."""
    return (
        before is not None
        and after is not None
        and (before.product_id, before.quantity) == (after.product_id, after.quantity)
    )
