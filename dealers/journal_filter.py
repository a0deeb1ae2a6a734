"""What the journal is narrowed by."""

import django_filters
from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy, pgettext_lazy

from dealers.filters import ANY, SELECT, search_filter, since_filter, until_filter
from dealers.journal import kind_choices, type_choices
from dealers.models import AuditRecord, User
from suz.common.search import digits_of


class JournalFilter(django_filters.FilterSet):
    """Records by words, period, person, kind and object.

    ``object`` is "label:number" and comes by links only.
    """

    q = search_filter(gettext_lazy("Object or number of an order"))
    since = since_filter("at")
    until = until_filter("at")
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

    def of_object(self, queryset, name, value):
        label, _colon, digits = value.partition(":")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            return queryset.none()
        return queryset.filter(object_type=label, object_id=int(digits))
