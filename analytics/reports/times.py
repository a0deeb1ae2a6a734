"""How long things took: what a part of the rows lies below, counted by how many took how long.

The database counts rows by their length of time, which it does in parallel and in one pass, where
PERCENTILE_CONT sorts each group. Counts of parts add up to those of the whole, so that a split
tells the total as well.
"""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, Count, Q, When

from suz.common.lengths import bounds_of

# Up to so many rows each second counts; beyond, the classes of LengthClass.
EXACT = 20_000
ALL = Q()


@dataclass(frozen=True)
class Percentile:
    """Below which length of time a part of the rows lies, interpolated between two rows.

    ``seconds`` and ``classes`` are expressions of whole seconds and of their class, ``which``
    narrows the rows.
    """

    seconds: object
    classes: object
    fraction: float
    which: Q = ALL

    @property
    def counts(self):
        """What is counted for it; the same for all fractions."""
        return self.seconds, self.classes, self.which


def counted(rows, seconds, classes, which, *, key=None, is_exact):
    """{key: Counter of seconds, or of classes where it is not exact}: one query."""
    rows = rows.order_by().filter(which).annotate(length=seconds if is_exact else classes)
    rows = rows.filter(length__isnull=False)
    by = ["length"] if key is None else [key, "length"]
    found = defaultdict(Counter)
    for *whose, value, count in _fetched(rows.values_list(*by).annotate(Count("pk"))):
        found[whose[0] if whose else None][value] = count
    return dict(found)


def grouped(rows, key, aggregates, length):
    """([(key, values of the aggregates)], {key: Counter of the classes of a length}): one query.

    A key has a pair for each class: the aggregates must add up, and the last one count the rows.
    So many groups cost the database less than to read the rows once more.
    """
    _seconds, classes, which = length
    timed = Case(When(which, then=classes)) if which else classes
    query = rows.order_by().annotate(length=timed).values_list(key, "length")
    pairs, counts = [], defaultdict(Counter)
    for whose, value, *mine in _fetched(query.annotate(**aggregates)):
        pairs.append((whose, mine))
        if value is not None:
            counts[whose][value] = mine[-1]
    return pairs, dict(counts)


def _fetched(query):
    """Tens of thousands of rows, for which the ORM would take as long as the database."""
    sql, values = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def together(counts):
    """The counts of all keys as one."""
    total = Counter()
    for one in counts.values():
        total.update(one)
    return total


def percentile(counts, fraction, *, is_exact):
    """The length of time in seconds below which this part of the rows lies, None without rows.

    Linear between the two rows next to it, as PERCENTILE_CONT; within a class rows lie evenly.
    """
    rows = counts.total()
    if not rows:
        return None
    position = fraction * (rows - 1)
    low, high = math.floor(position), math.ceil(position)
    first = second = None
    before = 0
    for value in sorted(counts):
        after = before + counts[value]
        if first is None and low < after:
            first = _length(value, (low - before + 0.5) / counts[value], is_exact)
        if high < after:
            second = _length(value, (high - before + 0.5) / counts[value], is_exact)
            break
        before = after
    return first + (second - first) * (position - low)


def spread(counts, ends, *, is_exact):
    """How many rows are shorter than the first of ``ends`` (seconds), the second, …, longer.

    ``ends`` are some of SHOWN_ENDS, so that no class has to be parted.
    """
    found = [0] * (len(ends) + 1)
    for value, count in counts.items():
        length = value if is_exact else bounds_of(value)[0]
        found[bisect_right(ends, length)] += count
    return found


def _length(value, part, is_exact):
    if is_exact:
        return float(value)
    start, end = bounds_of(value)
    return start + (end - start) * part
