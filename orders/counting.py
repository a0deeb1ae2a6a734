"""Numbers of orders by status beside the list, as exact as is cheap."""

from collections import Counter
from dataclasses import dataclass, replace

from django.core.exceptions import EmptyResultSet
from django.db import connection

from orders.selectors import Filters, Tab, branches
from suz.common.keyset import COUNT_LIMIT

STATUS_LIMIT = 1_000


@dataclass(frozen=True)
class StatusCount:
    """How many orders stand in a status; ``is_more``: at least so many."""

    count: int
    is_more: bool = False


def status_counts(user, tab, filters, settings, statuses):
    """How many orders of the tab stand in each of the statuses: ``(counts, total)``.

    The chosen statuses do not narrow the counts. ``total`` is how many orders the list shows, more
    than COUNT_LIMIT where they are too many to count, or None where that was not looked at.

    In a whole tab each status is counted to STATUS_LIMIT by its own index. What filters find is
    counted in one go up to COUNT_LIMIT; where they find more, the counts are of those.
    """
    unchosen = replace(filters, statuses=())
    if unchosen == Filters() and (user.is_dealer or tab != Tab.MINE):
        counts = _counted_apart(
            {
                status: branches(user, tab, Filters(statuses=(status,)), settings)
                for status in statuses
            }
        )
        return {
            status: StatusCount(min(counts[status], STATUS_LIMIT), counts[status] > STATUS_LIMIT)
            for status in statuses
        }, None
    counts = _counted_together(branches(user, tab, unchosen, settings))
    whole = sum(counts.values())
    is_more = whole > COUNT_LIMIT
    shown = {status: StatusCount(counts[status], is_more) for status in statuses}
    if not filters.statuses:
        return shown, whole
    return shown, None if is_more else sum(counts[status] for status in filters.statuses)


def _counted_together(found):
    """Orders by status, so many of all as COUNT_LIMIT + 1: one query."""
    limited = [branch.order_by().values_list("pk", "status")[: COUNT_LIMIT + 1] for branch in found]
    counts = Counter()
    sql, parameters = _union_of(limited)
    if sql:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT status, count(*) FROM"  # noqa: S608 - see _union_of
                f" (SELECT * FROM ({sql}) found (id, status) LIMIT {COUNT_LIMIT + 1}) counted"
                " GROUP BY status",
                parameters,
            )
            counts.update(dict(cursor.fetchall()))
    return counts


def _counted_apart(by_status):
    """Orders of each status, each counted to STATUS_LIMIT + 1: one query."""
    parts, values = [], []
    for status, found in by_status.items():
        limited = [branch.order_by().values_list("pk")[: STATUS_LIMIT + 1] for branch in found]
        sql, parameters = _union_of(limited)
        if sql:
            parts.append(f"SELECT %s, count(*) FROM ({sql}) counted")  # noqa: S608
            values += [status, *parameters]
    counts = Counter()
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            counts.update(dict(cursor.fetchall()))
    return counts


def _union_of(querysets):
    """The SQL of their rows, each once, and its parameters; empty where nothing can be found."""
    parts, values = [], []
    for queryset in querysets:
        try:
            sql, parameters = queryset.query.sql_with_params()
        except EmptyResultSet:
            continue
        # The text is Django's own; every value goes as a parameter.
        parts.append(f"({sql})")
        values += parameters
    return " UNION ".join(parts), values
