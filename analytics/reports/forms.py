"""What reports are narrowed by, kept in the address."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.models import Channel
from analytics.reports.scope import BEFORE, FIRST, LAST, NONE, YEAR_AGO, Scope
from catalog.models import Category
from dealers.filters import SELECT
from dealers.models import Dealer, Place

PERIODS = {"7": 7, "30": 30, "90": 90, "365": 365}
OWN = "own"
USUAL = "90"
# Nobody compares more than this, and the database should not try.
MOST_DAYS = 1_100
# Beyond these nothing has happened, and years before and after would be no dates.
EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)
DAY = {"type": "date", "class": "form-control"}


def _select(label, queryset, empty):
    return forms.ModelChoiceField(
        queryset, label=label, required=False, empty_label=empty, widget=forms.Select(attrs=SELECT)
    )


def _choice(label, choices):
    return forms.ChoiceField(
        choices=choices, label=label, required=False, widget=forms.Select(attrs=SELECT)
    )


def _day(label):
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
    )


class ReportForm(forms.Form):
    """Period, comparison and filters; whatever is not understood counts as not said."""

    period = _choice(
        _("Period"),
        [
            ("7", _("7 days")),
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("12 months")),
            (OWN, _("own dates")),
        ],
    )
    since = _day(pgettext_lazy("period", "From"))
    until = _day(pgettext_lazy("period", "Until"))
    compare = _choice(
        _("Compare with"),
        [
            (BEFORE, _("the period before")),
            (YEAR_AGO, _("the same days a year ago")),
            (NONE, pgettext_lazy("comparison", "nothing")),
        ],
    )
    region = _select(_("Region"), Place.objects.none(), pgettext_lazy("region", "all"))
    dealer = _select(_("Dealer"), Dealer.objects.none(), pgettext_lazy("dealer", "all"))
    category = _select(_("Category"), Category.objects.none(), pgettext_lazy("category", "all"))
    channel = _select(_("Channel"), Channel.objects.none(), pgettext_lazy("channel", "all"))
    touch = _choice(
        _("Order belongs to"),
        [(LAST, _("the visit it was placed in")), (FIRST, _("the visitor’s first visit"))],
    )

    def __init__(self, data, *, fields, today):
        super().__init__(data)
        self.today = today
        querysets = {
            "region": Place.objects.filter(parent__isnull=True).order_by("name"),
            "dealer": Dealer.objects.only("name").order_by("name"),
            "category": Category.objects.order_by("position", "name"),
            "channel": Channel.objects.all(),
        }
        for name in ("region", "dealer", "category", "channel", "touch"):
            if name not in fields:
                del self.fields[name]
            elif name in querysets:
                self.fields[name].queryset = querysets[name]

    @property
    def scope(self):
        """The Scope that was asked for, the last 90 days unless said otherwise."""
        self.full_clean()
        given = self.cleaned_data
        since, until = self._days(given)
        named = {
            name: given[name].pk
            for name in ("region", "dealer", "category", "channel")
            if given.get(name)
        }
        return Scope(since=since, until=until, touch=given.get("touch") or LAST, **named)

    @property
    def comparison(self):
        """What to compare with: the period before, unless said otherwise."""
        self.full_clean()
        return self.cleaned_data.get("compare") or BEFORE

    def _days(self, given):
        since, until = given.get("since"), given.get("until")
        is_own = given.get("period") == OWN or not given.get("period")
        if is_own and (since or until):
            until = until or self.today
            since = since or until - datetime.timedelta(days=PERIODS[USUAL] - 1)
            if since > until:
                since, until = until, since
            since, until = (min(max(day, EARLIEST), LATEST) for day in (since, until))
            return max(since, until - datetime.timedelta(days=MOST_DAYS - 1)), until
        days = PERIODS.get(given.get("period"), PERIODS[USUAL])
        return self.today - datetime.timedelta(days=days - 1), self.today

    @property
    def shown(self):
        """The form as it stands when the address says nothing: with what counts then."""
        scope, data = self.scope, self.data.copy()
        data.setdefault("compare", self.comparison)
        has_own = bool(self.data.get("since") or self.data.get("until"))
        data.setdefault("period", OWN if has_own else USUAL)
        data["since"], data["until"] = scope.since.isoformat(), scope.until.isoformat()
        fresh = type(self)(data, fields=self.fields, today=self.today)
        fresh.full_clean()
        return fresh
