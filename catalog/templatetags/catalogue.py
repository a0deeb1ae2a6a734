"""What the templates of the catalogue in the workspace need."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Product, Unit
from suz.common.text import money

register = template.Library()

# Fields that are no columns of a product or are called otherwise in a list of changes.
NAMES = {
    "category": gettext_lazy("category"),
    "slug": gettext_lazy("address on the site"),
    "variant": gettext_lazy("variant"),
    "price": gettext_lazy("price, ₽"),
    "in_stock": gettext_lazy("in stock"),
}
FLAGS = ("is_active", "in_stock", "hidden_at")


@register.filter
def change_name(change):
    """What the changed field is called."""
    return NAMES.get(change.field) or Product._meta.get_field(change.field).verbose_name


@register.filter
def change_value(text, change):
    """A value in a list of changes, in words."""
    if change.field in FLAGS:
        return _("yes") if text else _("no")
    if change.field == "picture":
        return _("another picture") if text else ""
    if change.field == "unit":
        return dict(Unit.choices).get(text, text)
    if change.field in ("recommended_price", "price") and text:
        return money(Decimal(text.replace(",", ".")))
    return text


@register.filter
def change_before(change):
    """The earlier value in words; an earlier picture is not shown."""
    return "" if change.field == "picture" else change_value(change.before, change)


@register.filter
def change_after(change):
    """The later value in words."""
    if change.field == "picture" and not change.after:
        return _("no picture")
    return change_value(change.after, change)
