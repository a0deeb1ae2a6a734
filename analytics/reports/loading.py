"""A report as its page, its table for download and its chart need it."""

from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import Progress
from analytics.reports import extras
from analytics.reports.dimensions import DIMENSIONS
from analytics.reports.figures import FIGURES
from analytics.reports.forms import ReportForm
from analytics.reports.measuring import Table, measure
from analytics.reports.pages import time_split
from analytics.reports.stored import stored

# What a chart can show side by side.
CHARTED = 15


@dataclass(frozen=True)
class Asked:
    """A report as an address asks for it."""

    report: object
    form: ReportForm
    scope: object
    before: object
    split: str
    sort: str

    @property
    def dimension(self):
        return DIMENSIONS[self.split]

    @property
    def figures(self):
        return [FIGURES[code] for code in self.report.figures]

    @property
    def is_time(self):
        return self.dimension.is_time


def asked(report, data, *, today):
    """What the parameters ask of the report; what makes no sense counts as not said."""
    form = ReportForm(data, fields=report.filters, today=today)
    scope = form.scope
    if report.cancelled:
        scope = type(scope)(**{**scope.__dict__, "cancelled": True})
    by = data.get("by", "")
    by = by if by in report.dimensions else report.dimensions[0]
    split = time_split(scope) if by == "time" else by
    sort = data.get("sort", "")
    sort = sort if sort.removeprefix("-") in ("label", *report.figures) else ""
    return Asked(report, form, scope, scope.compared(form.comparison), split, sort)


def load(question, *, now, anew=False):
    """(the Table in the order asked for, when it was worked out). Raises TooMuch."""
    key = ("table", question.report.code, question.scope, question.before, question.split)
    found = stored(
        key,
        lambda: measure(
            question.scope, list(question.report.figures), question.split, before=question.before
        ),
        now=now,
        anew=anew,
    )
    table = found.result
    if question.report.skips_empty:
        table = replace(table, rows=[row for row in table.rows if row.key not in (None, "")])
    # What has nothing to tell in any column is no row.
    told = [row for row in table.rows if any(row.values.get(code) for code in table.figures)]
    return _sorted(replace(table, rows=told), question), found.at


def load_extras(question, table, data, *, now, anew=False):
    """What stands beside the table, by name of the report's extras. Raises TooMuch."""
    return {
        name: _EXTRAS[name](question, table, data, now, anew) for name in question.report.extras
    }


def _funnel(question, table, data, now, anew):
    return extras.funnel(table)


def _spread(question, table, data, now, anew):
    wanted = data.get("time", "")
    code = wanted if wanted in extras.SPREADS else "to_accept"
    scope, counts = question.scope, table.spreads.get(code)
    if counts is None:
        key = ("spread", scope, code)
        counts = stored(key, lambda: extras.spread(scope, code), now=now, anew=anew).result
    return {
        "code": code,
        "choices": [FIGURES[one] for one in extras.SPREADS],
        "total": sum(counts),
        "chart": {
            "kind": "column",
            "labels": [str(name) for name in extras.CLASSES],
            "series": [
                {
                    "name": str(FIGURES["orders"].name),
                    "unit": "count",
                    "values": counts,
                }
            ],
        },
    }


def _map(question, table, data, now, anew):
    wanted = data.get("colour", "")
    code = wanted if wanted in question.report.figures else "unclaimed"
    return {
        "code": code,
        "choices": question.figures,
        "data": {
            "regions": extras.coloured(table, code),
            "name": str(FIGURES[code].name),
            "nothing": _("No orders"),
        },
    }


def _limits(question, table, data, now, anew):
    region = question.scope.region
    kept = stored(
        ("limits", region), lambda: extras.limit_shares(region, now=now), now=now, anew=anew
    )
    return kept.result


def _trend(question, table, data, now, anew):
    scope = question.scope
    kept = stored(("trend", scope), lambda: extras.trends(scope), now=now, anew=anew)
    return {dealer: (extras.points_of(counts), counts) for dealer, counts in kept.result.items()}


_EXTRAS = {
    "funnel": _funnel,
    "spread": _spread,
    "map": _map,
    "limits": _limits,
    "trend": _trend,
}


def _sorted(table, question):
    if not question.sort:
        return table
    name, down = question.sort.removeprefix("-"), question.sort.startswith("-")
    if name == "label":
        key = (lambda row: row.key) if question.is_time else (lambda row: row.label.lower())
        rows = sorted(table.rows, key=key, reverse=down)
    else:
        known = [row for row in table.rows if row.values.get(name) is not None]
        others = [row for row in table.rows if row.values.get(name) is None]
        rows = sorted(known, key=lambda row: row.values[name], reverse=down) + others
    return Table(table.figures, rows, table.total, table.before, table.is_cut)


def chart_of(table, question):
    """What the chart draws: labels and a series a figure."""
    if not question.report.chart or len(table.rows) < 2:
        return None
    rows = table.rows if question.is_time else table.rows[:CHARTED]
    return {
        "kind": "line" if question.is_time else "bar",
        "labels": [row.label for row in rows],
        "series": [
            {
                "name": str(FIGURES[code].name),
                "unit": FIGURES[code].unit.value,
                "values": [_plain(row.values.get(code)) for row in rows],
            }
            for code in question.report.chart
        ],
    }


def _plain(value):
    return None if value is None else round(float(value), 2)


def freshness():
    """When the facts of orders were last up to date, or None."""
    progress = Progress.objects.filter(name="facts").first()
    return progress.at if progress else None


def today():
    """The day by the site's own zone."""
    return timezone.localdate(timezone=timezone.get_default_timezone())
