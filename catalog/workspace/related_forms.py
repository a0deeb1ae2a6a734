"""Forms of dealers' related products."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Product, Unit
from catalog.workspace.catalogue_forms import LONGEST_DESCRIPTION, PictureMixin, SeenField
from catalog.workspace.forms import price_field


class RelatedForm(PictureMixin):
    """A related product as its dealer fills it in."""

    SALT = "catalog.related.seen"

    name = forms.CharField(
        label=pgettext_lazy("product", "Name"),
        max_length=Product._meta.get_field("name").max_length,
    )
    price = price_field(label=_("Price, ₽"))
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit, initial=Unit.PIECE)
    description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Customers read it on the page of the product."),
    )
    in_stock = forms.BooleanField(label=_("In stock"), required=False, initial=True)
    is_active = forms.BooleanField(label=_("On sale"), required=False, initial=True)
    seen = SeenField(SALT)

    field_order = (
        "name",
        "price",
        "unit",
        "description",
        "picture",
        "remove_picture",
        "in_stock",
        "is_active",
        "seen",
    )
    TYPED = ("name", "price", "unit", "description", "in_stock", "is_active")

    def __init__(self, *args, is_new=False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["seen"], self.fields["remove_picture"]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean_description(self):
        return self.cleaned_data["description"].replace("\r\n", "\n")

    def values(self):
        """As services of related products take them."""
        data = self.cleaned_data
        picture = self.picture_change if "remove_picture" in self.fields else data["picture"]
        return {name: data[name] for name in self.TYPED} | {"picture": picture}


class HideForm(forms.Form):
    """Why a related product must not be sold."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=Product._meta.get_field("hidden_reason").max_length,
        help_text=_("The dealer reads it."),
        error_messages={"required": _("Say why: the dealer is told.")},
    )

    def clean_reason(self):
        return " ".join(self.cleaned_data["reason"].split())
