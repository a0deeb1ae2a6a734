"""The figures as plain text."""

from dataclasses import dataclass
from statistics import median


class Wrong(Exception):
    """A measured thing did not do what it should have; its speed means nothing."""


def check(is_right, sentence):
    """Raise Wrong with the sentence unless it is right."""
    if not is_right:
        raise Wrong(sentence)


@dataclass(frozen=True)
class Row:
    """A figure with its floor; both are lists of seconds, ``target`` is at most so many floors."""

    name: str
    seconds: list[float]
    floor_name: str = ""
    floor: list[float] | None = None
    target: float | None = None

    @property
    def p50(self):
        return median(self.seconds)

    @property
    def ratio(self):
        return self.p50 / median(self.floor) if self.floor else None


HEADINGS = ("measured", "p50, ms", "n", "floor", "p50, ms", "ratio", "target")


def table(rows):
    """A table of the rows."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    is_text = [True, False, False, True, False, False, True]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(line, widths, is_text, strict=True)
        ).rstrip()
        for line in lines
    )


def _cells(row):
    target = ""
    if row.target is not None:
        target = f"≤ {row.target:g} {'met' if row.ratio <= row.target else 'MISSED'}"
    return (
        row.name,
        f"{row.p50 * 1000:,.1f}",
        str(len(row.seconds)),
        row.floor_name,
        f"{median(row.floor) * 1000:,.1f}" if row.floor else "",
        f"{row.ratio:,.1f}" if row.floor else "",
        target,
    )
