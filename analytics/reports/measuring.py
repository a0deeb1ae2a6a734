"""Measuring: figures of a scope, split by a dimension, counted by the database."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Sum

from analytics.costs.matching import Owners
from analytics.reports.dimensions import DIMENSIONS
from analytics.reports.figures import Base, complete, counted
from dealers.models import Dealer

# So many rows of a split are kept: those with most orders and visits.
MOST_ROWS = 500


@dataclass
class Row:
    """One value of the dimension: ``values`` by the figure's code, ``before`` what to compare."""

    key: object
    label: str
    values: dict
    before: dict = field(default_factory=dict)


@dataclass
class Table:
    """``rows`` of a split and the ``total`` of the scope, which is counted by itself.

    ``is_cut``: there were more rows than MOST_ROWS.
    """

    figures: list
    rows: list
    total: dict
    before: dict | None = None
    is_cut: bool = False


def measure(scope, figures, dimension=None, *, before=None):
    """The Table of these figures (codes), split by a dimension's code; ``before`` is a Scope."""
    total = totals(scope, figures)
    table = Table(figures, [], total)
    if before is not None:
        table.before = totals(before, figures)
    if dimension is None:
        return table
    split = DIMENSIONS[dimension]
    found = _split(scope, figures, split)
    earlier = _split(before, figures, split) if before is not None and not split.is_time else {}
    keys = list(found)
    if split.is_time:
        keys.sort()
    else:
        keys.sort(key=lambda key: _weight(found[key]), reverse=True)
    table.is_cut = len(keys) > MOST_ROWS
    keys = keys[:MOST_ROWS]
    labels = split.labels([key for key in keys if key not in (None, "")])
    for key in keys:
        label = str(split.empty) if key in (None, "") else str(labels.get(key, key))
        row = Row(key, label, found[key], earlier.get(key, {}))
        table.rows.append(row)
    return table


def totals(scope, figures):
    """The figures of the whole scope by code."""
    needed = counted(figures)
    values = dict.fromkeys(needed)
    for base, rows in _sources(scope):
        values.update(_aggregate(rows, needed, base))
    if scope.knows_costs and "cost" in needed:
        values["cost"] = sum((amount for _key, amount in _costs(scope)), Decimal(0))
    if "dealers" in needed:
        values["dealers"] = Dealer.objects.selling().count()
    return complete(values, figures)


def _sources(scope):
    """(Base, its rows in the scope) of all that the scope's filters can narrow."""
    found = [
        (Base.ORDERS, scope.facts()),
        (Base.LINES, scope.lines()),
        (Base.POINTS, scope.points()),
    ]
    if scope.knows_visits:
        found.append((Base.VISITS, scope.visits()))
    if scope.knows_offers:
        found.append((Base.OFFERS, scope.offers()))
    return found


def _aggregate(rows, needed, base):
    """One query for all figures of a base, or none."""
    wanted = {code: figure.aggregate for code, figure in needed.items() if figure.base is base}
    if not wanted:
        return {}
    counts = rows.aggregate(**_prefixed(wanted))
    return {code: counts[f"value_{code}"] for code in wanted}


def _split(scope, figures, split):
    """{key: {code: value}} of the dimension."""
    needed = counted(figures)
    found = defaultdict(lambda: _nothing(needed))
    by_base = {
        Base.ORDERS: split.facts and (lambda: split.facts(scope.touch)),
        Base.VISITS: split.visits,
        Base.LINES: split.lines,
        Base.OFFERS: split.offers,
        Base.POINTS: split.points,
    }
    for base, rows in _sources(scope):
        wanted = {code: one.aggregate for code, one in needed.items() if one.base is base}
        if not wanted or by_base[base] is None:
            continue
        key = by_base[base]()
        grouped = rows.order_by().values(split_key=key).annotate(**_prefixed(wanted))
        for row in grouped:
            values = found[_key(row["split_key"])]
            values.update({code: row[f"value_{code}"] for code in wanted})
    if "cost" in needed and split.of_cost and scope.knows_costs:
        for whose, amount in _costs(scope, by_day=split.is_time):
            key = _key(split.of_cost(*whose))
            found[key]["cost"] = (found[key]["cost"] or Decimal(0)) + amount
    if "dealers" in needed and split.network:
        serving = split.network(list(found))
        for key, values in found.items():
            values["dealers"] = serving.get(key, 0)
    return {key: complete(values, figures) for key, values in found.items()}


def _nothing(needed):
    """Where one base has a row and another none, the other's counts are 0 and its means unknown."""
    return {
        code: 0 if figure.unit.value in ("count", "money") else None
        for code, figure in needed.items()
    }


def _prefixed(wanted):
    # A name that is a field of the model would be refused.
    return {f"value_{code}": aggregate for code, aggregate in wanted.items()}


def _key(value):
    return "" if value is None else value


def _costs(scope, *, by_day=False):
    """[((source, campaign, channel's id, day), rubles)]: a cost has the channel of its visits."""
    by = ("source", "campaign", "day") if by_day else ("source", "campaign")
    spent = list(scope.costs().order_by().values_list(*by).annotate(Sum("amount")))
    if not spent:
        return []
    owners = Owners()
    found = []
    for source, campaign, *day, amount in spent:
        whose = owners.of(source, campaign) or (source, campaign, None)
        if scope.channel is None or whose[2] == scope.channel:
            found.append(((*whose, *(day or [None])), amount))
    return found


def _weight(values):
    return (
        values.get("orders") or values.get("line_orders") or 0,
        values.get("visits") or values.get("offered") or 0,
        values.get("cost") or 0,
    )
