"""Forms and filters of promotions."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Category, Product
from catalog.promotions.models import LARGEST_PERCENT, SMALLEST_PERCENT, Promotion, PromotionState
from catalog.workspace.forms import PriceField
from dealers.filters import ANY, SELECT, search_filter
from dealers.models import Place
from suz.common.images import ACCEPT, clean_image

FIRST_YEAR, LAST_YEAR = 2000, 2100


class DayField(forms.DateField):
    """A day, as browsers send it or as people write it."""

    def __init__(self, **options):
        super().__init__(
            input_formats=["%Y-%m-%d", "%d.%m.%Y"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={
                "required": gettext_lazy("Choose the day."),
                "invalid": gettext_lazy("Write the day as 31.12.2026."),
            },
            **options,
        )

    def clean(self, value):
        day = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("There is a slip in the year."))
        return day


def percent_field(largest, **options):
    """A share in per cent as people write it: 10, 7,5 or 7,5 %."""
    wrong = gettext_lazy("Enter the per cent, such as 10 or 7,5.")
    return PercentField(
        min_value=SMALLEST_PERCENT,
        max_value=largest,
        error_messages={
            "invalid": wrong,
            "min_value": gettext_lazy("The discount is more than nothing."),
            "max_value": gettext_lazy("The discount is too large."),
            "max_decimal_places": wrong,
            "max_digits": gettext_lazy("The discount is too large."),
            "max_whole_digits": gettext_lazy("The discount is too large."),
        },
        **options,
    )


class PercentField(PriceField):
    def to_python(self, value):
        return super().to_python(value.replace("%", "") if isinstance(value, str) else value)


def clean_period(form):
    """Put an error beside the last day where it comes before the first."""
    first, last = form.cleaned_data.get("starts_on"), form.cleaned_data.get("ends_on")
    if first and last and last < first:
        form.add_error("ends_on", _("The last day comes before the first."))


class ProductChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, product):
        return f"{product.name} (№ {product.pk})"


class PromotionForm(forms.Form):
    """A promotion as the manufacturer fills it in. ``seen`` is the version that the form shows."""

    name = forms.CharField(
        label=gettext_lazy("Name of the promotion"),
        max_length=120,
        help_text=gettext_lazy("Customers see it: “Autumn discounts on Blockhouse”."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text for customers"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 2 MB. May be left out."),
    )
    remove_picture = forms.BooleanField(label=gettext_lazy("Remove the picture"), required=False)
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day"))
    percent = percent_field(
        LARGEST_PERCENT,
        label=gettext_lazy("Discount, %"),
        required=False,
        help_text=gettext_lazy(
            "Off the dealer's own price, in the whole shop. Empty: the promotion is in words only."
        ),
    )
    regions = forms.ModelMultipleChoiceField(
        Place.objects.regions(),
        label=gettext_lazy("Regions"),
        required=False,
        help_text=gettext_lazy("None chosen: everywhere."),
    )
    categories = forms.ModelMultipleChoiceField(
        Category.objects.all(),
        label=gettext_lazy("Categories"),
        required=False,
        help_text=gettext_lazy("Neither categories nor products chosen: everything."),
    )
    products = ProductChoice(
        Product.objects.filter(is_active=True).order_by("name", "id"),
        label=gettext_lazy("Single products"),
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, promotion=None, initial=None, **kwargs):
        initial = dict(initial or {})
        if promotion is not None:
            initial |= {
                name: getattr(promotion, name)
                for name in ("name", "text", "starts_on", "ends_on", "percent")
            } | {
                "seen": promotion.version,
                **{
                    name: list(getattr(promotion, name).all())
                    for name in ("regions", "categories", "products")
                },
            }
        super().__init__(*args, initial=initial, **kwargs)
        if promotion is None or not promotion.picture:
            del self.fields["remove_picture"]
        if promotion is not None:
            # Products taken off sale since stay chosen.
            self.fields["products"].queryset = (
                Product.objects.filter(Q(is_active=True) | Q(promotions=promotion))
                .distinct()
                .order_by("name", "id")
            )

    def clean_picture(self):
        upload = self.cleaned_data["picture"]
        return clean_image(upload) if upload else None

    def clean(self):
        super().clean()
        clean_period(self)
        return self.cleaned_data

    @property
    def values(self):
        """What the services take: ``picture`` is a new one, "" to remove it, None to keep it."""
        values = dict(self.cleaned_data)
        if values["picture"] is None and values.pop("remove_picture", False):
            values["picture"] = ""
        return values


class PromotionFilter(django_filters.FilterSet):
    """Promotions by words, state and region."""

    q = search_filter(gettext_lazy("Name or text"))
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=PromotionState.choices,
        empty_label=ANY,
        method="standing",
        widget=forms.Select(attrs=SELECT),
    )
    region = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Region"),
        queryset=Place.objects.regions(),
        empty_label=ANY,
        method="holding",
        widget=forms.Select(attrs=SELECT),
    )

    class Meta:
        model = Promotion
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(text__icontains=value))

    def standing(self, queryset, name, value):
        return queryset.in_state(value, now=timezone.now())

    def holding(self, queryset, name, value):
        return queryset.holding_in(value)
