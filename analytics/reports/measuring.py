"""Measuring: figures of a scope, split by a dimension, counted by the database."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from operator import add

from django.db.models import Count, Q, Sum

from analytics.costs.matching import Owners
from analytics.reports import times
from analytics.reports.dimensions import DIMENSIONS
from analytics.reports.figures import Base, Orders, complete, counted
from dealers.models import Dealer
from suz.common.lengths import SHOWN_ENDS

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
    """``rows`` of a split and the ``total`` of the scope: of all rows, kept or not.

    ``spreads`` tells of each length of time how many orders are of which class of SHOWN_ENDS.
    ``is_cut``: there were more rows than MOST_ROWS.
    """

    figures: list
    rows: list
    total: dict
    spreads: dict = field(default_factory=dict)
    before: dict | None = None
    is_cut: bool = False


def measure(scope, figures, dimension=None, *, before=None):
    """The Table of these figures (codes), split by a dimension's code; ``before`` is a Scope."""
    split = DIMENSIONS[dimension] if dimension else None
    now = _Counted(scope, figures)
    # The split first: what it counts need not be counted again for the total.
    found = now.split(split) if split else {}
    table = Table(figures, [], now.total(), now.spreads)
    earlier = {}
    if before is not None:
        then = _Counted(before, figures)
        if split and not split.is_time:
            earlier = then.split(split)
        table.before = then.total()
    if split is None:
        return table
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
    return _Counted(scope, figures).total()


class _Counted:
    """The figures of one scope, counted by the database base by base."""

    def __init__(self, scope, figures):
        self.scope, self.figures = scope, figures
        self.needed = counted(figures)
        self.bases = {base: rows for base, rows in self._sources() if self._wanted(base)}
        # What a split has counted of lengths of time: {base: (is_exact, {what: {key: counts}})},
        # and the sums of its rows, where they are those of the whole: {base: {name: value}}.
        self.times, self.sums = {}, {}
        # {code: counts by the classes that are shown}, known with the total.
        self.spreads = {}

    def total(self):
        """{code: value} of the whole scope."""
        values = dict.fromkeys(self.needed)
        for base, rows in self.bases.items():
            counts = self.sums.get(base)
            if counts is None:
                aggregates = self._aggregates(base)
                counts = rows.aggregate(**aggregates) if aggregates else {}
            values.update(_unprefixed(counts))
            if base not in self.times:
                self._count_times(base, None, counts.get(_ROWS) or 0)
            is_exact, lengths = self.times[base]
            whole = {counts: times.together(found) for counts, found in lengths.items()}
            for code, one in self._percentiles(base):
                counts = whole[one.counts]
                values[code] = times.percentile(counts, one.fraction, is_exact=is_exact)
                self.spreads[code] = times.spread(counts, SHOWN_ENDS, is_exact=is_exact)
        if self.scope.knows_costs and "cost" in self.needed:
            values["cost"] = sum((amount for _key, amount in _costs(self.scope)), Decimal(0))
        if "dealers" in self.needed:
            values["dealers"] = Dealer.objects.selling().count()
        return complete(values, self.figures)

    def split(self, split):
        """{key: {code: value}} of the dimension."""
        found = defaultdict(lambda: _nothing(self.needed))
        keys = {
            Base.ORDERS: split.facts and (lambda: split.facts(self.scope.touch)),
            Base.VISITS: split.visits,
            Base.LINES: split.lines,
            Base.OFFERS: split.offers,
            Base.POINTS: split.points,
        }
        for base, rows in self.bases.items():
            if keys[base] is not None:
                self._split_base(base, rows, keys[base](), split, found)
        self._split_costs(split, found)
        if "dealers" in self.needed and split.network:
            serving = split.network(list(found))
            for key, values in found.items():
                values["dealers"] = serving.get(key, 0)
        return {key: complete(values, self.figures) for key, values in found.items()}

    def _split_base(self, base, rows, key, split, found):
        aggregates = self._aggregates(base, split)
        lengths, known, values = self._lengths(base), {}, {}
        if lengths and self._adds_up(base):
            grouped, known[lengths[0]] = times.grouped(rows, key, aggregates, lengths[0])
        else:
            query = rows.order_by().values_list(key).annotate(**aggregates)
            grouped = [(whose, one) for whose, *one in query]
        for whose, one in grouped:
            before = values.get(_key(whose))
            values[_key(whose)] = list(map(add, before, one)) if before else one
        for whose, one in values.items():
            found[whose].update(_unprefixed(dict(zip(aggregates, one, strict=True))))
        columns = list(zip(*values.values(), strict=True)) or [()] * len(aggregates)
        sums = dict(zip(aggregates, map(sum, columns), strict=True))
        if self._adds_up(base):
            self.sums[base] = sums
        self._count_times(base, key, sums.get(_ROWS, 0), known)
        is_exact, lengths = self.times[base]
        for code, one in self._percentiles(base):
            for whose, counts in lengths[one.counts].items():
                value = times.percentile(counts, one.fraction, is_exact=is_exact)
                found[_key(whose)][code] = value

    def _split_costs(self, split, found):
        if "cost" not in self.needed or not split.of_cost or not self.scope.knows_costs:
            return
        for whose, amount in _costs(self.scope, by_day=split.is_time):
            values = found[_key(split.of_cost(*whose))]
            values["cost"] = (values["cost"] or Decimal(0)) + amount

    def _sources(self):
        """(Base, its rows in the scope) of all that the scope's filters can narrow."""
        scope = self.scope
        yield Base.ORDERS, scope.facts()
        yield Base.LINES, scope.lines()
        yield Base.POINTS, scope.points()
        if scope.knows_visits:
            yield Base.VISITS, scope.visits()
        if scope.knows_offers:
            yield Base.OFFERS, scope.offers()

    def _wanted(self, base):
        return {code: one.aggregate for code, one in self.needed.items() if one.base is base}

    def _percentiles(self, base):
        wanted = self._wanted(base).items()
        return [(code, one) for code, one in wanted if isinstance(one, times.Percentile)]

    def _aggregates(self, base, split=None):
        """The base's aggregates by name: a name that is a field of the model would be refused."""
        found = {}
        for code, one in self._wanted(base).items():
            if isinstance(one, Orders):
                one = Count("pk", Q(**{self._first_line(split): True}))
            if not isinstance(one, times.Percentile):
                found[f"value_{code}"] = one
        if self._percentiles(base):
            found[_ROWS] = Count("pk")
        return found

    def _adds_up(self, base):
        """Whether each figure of the whole is the sum of those of a split's rows."""
        return all(
            isinstance(one, Sum | times.Percentile) or (isinstance(one, Count) and not one.distinct)
            for one in self._wanted(base).values()
        )

    def _first_line(self, split):
        if split is None and self.scope.category:
            return "is_first_of_category"
        return split.first_line if split else "is_first"

    def _lengths(self, base):
        """What is counted for the base's percentiles, each once."""
        return list(dict.fromkeys(one.counts for _code, one in self._percentiles(base)))

    def _count_times(self, base, key, rows, known=None):
        """``known``: lengths that are counted by their classes already."""
        is_exact = rows <= times.EXACT
        lengths = {} if is_exact else dict(known or {})
        for one in self._lengths(base):
            if one not in lengths:
                lengths[one] = times.counted(self.bases[base], *one, key=key, is_exact=is_exact)
        self.times[base] = is_exact, lengths


# How many rows there are in all, which says how finely lengths of time are counted.
_ROWS = "rows"


def _unprefixed(counts):
    return {name.removeprefix("value_"): value for name, value in counts.items() if name != _ROWS}


def _nothing(needed):
    """Where one base has a row and another none, the other's counts are 0 and its means unknown."""
    return {
        code: 0 if figure.unit.value in ("count", "money") else None
        for code, figure in needed.items()
    }


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
