"""The page of conversions and its files."""

import datetime
from itertools import chain

from django import forms
from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from analytics.conversions.rows import (
    GOALS,
    IDENTIFIERS,
    STATUS_FIELDS,
    STATUS_TITLES,
    Wanted,
    status_facts,
)
from analytics.reports.loading import today
from dealers.access import ManufacturerMixin
from dealers.filters import DATE, SELECT
from dealers.second_factor import ReauthenticationMixin
from dealers.services.exports import MOST_ROWS, TooManyRows, record_export
from dealers.views.exports import TableExportMixin
from orders.models import OrderSource
from suz.common.sheets import csv_lines

DAYS = 30
EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)


class ConversionsForm(forms.Form):
    """Which days and which goal; whatever is not understood counts as not said."""

    since = forms.DateField(
        label=_("Day from"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Day to"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    goal = forms.ChoiceField(
        label=_("Conversion"),
        choices=[(code, name) for code, (name, _field, _which) in GOALS.items()],
        widget=forms.Select(attrs=SELECT),
    )
    identifier = forms.ChoiceField(
        label=_("Identifier"),
        choices=[(code, code) for code in IDENTIFIERS],
        widget=forms.Select(attrs=SELECT),
    )

    @classmethod
    def of(cls, data):
        """(the form as it stands, Wanted)."""
        last = today()
        usual = {
            "since": (last - datetime.timedelta(days=DAYS - 1)).isoformat(),
            "until": last.isoformat(),
            "goal": "order_completed",
            "identifier": "ClientId",
        }
        given = cls({name: data.get(name) or value for name, value in usual.items()})
        given.full_clean()
        clean = {
            **cls(usual).fresh(),
            **{name: value for name, value in given.cleaned_data.items()},
        }
        days = sorted(min(max(clean[name], EARLIEST), LATEST) for name in ("since", "until"))
        wanted = Wanted(days[0], days[1], clean["goal"], clean["identifier"])
        shown = cls(
            {
                "since": days[0].isoformat(),
                "until": days[1].isoformat(),
                "goal": wanted.goal,
                "identifier": wanted.identifier,
            }
        )
        return shown, wanted

    def fresh(self):
        """Values of a form that is right."""
        self.full_clean()
        return self.cleaned_data


class Conversions(ManufacturerMixin, TemplateView):
    """How many there are, and the downloads."""

    http_method_names = ("get", "head", "options")
    template_name = "analytics/conversions.html"

    def get_context_data(self, **kwargs):
        form, wanted = ConversionsForm.of(self.request.GET)
        orders, known = wanted.counts()
        return super().get_context_data(
            form=form, wanted=wanted, orders=orders, known=known, **kwargs
        )


class ConversionsFile(ReauthenticationMixin, ManufacturerMixin, View):
    """POST: the CSV that Metrika takes, UTF-8 with commas and without anything before it."""

    http_method_names = ("post",)

    def post(self, request):
        _form, wanted = ConversionsForm.of(request.GET)
        _orders, known = wanted.counts()
        try:
            record_export(count=known, table="conversions", by=request.user, kind="csv")
        except TooManyRows as refusal:
            messages.error(request, refusal.message)
            return redirect(f"{reverse('conversions')}?{request.GET.urlencode()}")
        # Every cell is of our own making: digits, names of goals, sums.
        lines = csv_lines(chain([wanted.titles()], wanted.rows()), lineterminator="\n")
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = f"{wanted.goal}-{wanted.since}-{wanted.until}.csv"
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response


class StatusExport(TableExportMixin, ManufacturerMixin, View):
    """Orders of the days with their statuses and where they came from."""

    resumes_at = "conversions"
    table = "statuses"
    titles = STATUS_TITLES

    def get_queryset(self):
        _form, wanted = ConversionsForm.of(self.request.GET)
        return status_facts(wanted.since, wanted.until).order_by("pk")

    def rows(self, found):
        sources = dict(OrderSource.choices)
        place = STATUS_FIELDS.index("source")
        for row in found.values_list(*STATUS_FIELDS)[:MOST_ROWS]:
            cells = list(row)
            cells[place] = str(sources.get(cells[place], ""))
            yield cells
