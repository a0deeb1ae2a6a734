"""A report as its page, its table for download and its chart need it."""

from dataclasses import dataclass

from django.utils import timezone

from analytics.models import Progress
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
    return _sorted(found.result, question), found.at


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
