"""Forms and filters of promo codes."""

import re
from decimal import Decimal

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.promotions.forms import DayField, clean_period, percent_field
from catalog.workspace.forms import PriceField
from dealers.filters import ANY, SELECT, search_filter
from dealers.models import Place
from orders.models import PromoCode, PromoCodeState
from orders.models.promo_codes import LETTERS, MOST_USES
from orders.promo_codes import normal
from orders.services.promo_code_editing import FIXED

PERCENT, RUBLES = "percent", "rubles"


def rubles_field(**options):
    return PriceField(
        required=False,
        validators=[
            MinValueValidator(
                Decimal("0.01"), gettext_lazy("The sum has to be more than nothing.")
            ),
            MaxValueValidator(Decimal(9_999_999), gettext_lazy("The sum is too large.")),
        ],
        error_messages={
            "invalid": gettext_lazy("Enter a sum in rubles, such as 1 250 or 1 250,50.")
        },
        **options,
    )


class PromoCodeForm(forms.Form):
    """A promo code. ``seen`` is the version that the form shows.

    Of a code that orders have, what it takes off is shown and not sent (``is_fixed``).
    """

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy(
            "3 to 30 letters and digits; capitals and small letters are the same."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it takes off"),
        choices=(
            (PERCENT, gettext_lazy("per cent of the goods")),
            (RUBLES, gettext_lazy("a sum in rubles")),
        ),
    )
    percent = percent_field(100, label=gettext_lazy("Per cent"), required=False)
    amount = rubles_field(label=gettext_lazy("Rubles"))
    min_sum = rubles_field(
        label=gettext_lazy("Least sum of goods, ₽"),
        help_text=gettext_lazy("Empty: any. It counts by the upper end of the promised range."),
    )
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until it is switched off."),
    )
    max_uses = forms.IntegerField(
        label=gettext_lazy("How many times"),
        required=False,
        min_value=1,
        max_value=MOST_USES,
        help_text=gettext_lazy("Empty: any number of times."),
        error_messages={"invalid": gettext_lazy("Write a whole number.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    regions = forms.ModelMultipleChoiceField(
        Place.objects.regions(),
        label=gettext_lazy("Regions"),
        required=False,
        help_text=gettext_lazy("None chosen: everywhere."),
    )
    note = forms.CharField(label=gettext_lazy("Note for staff"), max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, promo_code=None, is_fixed=False, initial=None, **kwargs):
        initial = {"kind": PERCENT} | (initial or {})
        if promo_code is not None:
            initial |= {
                name: getattr(promo_code, name)
                for name in (*FIXED, "starts_on", "ends_on", "max_uses", "note")
            } | {
                "kind": PERCENT if promo_code.amount is None else RUBLES,
                "regions": list(promo_code.regions.all()),
                "seen": promo_code.version,
            }
        super().__init__(*args, initial=initial, **kwargs)
        self.promo_code = promo_code
        if is_fixed:
            for name in (*FIXED, "kind"):
                self.fields[name].disabled = True

    def clean_code(self):
        code = normal(self.cleaned_data["code"])
        if not re.fullmatch(LETTERS, code):
            raise forms.ValidationError(
                _("Use 3 to 30 letters (Latin or Cyrillic) and digits, nothing else.")
            )
        others = PromoCode.objects.filter(code=code)
        if self.promo_code is not None:
            others = others.exclude(pk=self.promo_code.pk)
        if others.exists():
            raise forms.ValidationError(_("There is such a promo code already."))
        return code

    def clean(self):
        data = super().clean()
        clean_period(self)
        name = "amount" if data.get("kind") == RUBLES else "percent"
        other = "percent" if name == "amount" else "amount"
        if data.get(name) is None and name not in self.errors:
            self.add_error(name, _("Enter how much the code takes off."))
        # What belongs to the other kind is left out, wrong or not.
        self.errors.pop(other, None)
        data[other] = None
        return data

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in self.cleaned_data if name != "kind"}


class PromoCodeFilter(django_filters.FilterSet):
    """Promo codes by words, state and region."""

    q = search_filter(gettext_lazy("Code or note"))
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=PromoCodeState.choices,
        empty_label=ANY,
        method="standing",
        widget=forms.Select(attrs=SELECT),
    )

    class Meta:
        model = PromoCode
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(code__contains=normal(value)) | queryset.filter(
            note__icontains=value
        )

    def standing(self, queryset, name, value):
        return queryset.in_state(value, now=timezone.now())
