"""Paging by the last row seen instead of by an offset: every page costs the same.

A cursor carries the sort values of a page's edge and how many rows stand before the page, the
latter for people only. A cursor that makes no sense is the first page.
"""

import base64
import datetime
import json
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Q, Value

COUNT_LIMIT = 1_000
MAX_CURSOR = 2_000
# More than any column of ours holds; the database refuses what no number of its own holds.
LARGEST = Decimal(10) ** 30


@dataclass(frozen=True)
class Page:
    """Rows and the cursors around them; ``after`` and ``before`` are empty at the ends.

    ``first`` and ``last`` number the rows from 1 (0 without rows). ``total`` is exact up to
    COUNT_LIMIT; beyond it ``is_counted`` is false and ``total`` the limit.
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


def paginate(queryset, *, keys, size, after="", before=""):
    """A page of the queryset in the order of ``keys``, in two queries: rows and count.

    ``keys`` are fields or annotations, "-" for descending; none may be null and together they must
    be unique, so the last one is usually the id.
    """
    total = queryset.order_by()[: COUNT_LIMIT + 1].count()
    position, values = _decode(after or before, queryset, keys)
    backwards = values is not None and not after
    rows = queryset.order_by(*(_flipped(key) if backwards else key for key in keys))
    if values is not None:
        rows = rows.filter(_beyond(keys, values, backwards))
    rows = list(rows[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
        first = max(1, position - len(rows)) if more else 1
    else:
        first = position + 1 if values else 1
    if not rows:
        return Page(total=min(total, COUNT_LIMIT), is_counted=total <= COUNT_LIMIT)
    last = first + len(rows) - 1
    has_next, has_previous = (bool(values), more) if backwards else (more, bool(values))
    return Page(
        rows=rows,
        after=_encode(rows[-1], keys, last) if has_next else "",
        before=_encode(rows[0], keys, first) if has_previous else "",
        first=first,
        last=last,
        total=min(total, COUNT_LIMIT),
        is_counted=total <= COUNT_LIMIT,
    )


def neighbours(queryset, *, keys, values):
    """Primary keys of the rows before and after a place in the order of ``keys``; None at the ends.

    ``values`` are the sort values of the place, whether or not its row is in the queryset. One
    query for two rows.
    """
    sides = []
    for backwards in (True, False):
        rows = queryset.order_by(*(_flipped(key) if backwards else key for key in keys))
        rows = rows.filter(_beyond(keys, values, backwards))
        side = Value(backwards, output_field=BooleanField())
        sides.append(rows.annotate(is_before=side).values_list("is_before", "pk")[:1])
    found = dict(sides[0].union(sides[1], all=True))
    return found.get(True), found.get(False)


def _flipped(key):
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(keys, values, backwards):
    """Rows after the cursor in the order of the keys, before it when going backwards."""
    condition, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        name = key.lstrip("-")
        comparison = "lt" if key.startswith("-") != backwards else "gt"
        condition |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    return condition


def _encode(row, keys, position):
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
