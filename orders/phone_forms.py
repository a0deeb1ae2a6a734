"""The form of an order taken by phone."""

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from dealers.models import Dealer
from orders.consents import version_shown
from orders.models.carts import MAX_LINES, MAX_QUANTITY
from orders.promo_codes import find_code, minimum_words, staff_words, trouble_with
from orders.storefront.forms import CheckoutForm
from suz.common.text import money

FIRST_ROWS = 3
LONGEST_ID = 15


class PhoneOrderForm(CheckoutForm):
    """What the customer says: as at checkout, with the consents given aloud.

    ``dealer`` empty: the order goes into distribution. Consents are asked for when the order is
    taken, not while its sum is being counted (``takes`` False).
    """

    dealer = forms.ModelChoiceField(
        Dealer.objects.none(),
        label=_("Who gets the order"),
        required=False,
        empty_label=_("Distribution decides"),
        error_messages={"invalid_choice": _("Choose a dealer from the list.")},
    )

    promo = forms.CharField(
        label=_("Promo code"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, takes=True, now=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now
        self.code = None
        self.fields["dealer"].queryset = Dealer.objects.filter(is_active=True).order_by("name")
        labels = {
            "consent_processing": _("The customer agrees to the processing of personal data"),
            "consent_dealer": _("The customer agrees that the data is passed to the dealer"),
            "consent_calls": _("The customer agrees to a call by the robot"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].required = takes and self.fields[name].required
            self.fields[name].error_messages["required"] = _(
                "Ask the customer: without this consent the order cannot be taken."
            )
        self.fields["name"].error_messages["required"] = _("Write the customer's name.")
        self.fields["phone"].error_messages["required"] = _("Write the customer's phone.")
        self.fields["email"].help_text = _("The link to the order goes there. May be left empty.")
        self.fields["address"].help_text = ""
        for name in self.AUTOCOMPLETE:
            self.fields[name].widget.attrs["autocomplete"] = "off"
        del self.fields["city"].widget.attrs["data-places"]

    def clean_consent_version(self):
        # While the sum is being counted nothing is agreed to.
        if self.fields["consent_processing"].required:
            return super().clean_consent_version()
        return version_shown(self.cleaned_data["consent_version"])

    def clean(self):
        """``code`` is the promo code that was typed, where it works in the place."""
        cleaned = super().clean()
        typed, place = cleaned.get("promo"), cleaned.get("place")
        if typed and place is not None:
            code = find_code(typed)
            trouble = trouble_with(code, place, now=self.now)
            if trouble is not None:
                self.add_error("promo", staff_words(trouble))
            else:
                self.code = code
        return cleaned

    def offer(self, promise):
        """Put the dealers that can deliver the order first, each with its sum."""
        if self.code is not None and promise.cut is None:
            self.add_error("promo", minimum_words(self.code.min_sum))
        sums = {quote.dealer_id: promise.final(quote) for quote in promise.quotes}
        able, others = [], []
        for dealer in self.fields["dealer"].queryset:
            if dealer.pk in sums:
                able.append((dealer.pk, f"{dealer.name} · {money(sums[dealer.pk])}"))
            else:
                others.append((dealer.pk, dealer.name))
        groups = ((_("Can deliver the order"), able), (_("Others"), others))
        self.fields["dealer"].choices = [
            ("", self.fields["dealer"].empty_label),
            *((title, group) for title, group in groups if group),
        ]


class WantedForm(forms.Form):
    """One product and how many."""

    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Product"),
        required=False,
        empty_label=_("Choose a product"),
        error_messages={"invalid_choice": _("This product is no longer sold.")},
    )
    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=1,
        max_value=MAX_QUANTITY,
        required=False,
        error_messages={"invalid": _("Write a whole number.")},
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args, products, dealer_id, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        field.queryset = Product.objects.sold_by(dealer_id).select_related("family__category")
        field.choices = products
        field.widget.attrs["class"] = "form-select"

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("product") and cleaned.get("quantity") is None and not self.errors:
            self.add_error("quantity", _("Write how many."))
        if cleaned.get("quantity") and not cleaned.get("product") and not self.errors:
            self.add_error("product", _("Choose a product."))
        return cleaned


class BaseWanted(forms.BaseFormSet):
    """The products of an order."""

    def wanted(self):
        """(product, quantity) of each row that names a product."""
        rows = (form.cleaned_data for form in self.forms)
        return [(row["product"], row["quantity"]) for row in rows if row.get("product")]


Wanted = forms.formset_factory(
    WantedForm,
    formset=BaseWanted,
    extra=FIRST_ROWS,
    max_num=MAX_LINES,
    absolute_max=MAX_LINES,
    validate_max=True,
)


def product_choices(dealer_id=None):
    """What can be ordered, of a dealer its related products too, by category: one query."""
    groups = {}
    products = Product.objects.sold_by(dealer_id).select_related("family__category")
    for product in products.order_by(
        "family__category__position", "family__category_id", "family__position", "position", "id"
    ):
        label = f"{product.name} · {money(product.recommended_price)} (№ {product.pk})"
        groups.setdefault(product.family.category.name, []).append((product.pk, label))
    return [("", _("Choose a product")), *groups.items()]


def as_id(value):
    """The number that was posted as an id, or None."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def posted_rows(data):
    """The rows as typed, the empty ones left out, for showing them again unchecked."""
    total = data.get("lines-TOTAL_FORMS", "")
    count = int(total) if total.isascii() and total.isdigit() and len(total) < 6 else 0
    rows = [
        {name: data.get(f"lines-{index}-{name}", "") for name in ("product", "quantity")}
        for index in range(min(count, MAX_LINES))
    ]
    return [row for row in rows if any(row.values())]
