"""What surveys and reviews may be narrowed by."""

import datetime

import django_filters
from django import forms
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.filters import ANY, SELECT, search_filter
from dealers.models import Dealer, Place
from surveys.models import Answer, Invitation, Review, ReviewState
from surveys.models.invitations import LOW, SEARCH_CONFIG
from surveys.outcomes import Outcome

SHOWN_DAYS = 365
# What the filter of stars calls all low ratings.
LOW_ONES = "low"
# For filters that a dealer does not get: it has itself only.
OF_MANUFACTURER = ("region", "dealer")
DAY = {"type": "date", "class": "form-control"}


def last_year():
    """The first day that results show unless asked otherwise."""
    return timezone.localdate() - datetime.timedelta(days=SHOWN_DAYS)


class DayFilter(django_filters.DateFilter):
    """A day of the person who looks, on which something begins or ends."""

    def __init__(self, label, *, ends=False):
        super().__init__(
            label=label,
            method=self._narrow,
            widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        )
        self.ends = ends

    def _narrow(self, queryset, name, value):
        try:
            start = timezone.make_aware(datetime.datetime.combine(value, datetime.time()))
            end = start + datetime.timedelta(days=1)
        except OverflowError:
            return queryset
        if self.ends:
            return queryset.filter(answered_at__lt=end)
        return queryset.filter(answered_at__gte=start)


class ScopedFilter(django_filters.FilterSet):
    """A filter set without the manufacturer's filters where a dealer looks."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.request.user.is_manufacturer:
            for name in OF_MANUFACTURER:
                self.filters.pop(name, None)


def dealer_filter():
    return django_filters.ModelChoiceFilter(
        label=_("Dealer"),
        queryset=Dealer.objects.only("name"),
        empty_label=pgettext_lazy("dealer", "all"),
        widget=forms.Select(attrs=SELECT),
    )


def stars_filter(field):
    return django_filters.ChoiceFilter(
        label=_("Stars"),
        field_name=field,
        choices=[(str(stars), str(stars)) for stars in range(5, 0, -1)],
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )


class ResultsFilter(ScopedFilter):
    """Surveys by time, territory, dealer and outcome."""

    since = DayFilter(_("Answered from"))
    until = DayFilter(_("Answered to"), ends=True)
    region = django_filters.ModelChoiceFilter(
        label=_("Region"),
        queryset=Place.objects.regions().order_by("name").only("name"),
        empty_label=pgettext_lazy("region", "all"),
        widget=forms.Select(attrs=SELECT),
    )
    dealer = dealer_filter()
    outcome = django_filters.ChoiceFilter(
        label=pgettext_lazy("survey", "Outcome"),
        choices=Outcome.choices,
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )

    class Meta:
        model = Invitation
        fields = ()


class AnswersFilter(ResultsFilter):
    """The same and words of the customers, for the list of surveys."""

    q = search_filter(_("Words in the answers"))
    rating = django_filters.ChoiceFilter(
        label=_("Stars"),
        method="stars",
        choices=[
            *((str(stars), str(stars)) for stars in range(5, 0, -1)),
            (LOW_ONES, pgettext_lazy("stars", "low")),
        ],
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What one looks for by words comes first.
        self.filters = {"q": self.filters.pop("q"), **self.filters}

    def stars(self, queryset, name, value):
        if value == LOW_ONES:
            return queryset.filter(rating__lte=LOW)
        return queryset.filter(rating=value)

    def search(self, queryset, name, value):
        found = (
            Answer.objects.exclude(text="")
            .annotate(words=SearchVector("text", config=SEARCH_CONFIG))
            .filter(words=SearchQuery(value, config=SEARCH_CONFIG, search_type="websearch"))
        )
        return queryset.filter(pk__in=found.values("invitation"))


class ReviewFilter(ScopedFilter):
    """Reviews by state, dealer and stars."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=ReviewState.choices,
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    dealer = dealer_filter()
    stars = stars_filter("stars")

    class Meta:
        model = Review
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.request.user.is_manufacturer:
            # A dealer sees published ones alone.
            self.filters.pop("state")
