"""Measuring: figures of a scope, split by a dimension, counted by the database."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Sum

from analytics.models import Origin
from analytics.reports.dimensions import DIMENSIONS
from analytics.reports.figures import Base, complete, counted

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
    values.update(_aggregate(scope.facts(), needed, Base.ORDERS))
    if scope.knows_visits:
        values.update(_aggregate(scope.visits(), needed, Base.VISITS))
    if scope.knows_costs and "cost" in needed:
        values["cost"] = sum((amount for _key, amount in _costs(scope)), Decimal(0))
    return complete(values, figures)


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
    sources = [(Base.ORDERS, scope.facts(), split.facts(scope.touch))]
    if split.visits and scope.knows_visits:
        sources.append((Base.VISITS, scope.visits(), split.visits()))
    for base, rows, key in sources:
        wanted = {code: one.aggregate for code, one in needed.items() if one.base is base}
        if not wanted:
            continue
        grouped = rows.order_by().values(split_key=key).annotate(**_prefixed(wanted))
        for row in grouped:
            values = found[_key(row["split_key"])]
            values.update({code: row[f"value_{code}"] for code in wanted})
    if "cost" in needed and split.of_cost and scope.knows_costs:
        for (source, campaign, channel), amount in _costs(scope):
            key = _key(split.of_cost(source, campaign, channel))
            found[key]["cost"] = (found[key]["cost"] or Decimal(0)) + amount
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


def _costs(scope):
    """[((source, campaign, channel's id), rubles)]: a cost has the channel of its visits."""
    spent = scope.costs().order_by().values_list("source", "campaign").annotate(Sum("amount"))
    if not spent:
        return []
    origins = {}
    for source, campaign, channel in Origin.objects.exclude(campaign="").values_list(
        "source", "campaign", "channel"
    ):
        origins[source.lower(), campaign.lower()] = (source, campaign, channel)
    found = []
    for source, campaign, amount in spent:
        whose = origins.get((source.lower(), campaign.lower()), (source, campaign, None))
        if scope.channel is None or whose[2] == scope.channel:
            found.append((whose, amount))
    return found


def _weight(values):
    return (
        values.get("orders") or 0,
        values.get("visits") or 0,
        values.get("cost") or 0,
    )
