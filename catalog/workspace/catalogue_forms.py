"""Forms of the manufacturer's catalogue: categories, families with their variants."""

import re
from decimal import Decimal

from django import forms
from django.core import signing
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.forms.formsets import BaseFormSet, formset_factory
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.models import Category, Product, ProductFamily, Unit
from catalog.services.categories import LARGEST_POSITION
from catalog.services.families import FAMILY_FIELDS, VARIANT_FIELDS, Variant
from catalog.workspace.forms import PriceField, price_field
from suz.common.images import ACCEPT, clean_image

MAX_VARIANTS = 60
LONGEST_DESCRIPTION = 4_000
PREFIX = "variants"
# What a new variant takes over from the one before it.
SHARED = ("unit", "length_mm", "width_mm", "thickness_mm", "recommended_price")
COLOUR_CODE = RegexValidator(
    re.compile(r"\A#[0-9a-fA-F]{6}\Z"),
    gettext_lazy("Write the colour as #rrggbb, such as #c9a06b."),
)


def pack(salt, seen):
    """What a form is made from, signed, so that a later change by somebody else is noticed."""
    return signing.dumps(seen, salt=salt, compress=True)


def taken_over(names, data, seen, present):
    """What was typed, with the present values of those fields (names) where nothing was typed."""
    data = data.copy()
    for name in names:
        typed = data.get(name, "").replace("\r\n", "\n").strip()
        if typed == seen[name].strip():
            data[name] = present[name]
    data["seen"] = present["seen"]
    return data


class SeenField(forms.CharField):
    """What the form was made from, as ``pack`` gave it."""

    widget = forms.HiddenInput

    def __init__(self, salt):
        self.salt = salt
        super().__init__(
            error_messages={"required": gettext_lazy("Open the page again and repeat the changes.")}
        )

    def clean(self, value):
        try:
            return signing.loads(super().clean(value), salt=self.salt)
        except signing.BadSignature:
            raise forms.ValidationError(
                _("The page is damaged. Open it again and repeat the changes.")
            ) from None


def picture_field():
    """A picture to upload, checked and written anew."""
    return forms.FileField(
        label=gettext_lazy("Picture"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP, up to 2 MB"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class PictureMixin(forms.Form):
    """A form with a picture that may be replaced or taken away."""

    picture = picture_field()
    remove_picture = forms.BooleanField(label=gettext_lazy("Remove the picture"), required=False)

    def clean_picture(self):
        upload = self.cleaned_data["picture"]
        return clean_image(upload) if upload else None

    @property
    def picture_change(self):
        """A file, "" to take the picture away, None to leave it."""
        data = self.cleaned_data
        return "" if data["picture"] is None and data["remove_picture"] else data["picture"]


class CategoryForm(PictureMixin):
    """Name, description and picture of a category."""

    SALT = "catalog.category.seen"

    name = forms.CharField(label=pgettext_lazy("product", "Name"), max_length=100)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Customers read it on the page of the category."),
    )
    seen = SeenField(SALT)

    field_order = ("name", "description", "picture", "remove_picture", "seen")

    def __init__(self, *args, is_new=False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["seen"], self.fields["remove_picture"]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def values(self):
        """As services of categories take them."""
        data = self.cleaned_data
        picture = self.picture_change if "remove_picture" in self.fields else data["picture"]
        return {"name": data["name"], "description": data["description"], "picture": picture}


class FamilyForm(forms.Form):
    """What the colour variants of a family have in common."""

    SALT = "catalog.family.seen"

    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.ours(),
        empty_label=gettext_lazy("Choose a category"),
        error_messages={"invalid_choice": gettext_lazy("Choose a category from the list.")},
    )
    name = forms.CharField(
        label=pgettext_lazy("product", "Name"),
        max_length=ProductFamily._meta.get_field("name").max_length,
        help_text=gettext_lazy("Without the colour: each variant has its own."),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Place in the category"),
        min_value=0,
        max_value=LARGEST_POSITION,
        required=False,
        help_text=gettext_lazy("smaller numbers stand first; empty: at the end"),
    )
    seen = SeenField(SALT)

    def __init__(self, *args, is_new=False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["seen"]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean_description(self):
        return self.cleaned_data["description"].replace("\r\n", "\n")

    def values(self):
        """As services of families take them."""
        return {name: self.cleaned_data[name] for name in FAMILY_FIELDS}


def _millimetres(label):
    return PriceField(
        label=label,
        required=False,
        max_digits=8,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(999_999))],
        error_messages={"invalid": gettext_lazy("Enter millimetres, such as 3100 or 1,1.")},
    )


class VariantForm(PictureMixin):
    """One colour of a family."""

    product = forms.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput
    )
    colour = forms.CharField(label=gettext_lazy("Colour"), max_length=80, required=False)
    colour_code = forms.CharField(
        label=gettext_lazy("Colour code"),
        max_length=7,
        required=False,
        validators=[COLOUR_CODE],
        widget=forms.TextInput(attrs={"placeholder": "#c9a06b", "data-colour-code": ""}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name in orders"),
        max_length=Product._meta.get_field("name").max_length,
        required=False,
        help_text=gettext_lazy("empty: the common name and the colour"),
    )
    recommended_price = price_field(label=gettext_lazy("Recommended price, ₽"))
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=Unit, initial=Unit.PIECE)
    length_mm = _millimetres(gettext_lazy("Length, mm"))
    width_mm = _millimetres(gettext_lazy("Width, mm"))
    thickness_mm = _millimetres(gettext_lazy("Thickness, mm"))
    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        min_value=0,
        max_value=LARGEST_POSITION,
        required=False,
    )
    is_active = forms.BooleanField(label=gettext_lazy("On sale"), required=False, initial=True)

    def clean_colour(self):
        return " ".join(self.cleaned_data["colour"].split())

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    @property
    def is_blank(self):
        """Whether the row is the empty one at the end, that nobody has filled in."""
        names = ("product", "colour", "name", "colour_code")
        typed = any(str(self.data.get(self.add_prefix(name), "")).strip() for name in names)
        return not typed and not self.files.get(self.add_prefix("picture"))

    may_be_blank = False

    def full_clean(self):
        # A row for a further variant may stay empty; the first one is always meant.
        if self.is_bound and self.is_blank and self.may_be_blank:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def variant(self, family_name, position):
        """The Variant; ``position`` is for a new one without a place."""
        data = self.cleaned_data
        if data.get("DELETE"):
            return Variant(product_id=data.get("product"), is_removed=True)
        values = {name: data[name] for name in VARIANT_FIELDS}
        values["name"] = (data["name"] or f"{family_name} {data['colour']}".strip())[:200]
        if values["position"] is None:
            values["position"] = min(position, LARGEST_POSITION)
        return Variant(data["product"], values | {"picture": self.picture_change})


class Variants(BaseFormSet):
    """The rows of a family; an unfilled further row is none."""

    extra_initial = {}

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs, empty_permitted=False)
        form.may_be_blank = i > 0
        return form

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove the variant")

    @property
    def empty_form(self):
        form = super().empty_form
        form.initial = self.extra_initial
        return form

    def clean(self):
        if self.management_form.cleaned_data["TOTAL_FORMS"] < 0:
            raise forms.ValidationError(
                _("The page is damaged. Open it again and repeat the changes.")
            )

    def variants(self, family_name):
        """The Variants of the rows that are filled in."""
        rows = [form for form in self.forms if form.cleaned_data]
        found = [form.variant(family_name, number) for number, form in enumerate(rows, start=1)]
        return [one for one in found if one.product_id or not one.is_removed]


VariantRows = formset_factory(
    VariantForm,
    formset=Variants,
    extra=0,
    can_delete=True,
    max_num=MAX_VARIANTS,
    absolute_max=MAX_VARIANTS * 2,
    validate_max=True,
)


def variant_rows(seen, data=None, files=None):
    """The rows of a family by its snapshot (None: a new one), with an empty row at the end."""
    initial = [
        {"product": pk, **texts, "is_active": bool(texts["is_active"]), "picture": None}
        for pk, texts in (seen["variants"] if seen else {}).items()
    ]
    further = {"is_active": True, "unit": Unit.PIECE}
    if initial:
        further |= {name: initial[-1][name] for name in SHARED}
    if data is not None:
        rows = VariantRows(data, files, prefix=PREFIX)
    else:
        rows = VariantRows(initial=[*initial, further], prefix=PREFIX)
    rows.extra_initial = further
    return rows


def merged(data, seen, present):
    """What was typed, laid over what somebody else has saved meanwhile; a mapping for the forms.

    A field that the person has not touched shows the present value; rows of variants that are gone
    are left out, new ones of others are put in.
    """
    result = {
        name: _kept(data.get(name, ""), seen["family"][name], present["family"][name])
        for name in FAMILY_FIELDS
    }
    posted, fresh = _posted_rows(data)
    rows = []
    for pk, texts in present["variants"].items():
        row = dict(texts) | {"product": pk}
        typed, before = posted.get(pk), seen["variants"].get(pk)
        if typed is not None and before is not None:
            row |= {
                name: _kept(typed.get(name, ""), before[name], texts[name])
                for name in VARIANT_FIELDS
            }
            row["DELETE"] = typed.get("DELETE", "")
        rows.append(row)
    rows += fresh
    result |= {
        f"{PREFIX}-TOTAL_FORMS": str(len(rows)),
        f"{PREFIX}-INITIAL_FORMS": str(len(present["variants"])),
    }
    for index, row in enumerate(rows):
        row.pop("picture", None)
        result |= {f"{PREFIX}-{index}-{name}": value for name, value in row.items() if value}
    return result


def _posted_rows(data):
    """Rows as typed: of variants by their number, and of new ones that are not empty."""
    posted, fresh = {}, []
    names = (*VARIANT_FIELDS, "product", "DELETE", "remove_picture")
    for index in range(MAX_VARIANTS * 2):
        row = {name: data.get(f"{PREFIX}-{index}-{name}", "") for name in names}
        if row["product"]:
            posted[row["product"]] = row
        elif row["colour"] or row["name"]:
            fresh.append(row)
    return posted, fresh


def _kept(typed, before, present):
    typed = typed.replace("\r\n", "\n").strip()
    return present if typed == before.strip() else typed


class RecommendedForm(forms.Form):
    """A recommended price in the table; ``seen`` is what stood there."""

    price = price_field(
        error_messages={
            "required": gettext_lazy("A product cannot be without a recommended price.")
        }
    )
    seen = PriceField(
        error_messages={
            "required": gettext_lazy("Open the page again."),
            "invalid": gettext_lazy("Open the page again."),
        }
    )

    @property
    def change(self):
        """What was seen and what is wanted, as ``set_recommended_price`` takes them."""
        return {"seen": self.cleaned_data["seen"], "wanted": self.cleaned_data["price"]}

    @property
    def message(self):
        """The first thing that is wrong."""
        return next(str(error) for errors in self.errors.values() for error in errors)
