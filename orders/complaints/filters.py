"""What the list of complaints is narrowed by."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from dealers.filters import ANY, SELECT, search_filter, since_filter, until_filter
from dealers.models import Dealer, Place
from orders.complaints.states import OPEN, State
from orders.complaints.working import owners
from orders.models import Complaint, Outcome, Reason, ReasonKind
from suz.common.search import ID_DIGITS, digits_of

# Beside the states themselves: all whose customer waits.
OPEN_ONES = "open"
STATES_ASKED = (OPEN_ONES, *State)


def _select(label, queryset, empty):
    return django_filters.ModelChoiceFilter(
        label=label, queryset=queryset, empty_label=empty, widget=forms.Select(attrs=SELECT)
    )


class ComplaintFilter(django_filters.FilterSet):
    """Complaints by number, period, category, people and place; the state comes by tabs."""

    q = search_filter(gettext_lazy("Number of the order or of the complaint"))
    state = django_filters.CharFilter(method="in_state", max_length=10, widget=forms.HiddenInput)
    category = _select(
        gettext_lazy("Category"), Reason.objects.filter(kind=ReasonKind.COMPLAINT), ANY
    )
    owner = _select(
        gettext_lazy("Responsible"),
        lambda request: owners(),
        pgettext_lazy("person", "anybody"),
    )
    dealer = _select(gettext_lazy("Dealer"), Dealer.objects.order_by("name").only("name"), ANY)
    region = _select(
        gettext_lazy("Region"),
        Place.objects.regions().order_by("name").only("name"),
        pgettext_lazy("region", "any"),
    )
    since = since_filter("created_at")
    until = until_filter("created_at")
    outcome = django_filters.ChoiceFilter(
        label=gettext_lazy("Outcome"),
        choices=Outcome.choices,
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    overdue = django_filters.ChoiceFilter(
        label=gettext_lazy("Term"),
        choices=(("yes", gettext_lazy("Overdue only")),),
        empty_label=ANY,
        method="late",
        widget=forms.Select(attrs=SELECT),
    )

    class Meta:
        model = Complaint
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.request.user.is_manufacturer:
            for name in ("owner", "dealer", "region"):
                del self.filters[name]

    def search(self, queryset, name, value):
        digits = digits_of(value)
        if not digits or len(digits) > ID_DIGITS:
            return queryset.none()
        return queryset.filter(order_id=int(digits)) | queryset.filter(pk=int(digits))

    def in_state(self, queryset, name, value):
        if value == OPEN_ONES:
            return queryset.filter(state__in=OPEN)
        return queryset.filter(state=value) if value in STATES_ASKED else queryset

    def late(self, queryset, name, value):
        return queryset.open().filter(overdue_at__isnull=False)
