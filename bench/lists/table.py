"""Figures and what is demanded of them."""

from dataclasses import dataclass
from statistics import median

# At most so many floors, and so many times the time with a tenth of the orders.
FACTOR, GROWTH = 5, 1.25
# The rows of two pages may differ by so many, or by this part; those of menus count too.
FEW_ROWS, UNLIKE = 5, 0.1
FLOOR = (
    "The floor: 20 orders (100 beside a page of 100) read by their keys with place, region, dealer "
    "and manager, in a plain\ntable on a page of the workspace, by the same user: session, menu "
    "and bell as on every page. Measured before each sample of each view."
)


@dataclass
class Figures:
    """A view's seconds and those of the floor beside it, for each size; the smallest first.

    ``rows`` are those of the page: where the sizes' pages are unlike, their times compare nothing,
    so that is missed too.
    """

    name: str
    role: str
    seconds: list[list[float]]
    floors: list[list[float]]
    rows: list[int]

    @classmethod
    def of(cls, name, role, *, sizes):
        """Without any figures yet."""
        return cls(name, role, [[] for _ in range(sizes)], [[] for _ in range(sizes)], [0] * sizes)

    @property
    def p50(self):
        return [median(one) for one in self.seconds]

    @property
    def growth(self):
        """The largest size's median over the smallest one's."""
        return self.p50[-1] / self.p50[0]

    @property
    def p95(self):
        """Of the largest size."""
        return percentile(self.seconds[-1], 95)

    @property
    def floor(self):
        return median(self.floors[-1])

    @property
    def factor(self):
        return self.p95 / self.floor

    @property
    def is_alike(self):
        """Whether the pages of the smallest and of the largest size show about as many rows."""
        return abs(self.rows[-1] - self.rows[0]) <= max(FEW_ROWS, UNLIKE * self.rows[-1])

    @property
    def misses(self):
        found = []
        if self.factor > FACTOR:
            found.append(f"> {FACTOR} × floor")
        if self.growth > GROWTH:
            found.append(f"> {GROWTH} × smaller")
        if not self.is_alike:
            found.append(f"pages of {self.rows[0]} and {self.rows[-1]} rows")
        return found

    @property
    def is_met(self):
        return not self.misses

    @property
    def line(self):
        return "  ".join(cells(self))


def percentile(values, per_cent):
    """The smallest value that so many per cent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * per_cent // 100) - 1)]


def cells(figure):
    return (
        figure.role,
        figure.name,
        *(f"{seconds * 1000:.1f}" for seconds in figure.p50),
        f"{figure.growth:.2f}",
        f"{figure.p95 * 1000:.1f}",
        f"{figure.floor * 1000:.1f}",
        f"{figure.factor:.1f}",
        _verdict(figure),
    )


def _verdict(figure):
    return "MISSED: " + ", ".join(figure.misses) if figure.misses else "met"


def table(figures, sizes):
    """The table with the verdicts, and what the floor is."""
    headings = (
        "who",
        "list",
        *(f"p50 at {size:,}" for size in sizes),
        "ratio",
        "p95",
        "floor",
        "p95 : floor",
        "verdict",
    )
    lines = [headings, *(cells(figure) for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    is_text = {0, 1, len(headings) - 1}
    printed = "\n".join(
        "  ".join(
            cell.ljust(width) if column in is_text else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
    missed = sum(not figure.is_met for figure in figures)
    floors = [floor for figure in figures for floor in figure.floors[-1]]
    return (
        f"{printed}\n\nMilliseconds; p95 and floor at {sizes[-1]:,} orders. {FLOOR}\n"
        f"Floor over all: p50 {median(floors) * 1000:.1f} ms, "
        f"p95 {percentile(floors, 95) * 1000:.1f} ms.\n"
        f"Demanded: p95 ≤ {FACTOR} × the floor, p50 ≤ {GROWTH} × that of the smallest size. "
        f"{len(figures) - missed} of {len(figures)} met."
    )
