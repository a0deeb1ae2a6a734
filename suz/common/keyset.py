"""Paging by the last row seen instead of by an offset: every page costs the same.

A cursor carries the sort values of a page's edge and how many rows stand before the page, the
latter for people only. A cursor that makes no sense is the first page.

Where rows come in several ways that one index cannot walk in order (own orders and offered ones,
numbers and phones that begin alike), a list is made of branches: querysets of the same model that
may overlap, each walked by an index of its own. A page takes the first rows of every branch.
"""

import base64
import datetime
import json
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, Q, Value

COUNT_LIMIT = 10_000
MAX_CURSOR = 2_000
# More than any column of ours holds; the database refuses what no number of its own holds.
LARGEST = Decimal(10) ** 30


@dataclass(frozen=True)
class Page:
    """Rows and the cursors around them; ``after`` and ``before`` are empty at the ends.

    ``first`` and ``last`` number the rows from 1 (0 without rows). Where ``is_counted`` is false
    there are more rows than ``total``.
    """

    rows: list = field(default_factory=list)
    after: str = ""
    before: str = ""
    first: int = 0
    last: int = 0
    total: int = 0
    is_counted: bool = True

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)

    @property
    def has_others(self):
        return bool(self.after or self.before)


@dataclass(frozen=True)
class Total:
    """How many rows there are; with ``is_more`` more than so many."""

    count: int
    is_more: bool = False


def paginate(queryset, *, keys, size, after="", before="", branches=None, total=None, limit=None):
    """A page of the queryset in the order of ``keys``, in two queries: rows and count.

    ``keys`` are fields or annotations, "-" for descending; none may be null and together they must
    be unique, so the last one is usually the id. With ``branches`` these say which rows there are
    and the queryset only what is read of them; both know the keys. Who has counted gives the
    Total, which saves a query; else rows are counted to the ``limit``, COUNT_LIMIT where none is
    given.
    """
    if total is None:
        total = count_to_limit([queryset] if branches is None else branches, limit)
    position, values = _decode(after or before, queryset, keys)
    backwards = values is not None and not after
    order = [_flipped(key) if backwards else key for key in keys]
    beyond = None if values is None else _beyond(queryset, order, values)
    rows = list(_firsts(queryset, branches, order, beyond, size + 1)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
        first = max(1, position - len(rows)) if more else 1
    else:
        first = position + 1 if values else 1
    if not rows:
        return Page(total=total.count, is_counted=not total.is_more)
    last = first + len(rows) - 1
    has_next, has_previous = (bool(values), more) if backwards else (more, bool(values))
    return Page(
        rows=rows,
        after=cursor_at(rows[-1], keys, last) if has_next else "",
        before=cursor_at(rows[0], keys, first) if has_previous else "",
        first=first,
        last=last,
        # What was counted may be less than what has been paged through.
        total=max(total.count, last) if total.is_more else total.count,
        is_counted=not total.is_more,
    )


def neighbours(queryset, *, keys, values, branches=None):
    """Primary keys of the rows before and after a place in the order of ``keys``; None at the ends.

    ``values`` are the sort values of the place, whether or not its row is in the queryset. One
    query for two rows; ``branches`` as for ``paginate``.
    """
    sides = []
    for backwards in (True, False):
        order = [_flipped(key) if backwards else key for key in keys]
        rows = _firsts(queryset, branches, order, _beyond(queryset, order, values), 1)
        side = Value(backwards, output_field=BooleanField())
        sides.append(rows.annotate(is_before=side).values_list("is_before", "pk")[:1])
    found = dict(sides[0].union(sides[1], all=True))
    return found.get(True), found.get(False)


def _firsts(queryset, branches, order, beyond, count):
    """The queryset's rows beyond a place in this order, of which the first ``count`` are all."""
    if branches is None:
        rows = queryset if beyond is None else queryset.filter(beyond)
    else:
        firsts = [
            (branch if beyond is None else branch.filter(beyond)).order_by(*order)[:count]
            for branch in branches
        ]
        rows = queryset.filter(pk__in=united(firsts)) if firsts else queryset.none()
    return rows.order_by(*order)


def united(branches):
    """The ids of several querysets of one model, each once, as one queryset."""
    first, *others = [branch.values("pk") for branch in branches]
    return first.union(*others) if others else first


def count_to_limit(branches, limit=None):
    """The Total of the rows that the branches have together, counted to the limit: one query."""
    limit = limit or COUNT_LIMIT
    limited = [branch.order_by()[: limit + 1] for branch in branches]
    count = united(limited).count() if limited else 0
    return Total(min(count, limit), count > limit)


def _flipped(key):
    return key[1:] if key.startswith("-") else f"-{key}"


class _RowIsBefore(Func):
    """``(a, b) < (x, y)``: where all keys go one way, an index finds the place at once."""

    output_field = BooleanField()

    def __init__(self, *expressions, operator):
        super().__init__(*expressions, operator=operator)

    def as_sql(self, compiler, connection):
        parts, parameters = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            parameters += values
        half = len(parts) // 2
        left, right = ", ".join(parts[:half]), ", ".join(parts[half:])
        return f"({left}) {self.extra['operator']} ({right})", parameters


def _beyond(queryset, order, values):
    """Rows after the cursor in this order."""
    names = [key.lstrip("-") for key in order]
    descending = {key.startswith("-") for key in order}
    if len(descending) == 1 and len(order) > 1:
        typed = [
            Value(value, output_field=_field(queryset, name))
            for name, value in zip(names, values, strict=True)
        ]
        operator = "<" if descending.pop() else ">"
        return _RowIsBefore(*map(F, names), *typed, operator=operator)
    condition, equal = Q(pk__in=[]), Q()
    for key, name, value in zip(order, names, values, strict=True):
        condition |= equal & Q(**{f"{name}__{'lt' if key.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    # What an index can make use of: the first key alone.
    side = "lte" if order[0].startswith("-") else "gte"
    return Q(**{f"{names[0]}__{side}": values[0]}) & condition


def cursor_at(row, keys, position):
    """The cursor that stands at a row, the ``position``th of the list."""
    values = [getattr(row, key.lstrip("-")) for key in keys]
    text = json.dumps(
        [
            position,
            *(value.isoformat() if hasattr(value, "isoformat") else value for value in values),
        ],
        default=str,
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor, queryset, keys):
    """The position and the sort values of a cursor, or (0, None)."""
    if not cursor or len(cursor) > MAX_CURSOR:
        return 0, None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position, *raw = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        values = [
            _sane(_field(queryset, key).to_python(value))
            for key, value in zip(keys, raw, strict=True)
            if isinstance(value, str | int) and b"\0" not in str(value).encode()
        ]
    except (ValueError, TypeError, ValidationError, OverflowError, RecursionError):
        return 0, None
    if type(position) is not int or not 0 < position < 2**31 or len(values) != len(keys):
        return 0, None
    return position, values


def _sane(value):
    """The value as the database takes it; raises ValueError or OverflowError where it does not."""
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value) < LARGEST):
        raise ValueError("no sum")
    if isinstance(value, datetime.datetime):
        # PostgreSQL knows fewer time zones than Python; a time without any is none of ours.
        if value.tzinfo is None:
            raise ValueError("no moment")
        return value.astimezone(datetime.UTC)
    return value


def _field(queryset, key):
    name = key.lstrip("-")
    annotation = queryset.query.annotations.get(name)
    return annotation.output_field if annotation else queryset.model._meta.get_field(name)
