"""Numbers of orders by status beside the list, as exact as is cheap."""

from collections import Counter
from dataclasses import replace

from django.core.exceptions import EmptyResultSet
from django.db import connection

from orders.selectors import Filters, Tab, branches, tab_parts
from suz.common.keyset import COUNT_LIMIT, Total

STATUS_LIMIT = 1_000
# With about so many orders in all it is cheap to count each status as far as anything is counted.
FEW_ORDERS = 100_000
# What takes a look at each row, or at rows all over the table, is counted so far only.
DEAR_LIMIT = 1_000
# Among so many orders those of a category are counted.
LOOKED_AT = 3_000


def status_counts(user, tab, filters, settings, statuses):
    """How many orders of the tab stand in each of the statuses: ``({status: Total}, Total)``.

    The chosen statuses do not narrow the counts; the second is the Total of what the list shows,
    or None where that was not looked at.

    In a whole tab each status is counted to STATUS_LIMIT by its own index, further where there are
    few orders (one query more). What filters find is counted in one go, up to a limit; where they
    find more, the counts are of those.
    """
    unchosen = replace(filters, statuses=())
    if unchosen == Filters() and (user.is_dealer or tab != Tab.MINE):
        parts = tab_parts(user, tab, settings)
        by_status = {status: [part.filter(status=status) for part in parts] for status in statuses}
        limit = STATUS_LIMIT
        counts, in_all = _counted_apart(by_status, limit)
        if in_all < FEW_ORDERS and max(counts.values(), default=0) > limit:
            limit = COUNT_LIMIT
            counts, in_all = _counted_apart(by_status, limit)
        return {
            status: Total(min(counts[status], limit), counts[status] > limit) for status in statuses
        }, None
    # Whose hand was in an order says its history, looked up for each.
    limit = DEAR_LIMIT if tab == Tab.MINE and not user.is_dealer else count_limit(filters)
    whole = replace(unchosen, category_id=None)
    # Without an order the database may look for a span of days among the numbers from 1 on.
    is_span = filters.created_from or filters.created_before
    order = ("-created_at", "-pk") if is_span else ("-pk",) if filters.category_id else ()
    found = [branch.order_by(*order) for branch in branches(user, tab, whole, settings)]
    if filters.category_id:
        counts, is_more = _counted_in_category(found, filters.category_id, limit)
    else:
        counts = _counted_together(found, limit)
        is_more = counts.total() > limit
    whole = sum(counts[status] for status in filters.statuses or statuses)
    shown = {status: Total(counts[status], is_more) for status in statuses}
    return shown, Total(min(whole, limit), is_more)


def count_limit(filters):
    """How far it is cheap to count what the filters find."""
    narrowing = [name for name, value in vars(replace(filters, statuses=())).items() if value]
    is_dear = (
        filters.text
        or filters.category_id
        or filters.sum_from
        or filters.sum_to
        or filters.attention
    )
    return DEAR_LIMIT if is_dear or len(narrowing) > 2 else COUNT_LIMIT


def _counted_together(found, limit):
    """Orders by status, so many of all as the limit and one: one query."""
    limited = [branch.values_list("pk", "status")[: limit + 1] for branch in found]
    counts = Counter()
    sql, parameters = _union_of(limited)
    if sql:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT status, count(*) FROM"  # noqa: S608 - see _union_of
                f" (SELECT * FROM ({sql}) found (id, status) LIMIT {limit + 1}) counted"
                " GROUP BY status",
                parameters,
            )
            counts.update(dict(cursor.fetchall()))
    return counts


def _counted_in_category(found, category_id, limit):
    """``(counts, is_more)`` of those among the first LOOKED_AT orders found that have the category.

    One query. A rare category would else be looked for in all orders of a dealer or a region.
    """
    limited = [branch.values_list("pk", "status")[: LOOKED_AT + 1] for branch in found]
    sql, parameters = _union_of(limited)
    if not sql:
        return Counter(), False
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found (id, status) AS MATERIALIZED (SELECT * FROM ({sql}) one"  # noqa: S608 - see _union_of
            f" LIMIT {LOOKED_AT + 1})"
            " SELECT '', count(*) FROM found UNION ALL"
            # A join might read all lines of the category; so the index is asked for each order.
            " SELECT status, count(*) FROM (SELECT status FROM found WHERE (SELECT TRUE"
            " FROM orders_orderline WHERE order_id = found.id AND category_id = %s LIMIT 1)"
            f" LIMIT {limit + 1}) counted GROUP BY status",
            [*parameters, category_id],
        )
        counts = Counter(dict(cursor.fetchall()))
    looked_at = counts.pop("")
    return counts, looked_at > LOOKED_AT or counts.total() > limit


def count_each(found, limit):
    """``{key: Total}`` of the rows that each key's querysets have together: one query.

    ``found`` are lists of querysets by keys that are texts; each is counted to the limit.
    """
    counts = _counts("", found, limit)
    return {key: Total(min(counts[key], limit), counts[key] > limit) for key in found}


def _counted_apart(by_status, limit):
    """Orders of each status, each counted to the limit + 1, and about how many there are in all.

    One query; the second comes from the table's statistics.
    """
    in_all = "SELECT '', reltuples::bigint FROM pg_class WHERE oid = 'orders_order'::regclass"
    counts = _counts(in_all, by_status, limit)
    return counts, counts.pop("")


def _counts(first, found, limit):
    """What ``first`` selects and the rows of each key, each counted to the limit + 1: one query."""
    parts, values = [first] if first else [], []
    for key, querysets in found.items():
        limited = [one.order_by().values_list("pk")[: limit + 1] for one in querysets]
        sql, parameters = _union_of(limited)
        if sql:
            parts.append(f"SELECT %s, count(*) FROM ({sql}) counted")  # noqa: S608
            values += [key, *parameters]
    if not parts:
        return Counter()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return Counter(dict(cursor.fetchall()))


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
