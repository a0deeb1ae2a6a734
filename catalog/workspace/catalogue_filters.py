"""What lists of the catalogue may be narrowed by."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product
from catalog.workspace.filters import named
from dealers.filters import ANY, SELECT, YesNoFilter, search_filter
from dealers.models import Dealer, Place


class CatalogueFilter(django_filters.FilterSet):
    """Products of the manufacturer by words, category and sale."""

    q = search_filter(_("Product, colour or number"))
    category = django_filters.ModelChoiceFilter(
        label=_("Category"),
        queryset=Category.objects.ours(),
        field_name="family__category",
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    is_active = YesNoFilter(_("On sale"))

    class Meta:
        model = Product
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(named(value))


class HolderFilter(django_filters.FilterSet):
    """Dealers that have a product, by name and region."""

    q = search_filter(_("Dealer's name"))
    region = django_filters.ModelChoiceFilter(
        label=_("Region"),
        queryset=Place.objects.regions(),
        field_name="main_region",
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )

    class Meta:
        model = Dealer
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(name__icontains=value)


class RelatedFilter(django_filters.FilterSet):
    """Related products of a dealer by words, stock and sale."""

    q = search_filter(_("Product or number"))
    has = YesNoFilter(_("In stock"))
    is_active = YesNoFilter(_("On sale"))

    class Meta:
        model = Product
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(named(value))
