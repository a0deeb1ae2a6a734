"""Charts drawn by the server: numbers in, places of shapes out."""

from dataclasses import dataclass

WIDTH, HEIGHT, TOP, BOTTOM = 720, 200, 24, 28
LEAST_SLOTS = 6
GAP = 0.3
BEST = 5


@dataclass(frozen=True)
class Column:
    """A column of a chart with where its label and its value stand; units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    value: str
    label: object
    title: str


def columns(rows, *, value, text, label, title, most=BEST):
    """Columns of rows in order; ``value`` gives a row's number from 0 to ``most``, or None.

    ``text``, ``label`` and ``title`` give what stands above, below and on hover.
    """
    slot = WIDTH / max(LEAST_SLOTS, len(rows))
    room = HEIGHT - TOP - BOTTOM
    found = []
    for place, row in enumerate(rows):
        number = value(row)
        height = round(room * min(number or 0, most) / most, 1)
        x = round(slot * (place + GAP / 2), 1)
        found.append(
            Column(
                x=x,
                y=round(HEIGHT - BOTTOM - height, 1),
                width=round(slot * (1 - GAP), 1),
                height=height,
                middle=round(slot * (place + 0.5), 1),
                value=text(row),
                label=label(row),
                title=title(row),
            )
        )
    return found
