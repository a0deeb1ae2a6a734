"""A price file as plain rows."""

from dataclasses import dataclass

from catalog.importing.files.limits import (
    MAX_CELL,
    MAX_CHARACTERS,
    MAX_COLUMNS,
    MAX_LINES,
    Failure,
    Unreadable,
)


@dataclass(frozen=True)
class Table:
    """Rows that hold anything, each with its number in the file, from 1.

    A cell is text, a number, a truth value or None; text is cut to MAX_CELL characters.
    """

    format: str
    rows: list[tuple[int, list]]


def gather(kind, numbered_rows):
    """A Table of the rows that hold anything; refuses what is too much as soon as it is."""
    rows, characters = [], 0
    for number, cells in numbered_rows:
        kept = [_plain(cell) for cell in cells[:MAX_COLUMNS]]
        while kept and kept[-1] is None:
            kept.pop()
        if not any(cell is not None for cell in kept):
            continue
        rows.append((number, kept))
        characters += sum(len(cell) for cell in kept if isinstance(cell, str))
        if len(rows) > MAX_LINES:
            raise Unreadable(Failure.TOO_MANY_ROWS)
        if characters > MAX_CHARACTERS:
            raise Unreadable(Failure.TOO_LARGE)
    if not rows:
        raise Unreadable(Failure.EMPTY)
    return Table(kind, rows)


def _plain(cell):
    """The cell without what neither JSON nor the database takes; empty text is None."""
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    text = str(cell).replace("\0", "").strip()
    return text.encode("utf-8", "replace").decode()[:MAX_CELL] or None
