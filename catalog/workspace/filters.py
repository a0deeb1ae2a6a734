"""What lists of an assortment and of prices may be narrowed by."""

import django_filters
from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, DealerProduct, Product
from dealers.filters import ANY, SELECT, YesNoFilter, search_filter
from dealers.models import Dealer, Place
from suz.common.search import digits_of

MAX_ID = 2**63 - 1


def named(value, prefix=""):
    """A condition for products whose name, colour or number is what a person typed."""
    condition = Q(**{f"{prefix}name__icontains": value}) | Q(
        **{f"{prefix}colour__icontains": value}
    )
    digits = digits_of(value)
    if digits and int(digits) <= MAX_ID:
        condition |= Q(**{f"{prefix}pk": int(digits)})
    return condition


class AssortmentFilter(django_filters.FilterSet):
    """Products of an assortment by words, category, stock and price."""

    q = search_filter(_("Product, colour or number"))
    category = django_filters.ModelChoiceFilter(
        label=_("Category"),
        queryset=Category.objects.on_sale(),
        field_name="family__category",
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    has = YesNoFilter(_("In stock"))
    price = django_filters.ChoiceFilter(
        label=_("Price"),
        method="priced",
        empty_label=ANY,
        choices=(
            ("none", _("no own price")),
            ("own", _("own price")),
            ("below", _("below the recommended")),
            ("above", _("above the recommended")),
        ),
        widget=forms.Select(attrs=SELECT),
    )

    class Meta:
        model = Product
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(named(value))

    def priced(self, queryset, name, value):
        conditions = {
            "none": {"own_price__isnull": True},
            "own": {"own_price__isnull": False},
            "below": {"own_price__lt": F("recommended_price")},
            "above": {"own_price__gt": F("recommended_price")},
        }
        return queryset.filter(**conditions[value])


class DealerPriceFilter(django_filters.FilterSet):
    """Dealers' prices by product, dealer, region and difference from the recommended price."""

    q = search_filter(_("Product, colour or number"))
    dealer = django_filters.ModelChoiceFilter(
        label=_("Dealer"),
        queryset=Dealer.objects.filter(is_active=True, own_prices=True).only("name"),
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    region = django_filters.ModelChoiceFilter(
        label=_("Region"),
        queryset=Place.objects.regions(),
        field_name="dealer__main_region",
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    category = django_filters.ModelChoiceFilter(
        label=_("Category"),
        queryset=Category.objects.on_sale(),
        field_name="product__family__category",
        empty_label=ANY,
        widget=forms.Select(attrs=SELECT),
    )
    side = django_filters.ChoiceFilter(
        label=_("Price"),
        method="on_side",
        empty_label=ANY,
        choices=(
            ("below", _("below the recommended")),
            ("above", _("above the recommended")),
        ),
        widget=forms.Select(attrs=SELECT),
    )
    least = django_filters.NumberFilter(
        label=_("Differs by at least, %"),
        method="differing",
        min_value=0,
        max_value=100_000,
        widget=forms.TextInput(
            attrs={"class": "form-control", "inputmode": "decimal", "maxlength": 10}
        ),
    )

    class Meta:
        model = DealerProduct
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(named(value, "product__"))

    def on_side(self, queryset, name, value):
        side = {"difference__lt": 0} if value == "below" else {"difference__gt": 0}
        return queryset.filter(**side)

    def differing(self, queryset, name, value):
        return queryset.filter(Q(percent__gte=value) | Q(percent__lte=-value))
