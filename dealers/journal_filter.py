"""What the journal is narrowed by."""

from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from dealers.filters import SELECT, search_filter
from dealers.journal import kind_choices, type_choices
from dealers.models import AuditRecord, User
from suz.common.search import digits_of

ANY = pgettext_lazy("filter", "any")
# Days that no record is from; beyond them dates have no moment in every zone.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9000, 1, 1)
DATE = {"type": "date", "class": "form-control"}


class JournalFilter(django_filters.FilterSet):
    """Records by words, period, person, kind and object.

    ``object`` is "label:number" and comes by links only.
    """

    q = search_filter(gettext_lazy("Object or number of an order"))
    since = django_filters.DateFilter(
        label=pgettext_lazy("day", "From"),
        method="from_day",
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )
    until = django_filters.DateFilter(
        label=pgettext_lazy("day", "To"),
        method="to_day",
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )
    actor = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Who"),
        queryset=User.objects.order_by("name"),
        empty_label=pgettext_lazy("person", "anybody"),
        widget=forms.Select(attrs=SELECT),
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("What"),
        choices=kind_choices,
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    object_type = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind of object"),
        choices=type_choices,
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    object = django_filters.CharFilter(
        label="", method="of_object", max_length=60, widget=forms.HiddenInput
    )

    class Meta:
        model = AuditRecord
        fields = ()

    def search(self, queryset, name, value):
        found = Q(label_lower__startswith=value.lower())
        digits = digits_of(value)
        if digits and len(digits) < 19:
            found |= Q(object_type="orders.order", object_id=int(digits))
        return queryset.alias(label_lower=Lower("label")).filter(found)

    def from_day(self, queryset, name, value):
        return queryset if value < FIRST_DAY else queryset.filter(at__gte=_midnight(value))

    def to_day(self, queryset, name, value):
        if value >= LAST_DAY:
            return queryset
        if value < FIRST_DAY:
            return queryset.none()
        return queryset.filter(at__lt=_midnight(value + timedelta(days=1)))

    def of_object(self, queryset, name, value):
        label, _colon, digits = value.partition(":")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            return queryset.none()
        return queryset.filter(object_type=label, object_id=int(digits))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
