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

    @classmethod
    def from_json(cls, data, family_id):
        """What ``to_json`` wrote, without the price."""
        return cls(
            product_id=data["product"],
            family_id=family_id,
            name=data["name"],
            colour=data["colour"],
            unit=data["unit"],
            quantity=data["quantity"],
        )

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


def merge_edits(base: Sequence[LineFacts], mine: Sequence[tuple], theirs: Sequence[LineFacts]):
    """What one person typed on top of what another has saved: rows in the first one's order.

    ``base`` are the lines that both began with, ``theirs`` those of now; ``mine`` are (product id,
    what was typed). A row that was not touched becomes the line of now, or goes where that was
    removed; what was typed stays; what was added since stands behind. Rows come back as typed, or
    as LineFacts.
    """
    pairs = pair_lines(base, theirs)
    became = {old.product_id: new for old, new in pairs if old}
    begun = {line.product_id: str(line.quantity) for line in base}
    touched = {
        product_id
        for product_id, typed in mine
        if typed["remove"] or typed["quantity"] != begun.get(product_id)
    }
    rows = [typed if pk in touched else became[pk] for pk, typed in mine]
    rows += [new for old, new in pairs if old is None]
    return [
        row
        for row in rows
        if row is not None and not (isinstance(row, LineFacts) and row.product_id in touched)
    ]
