"""Forms of an assortment: rows of the grid, changes of many products, services."""

import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from catalog.grid import plain
from catalog.models import PRICE, DealerService, Service
from catalog.services.assortment import Bulk, Edit, Terms
from catalog.services.dealer_services import Offered

MAX_TYPED = 40
NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,10})?")


class PriceField(forms.DecimalField):
    """Rubles as people write them: 1 234,50 or 1234.5 ₽."""

    widget = forms.TextInput

    def __init__(self, **options):
        bounds = {"max_digits": PRICE["max_digits"], "decimal_places": PRICE["decimal_places"]}
        super().__init__(**(bounds | options))

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".").removesuffix("₽")
            # Decimals have more notations than people: 1e3, Infinity, 1_000.
            if value and not NUMBER.fullmatch(value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def prepare_value(self, value):
        return plain(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "maxlength": MAX_TYPED, "autocomplete": "off"}


def price_field(**options):
    """A price of a product: more than nothing."""
    messages = {"invalid": _("Enter a price in rubles, such as 1 250 or 1 250,50.")}
    messages |= options.pop("error_messages", {})
    return PriceField(validators=PRICE["validators"], error_messages=messages, **options)


class RowForm(forms.Form):
    """One product of the grid: ``seen`` is what the row showed when it was made."""

    stock = forms.BooleanField(required=False)
    price = price_field(required=False)
    seen = forms.RegexField(r"\A[01]\|[0-9,]{0,20}\Z")

    def clean_seen(self):
        stock, _bar, price = self.cleaned_data["seen"].partition("|")
        try:
            price = Decimal(price.replace(",", ".")) if price else None
        except InvalidOperation:
            raise forms.ValidationError(_("Open the page again.")) from None
        return Terms(stock == "1", price)

    @property
    def edit(self):
        data = self.cleaned_data
        # Fields at rest are not sent: a price that was not there to be edited stays.
        price = data["price"] if self.add_prefix("price") in self.data else data["seen"].price
        return Edit(seen=data["seen"], wanted=Terms(data["stock"], price))

    @property
    def message(self):
        """The first thing that is wrong, or nothing."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


class BulkForm(forms.Form):
    """What to do with the chosen products, or with all that the filters find."""

    action = forms.ChoiceField(
        choices=(
            (Bulk.IN_STOCK.value, _("Mark as in stock")),
            (Bulk.OUT_OF_STOCK.value, _("Mark as not in stock")),
            (Bulk.PERCENT.value, _("Own price: recommended plus per cent")),
            (Bulk.RECOMMENDED.value, _("Own price: remove, sell at the recommended one")),
        ),
        label=_("With the chosen products"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    percent = forms.DecimalField(
        label=_("Per cent"),
        required=False,
        min_value=-90,
        max_value=500,
        max_digits=5,
        decimal_places=2,
        help_text=_("with a minus to sell below the recommended price"),
        widget=forms.TextInput(
            attrs={"class": "form-control", "inputmode": "text", "maxlength": 10}
        ),
    )
    scope = forms.ChoiceField(
        choices=(("chosen", _("ticked below")), ("found", _("all that the filters find"))),
        label=_("Which ones"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, data=None, *args, **kwargs):
        if data is not None and data.get("percent"):
            data = data.copy()
            data["percent"] = data["percent"].replace(",", ".").replace("\u2212", "-").strip("% ")
        super().__init__(data, *args, **kwargs)

    def clean(self):
        data = super().clean()
        is_missing = data.get("percent") is None and "percent" not in self.errors
        if data.get("action") == Bulk.PERCENT and is_missing:
            self.add_error("percent", _("Enter the per cent, such as 5 or -3,5."))
        return data


class ServiceForm(forms.Form):
    """One service: whether the dealer offers it, at what price for an order."""

    offered = forms.BooleanField(
        required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )
    price = PriceField(
        label=_("Price for an order, ₽"),
        required=False,
        validators=[MinValueValidator(0), MaxValueValidator(Decimal(9_999_999))],
        help_text=_("zero means free"),
        error_messages={"invalid": _("Enter a price in rubles, such as 1 250 or 1 250,50.")},
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    note = forms.CharField(
        label=_("Note for customers"),
        required=False,
        max_length=DealerService._meta.get_field("note").max_length,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    seen_price = PriceField(required=False, widget=forms.HiddenInput)
    seen_note = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args, service, current, **kwargs):
        self.service = Service(service)
        initial = {}
        if current is not None:
            initial = {
                "offered": True,
                "price": current.price,
                "note": current.note,
                "seen_price": current.price,
                "seen_note": current.note,
            }
        super().__init__(*args, prefix=service, initial=initial, **kwargs)

    def clean(self):
        data = super().clean()
        if data.get("offered") and data.get("price") is None and "price" not in self.errors:
            self.add_error("price", _("Enter the price; zero means free."))
        return data

    @property
    def change(self):
        """What the person saw and what they want, each Offered or None."""
        data = self.cleaned_data
        seen = None
        if data["seen_price"] is not None:
            seen = Offered(data["seen_price"], data["seen_note"])
        wanted = Offered(data["price"], data["note"]) if data["offered"] else None
        return seen, wanted
