"""What lists of dealers and people may be narrowed by."""

from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.models import Dealer, DealerPhone, Place, Role, User
from suz.common.search import digits_of, phone_beginnings

YES_NO = (("yes", _("yes")), ("no", _("no")))
ANY = pgettext_lazy("filter", "any")
PHONE_DIGITS = 4
# Days that no record is from; beyond them dates have no moment in every zone.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9000, 1, 1)
DATE = {"type": "date", "class": "form-control"}


class YesNoFilter(django_filters.ChoiceFilter):
    """A boolean field: any, yes or no."""

    def __init__(self, label, choices=YES_NO):
        super().__init__(
            label=label,
            choices=choices,
            empty_label=ANY,
            method=self._narrow,
            widget=forms.Select(attrs=SELECT),
        )

    def _narrow(self, queryset, name, value):
        return queryset.filter(**{name: value == "yes"})


SELECT = {"class": "form-select", "data-submit": True}


def search_filter(label):
    """The field for words; ``search`` of the filter set does the finding."""
    return django_filters.CharFilter(
        label=label,
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "class": "form-control"}),
        max_length=150,
    )


def since_filter(field):
    """The first day, in the viewer's zone, of what is shown of a field of moments."""
    return _day_filter(pgettext_lazy("day", "From"), field, _from_day)


def until_filter(field):
    """The last day, in the viewer's zone, of what is shown of a field of moments."""
    return _day_filter(pgettext_lazy("day", "To"), field, _to_day)


def _day_filter(label, field, method):
    return django_filters.DateFilter(
        label=label,
        field_name=field,
        method=method,
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )


def _from_day(queryset, name, value):
    return queryset if value < FIRST_DAY else queryset.filter(**{f"{name}__gte": _midnight(value)})


def _to_day(queryset, name, value):
    if value >= LAST_DAY:
        return queryset
    if value < FIRST_DAY:
        return queryset.none()
    return queryset.filter(**{f"{name}__lt": _midnight(value + timedelta(days=1))})


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


class DealerFilter(django_filters.FilterSet):
    """Dealers by words, territory and switches."""

    q = search_filter(_("Name, e-mail or phone"))
    region = django_filters.ModelChoiceFilter(
        label=_("Region served"),
        queryset=Place.objects.regions(),
        empty_label=pgettext_lazy("region", "any"),
        method="serving",
        widget=forms.Select(attrs=SELECT),
    )
    is_authorised = YesNoFilter(_("Authorised"))
    takes_site_orders = YesNoFilter(_("Orders from the site"))
    site_calls = YesNoFilter(_("Call from the site"))
    is_active = YesNoFilter(_("State"), choices=(("yes", _("working")), ("no", _("switched off"))))

    class Meta:
        model = Dealer
        fields = ()

    def search(self, queryset, name, value):
        condition = Q(name__icontains=value) | Q(email__icontains=value)
        digits = digits_of(value)
        if digits and len(digits) >= PHONE_DIGITS:
            beginning = Q()
            for start in phone_beginnings(digits):
                beginning |= Q(number__startswith=start)
            condition |= Q(Exists(DealerPhone.objects.filter(beginning, dealer=OuterRef("pk"))))
        return queryset.filter(condition)

    def serving(self, queryset, name, value):
        """Dealers whose territory has anything in the region."""
        additional = Dealer.additional_places.through.objects.filter(
            Q(place=value) | Q(place__parent=value), dealer=OuterRef("pk")
        )
        return queryset.filter(Q(main_region=value) | Exists(additional))


class UserFilter(django_filters.FilterSet):
    """People by words, role and dealer."""

    q = search_filter(_("Name or e-mail"))
    role = django_filters.ChoiceFilter(
        label=_("Role"), choices=Role.choices, empty_label=ANY, widget=forms.Select(attrs=SELECT)
    )
    dealer = django_filters.ModelChoiceFilter(
        label=_("Dealer"),
        queryset=Dealer.objects.only("name"),
        widget=forms.Select(attrs=SELECT),
        empty_label=ANY,
    )
    is_active = YesNoFilter(
        _("Access"), choices=(("yes", pgettext_lazy("access", "open")), ("no", _("switched off")))
    )

    class Meta:
        model = User
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(email__icontains=value))
