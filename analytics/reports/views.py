"""Pages of the reports, for the manufacturer's staff."""

from dataclasses import replace

from django.core.exceptions import BadRequest
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import TemplateView

from analytics.reports.dimensions import DIMENSIONS
from analytics.reports.figures import FIGURES
from analytics.reports.forms import ReportForm
from analytics.reports.loading import asked, chart_of, freshness, load, load_extras, today
from analytics.reports.pages import BASIC, BY_CODE, REPORTS
from analytics.reports.stored import TooMuch
from analytics.reports.words import cell
from dealers.access import ManufacturerMixin
from dealers.views.exports import TableExportMixin
from suz.common.keyset import paginate

ON_PAGE = 50
# Rows of a table at first; the others open with a click.
SHOWN = 50


class ReportMixin(ManufacturerMixin):
    """A report named in the address, as its parameters ask for it."""

    @cached_property
    def report(self):
        found = BY_CODE.get(self.kwargs.get("code", "overview"))
        if found is None:
            raise Http404
        return found

    @cached_property
    def question(self):
        return asked(self.report, self.request.GET, today=today())


class ReportPage(ReportMixin, TemplateView):
    """The figures of the period, the chart, the table; each row leads further."""

    http_method_names = ("get", "head", "options")
    template_name = "analytics/reports/report.html"

    def get_context_data(self, **kwargs):
        question = self.question
        context = {
            "report": self.report,
            "reports": REPORTS,
            "form": question.form.shown,
            "question": question,
            "columns": question.figures,
            "names": [str(figure.name) for figure in question.figures],
            "dimensions": [(code, _split_name(code)) for code in self.report.dimensions],
            "sort": question.sort,
            "is_narrowed": bool(self.request.GET),
            "facts_at": freshness(),
        }
        try:
            now, anew = timezone.now(), "anew" in self.request.GET
            table, at = load(question, now=now, anew=anew)
            extras = load_extras(question, table, self.request.GET, now=now, anew=anew)
        except TooMuch as refusal:
            return super().get_context_data(problem=str(refusal), **context, **kwargs)
        chart, found = chart_of(table, question), len(table.rows)
        if "all" not in self.request.GET:
            table = replace(table, rows=table.rows[:SHOWN])
        return super().get_context_data(
            table=table,
            at=at,
            chart=chart,
            found=found,
            is_short=len(table.rows) < found,
            extras=extras,
            **context,
            **kwargs,
        )


def _split_name(code):
    from django.utils.translation import gettext as _

    return _("Time") if code == "time" else DIMENSIONS[code].name


class ReportExport(TableExportMixin, ReportMixin, View):
    """The report's table as a file."""

    resumes_at = "reports"
    table = "report"

    @property
    def titles(self):
        return [self.question.dimension.name, *(figure.name for figure in self.question.figures)]

    def get_queryset(self):
        table, _at = load(self.question, now=timezone.now())
        return table.rows

    def count(self, found):
        return len(found)

    def rows(self, found):
        codes = self.report.figures
        return ([row.label, *(cell(code, row.values.get(code)) for code in codes)] for row in found)


class ReportOrders(ManufacturerMixin, TemplateView):
    """The orders behind a number of a report."""

    http_method_names = ("get", "head", "options")
    template_name = "analytics/reports/orders.html"

    def get_context_data(self, **kwargs):
        data = self.request.GET
        form = ReportForm(data, fields=(*BASIC, "touch"), today=today())
        scope = form.scope
        facts = scope.facts()
        split, label = DIMENSIONS.get(data.get("by", "")), ""
        if split is not None and not split.is_time and "key" in data:
            facts = _of_row(facts, split, scope.touch, data["key"])
            label = _label(split, data["key"])
        if data.get("only") in ONLY:
            facts = facts.filter(ONLY[data["only"]])
        page = paginate(
            facts.select_related("region", "dealer", "last_origin__channel", "reason"),
            keys=("-order_id",),
            size=ON_PAGE,
            after=data.get("after", ""),
            before=data.get("before", ""),
        )
        return super().get_context_data(
            page=page,
            scope=scope,
            split=split,
            label=label,
            only=FIGURES.get(data.get("only")),
            **kwargs,
        )


ONLY = {
    code: FIGURES[code].aggregate.filter
    for code in ("accepted", "contacted", "completed", "cancelled", "cancelled_by_dealer",
                 "unclaimed", "site_orders")
}  # fmt: skip


def _of_row(facts, split, touch, key):
    """The facts of a row of a split; raises BadRequest for a key that is none."""
    if "\x00" in key:
        raise BadRequest
    facts = facts.alias(split_key=split.facts(touch))
    try:
        if key == "":
            empty = facts.filter(split_key__isnull=True)
            return empty | facts.filter(split_key="") if _is_text(split) else empty
        return facts.filter(split_key=key)
    except (TypeError, ValueError) as error:
        raise BadRequest from error


def _is_text(split):
    return split.code in ("source", "campaign", "device", "strategy", "party")


def _label(split, key):
    if key == "":
        return str(split.empty)
    try:
        number = key if _is_text(split) else int(key)
    except ValueError:
        return ""
    return str(split.labels([number]).get(number, ""))
