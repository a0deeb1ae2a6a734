"""What a price list would change: plain facts in, one outcome a row out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from catalog.importing import cells
from catalog.importing.cells import Reason, Refused
from catalog.importing.headings import NAME, NUMBER, PRICE, STOCK


class Kind(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Terms:
    """What a dealer says of a product: in stock or not, its own price or None."""

    in_stock: bool
    price: Decimal | None


@dataclass(frozen=True)
class Fault:
    """Why a row is not taken: the field, the reason, what was written, a detail of the reason."""

    field: str
    reason: Reason
    value: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Outcome:
    """A row of the file: ``old`` is None where the dealer had said nothing of the product yet."""

    row: int
    kind: Kind
    title: str
    product_id: int | None = None
    old: Terms | None = None
    new: Terms | None = None
    faults: tuple[Fault, ...] = ()


@dataclass
class Comparison:
    """Compares rows, one after another, with the catalogue and the dealer's own terms.

    ``names`` maps product ids to names, ``current`` to the dealer's terms of those it has said
    anything about. A product that the file prices without a word on stock is in stock.
    """

    names: Mapping[int, str]
    current: Mapping[int, Terms]
    whole_line: bool
    places: Mapping[str, int]
    seen: dict[int, int] = field(default_factory=dict)

    def __post_init__(self):
        keys = {pk: cells.name_key(name) for pk, name in self.names.items()}
        counts = Counter(keys.values())
        self._keys = keys
        self._by_name = {key: pk for pk, key in keys.items() if counts[key] == 1}
        self._repeated_names = {key for key, count in counts.items() if count > 1}

    def judge(self, row, values):
        """The Outcome of one row."""
        given = {
            name: values[place] if place < len(values) else None
            for name, place in self.places.items()
        }
        title = _written(given.get(NAME)) or _written(given.get(NUMBER))
        faults = []
        product_id = self._read(given, NUMBER, self._product, faults)
        price = self._read(given, PRICE, lambda one: cells.price(one[PRICE]), faults)
        in_stock = self._read(given, STOCK, lambda one: cells.stock(one[STOCK]), faults)
        if any(fault.reason == Reason.UNKNOWN for fault in faults):
            # Nothing else about a product that is not sold here matters.
            unknown = tuple(fault for fault in faults if fault.reason == Reason.UNKNOWN)
            return Outcome(row, Kind.SKIPPED, title, faults=unknown)
        if product_id in self.seen:
            detail = str(self.seen[product_id])
            faults.append(Fault(self._key_field(given), Reason.REPEATED, title, detail))
        elif product_id is not None:
            self.seen[product_id] = row
        if faults:
            return Outcome(row, Kind.REJECTED, title, product_id, faults=tuple(faults))
        old = self.current.get(product_id)
        before = old or Terms(self.whole_line, None)
        new = Terms(self._stock(in_stock, old), price if PRICE in self.places else before.price)
        kind = Kind.CHANGED if old else Kind.NEW
        return Outcome(row, Kind.UNCHANGED if new == before else kind, title, product_id, old, new)

    def _stock(self, given, old):
        if given is not None:
            return given
        if old is not None:
            return old.in_stock
        return True if PRICE in self.places else self.whole_line

    def _read(self, given, name, read, faults):
        if name not in self.places and name != NUMBER:
            return None
        try:
            return read(given)
        except Refused as refusal:
            where, detail = getattr(refusal, "place", (name, ""))
            faults.append(Fault(where, refusal.reason, _written(given.get(where)), detail))
            return None

    def _product(self, given):
        number = cells.product_number(given.get(NUMBER))
        key = cells.name_key(given[NAME]) if given.get(NAME) is not None else ""
        if number in self.names:
            if key and key != self._keys[number]:
                raise _at(NAME, Reason.OTHER_NAME, f"{number}: {self.names[number]}")
            return number
        if key in self._by_name:
            return self._by_name[key]
        if key in self._repeated_names:
            raise _at(NAME, Reason.AMBIGUOUS_NAME)
        if number is None and not key:
            raise _at(self._key_field(given), Reason.NO_PRODUCT)
        raise _at(self._key_field(given), Reason.UNKNOWN)

    def _key_field(self, given):
        """The column by which the row says what it is about."""
        if given.get(NUMBER) is not None or NAME not in self.places:
            return NUMBER
        return NAME


def _at(place, reason, detail=""):
    refusal = Refused(reason)
    refusal.place = (place, detail)
    return refusal


def _written(cell):
    """What stands in a cell, as people see it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        cell = int(cell)
    return str(cell)[:200]
