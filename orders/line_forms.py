"""The form of an order's lines: a row for each line, one more for a product to add."""

import uuid

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.line_edits import LineFacts, merge_edits
from orders.line_facts import Shelf, facts_of
from orders.models.carts import MAX_LINES, MAX_QUANTITY
from orders.phone_forms import as_id, product_choices

PREFIX = "lines"
# Removed rows are posted along with those that took their place.
MOST_ROWS = 2 * MAX_LINES + 1


class ColourSelect(forms.Select):
    """A select whose options carry the colour's code, for samples."""

    codes = {}

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if code := self.codes.get(str(value)):
            option["attrs"]["data-colour"] = code
        return option


class LineForm(forms.Form):
    """A product and how many; in a row of the order the product's colours are to choose from.

    ``is_new``: the row for a product to add, which may stay empty.
    """

    product = forms.ChoiceField(
        label=gettext_lazy("Product"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This product is no longer sold.")},
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"),
        min_value=1,
        max_value=MAX_QUANTITY,
        required=False,
        error_messages={
            "invalid": gettext_lazy("Write a whole number."),
            "min_value": gettext_lazy("Write at least 1, or take the product out."),
            "max_value": gettext_lazy("Too many of one product."),
        },
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    remove = forms.BooleanField(
        label=gettext_lazy("Take out"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args, shelf, is_new, **kwargs):
        super().__init__(*args, **kwargs)
        self.shelf = shelf
        self.is_new = is_new
        field = self.fields["product"]
        if is_new:
            del self.fields["remove"]
            field.choices = product_choices(shelf.dealer_id)
            field.widget.attrs = {"class": "form-select", "data-search": ""}
            return
        self.product = shelf.products.get(as_id(self["product"].value()))
        variants = shelf.variants(self.product.pk) if self.product else []
        field.widget = ColourSelect(attrs={"class": "form-select", "data-colours": ""})
        field.widget.codes = {str(one.pk): one.colour_code for one in variants}
        field.choices = [(str(one.pk), one.colour or one.name) for one in variants]
        self.has_colours = len(variants) > 1

    @property
    def is_removed(self):
        return not self.is_new and bool(self["remove"].value())

    def full_clean(self):
        super().full_clean()
        # What is thrown away need not be right.
        if self.is_bound and self.is_removed:
            self._errors.clear()

    def clean(self):
        cleaned = super().clean()
        if self.errors or self.is_removed:
            return cleaned
        if not cleaned.get("product"):
            self.add_error("product", _("Choose a product."))
        if cleaned.get("quantity") is None:
            self.add_error("quantity", _("Write how many."))
        return cleaned

    @property
    def wanted(self):
        """(product, quantity), or None for a row that names nothing or is removed."""
        cleaned = self.cleaned_data
        if self.is_removed or self.errors or not cleaned.get("product"):
            return None
        product = self.shelf.products.get(as_id(cleaned["product"]))
        return product and (product, cleaned["quantity"])


class BaseLines(BaseFormSet):
    """All rows. ``wanted`` are the (product, quantity) pairs: a product named twice counts once."""

    def get_form_kwargs(self, index):
        kwargs = super().get_form_kwargs(index)
        return kwargs | {"is_new": index == self.total_form_count() - 1}

    def clean(self):
        if any(self.errors):
            return
        self.wanted = ()
        merged = {}
        for form in self.forms:
            if form.wanted is None:
                continue
            product, quantity = form.wanted
            _same, before = merged.get(product.pk, (None, 0))
            merged[product.pk] = (product, before + quantity)
            if before + quantity > MAX_QUANTITY:
                form.add_error("quantity", _("Too many of one product."))
        if not merged:
            raise forms.ValidationError(
                _("An order has at least one product. Cancel it if nothing is wanted.")
            )
        if len(merged) > MAX_LINES:
            raise forms.ValidationError(_("Too many products for one order."))
        self.wanted = tuple(merged.values())


Lines = formset_factory(
    LineForm, formset=BaseLines, extra=1, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


class ServicesForm(forms.Form):
    """What the customer wants beside the goods."""

    wants_delivery = forms.BooleanField(label=gettext_lazy("Delivery"), required=False)
    wants_installation = forms.BooleanField(label=gettext_lazy("Installation"), required=False)


def rows_of(order, lines):
    """The form of an order's lines as they are."""
    shelf = _shelf(order, lines)
    initial = [{"product": str(line.product_id), "quantity": line.quantity} for line in lines]
    return Lines(prefix=PREFIX, initial=initial, form_kwargs={"shelf": shelf})


def posted_lines(data, order, lines):
    """The form as posted; where it is no such form, None."""
    rows = typed_rows(data)
    if rows is None:
        return None
    named = {as_id(row["product"]) for row in rows} - {None}
    shelf = _shelf(order, lines, named)
    return Lines(data, prefix=PREFIX, form_kwargs={"shelf": shelf})


def with_added(posted):
    """The form again, unchecked, with the product of the last row among the others.

    As it was where that row names no product or has mistakes.
    """
    posted.is_valid()
    new = posted.forms[-1]
    if new.wanted is None:
        return posted
    rows = [row for row in typed_rows(posted.data) if any(row.values())]
    return Lines(prefix=PREFIX, initial=rows, form_kwargs={"shelf": new.shelf})


def with_news(posted, base, order, lines):
    """The form again, unchecked, with what another person has saved where nothing was typed.

    ``base`` are LineFacts of what both began with, ``lines`` the order's of now.
    """
    typed = [row for row in typed_rows(posted.data) if row["product"] or row["quantity"]]
    mine = [(as_id(row["product"]), row) for row in typed]
    rows = [
        {"product": str(row.product_id), "quantity": str(row.quantity)}
        if isinstance(row, LineFacts)
        else row
        for row in merge_edits(base, mine, facts_of(lines, priced=False))
    ]
    shelf = _shelf(order, lines, [as_id(row["product"]) for row in rows])
    return Lines(prefix=PREFIX, initial=rows, form_kwargs={"shelf": shelf})


def _shelf(order, lines, named=()):
    return Shelf(named, [line.product_id for line in lines], order.dealer_id)


def typed_rows(data):
    """What was typed into each row, or None without a readable number of rows."""
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    if not (total.isascii() and total.isdigit() and 0 < len(total) < 6 and int(total)):
        return None
    return [
        {
            name: data.get(f"{PREFIX}-{index}-{name}", "")
            for name in ("product", "quantity", "remove")
        }
        for index in range(min(int(total), MOST_ROWS))
    ]


def key_of(data):
    """The key that makes a form change an order once: as posted, or a new one."""
    try:
        return uuid.UUID(data.get("key", ""))
    except ValueError:
        return uuid.uuid4()
