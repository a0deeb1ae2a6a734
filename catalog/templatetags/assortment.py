"""What the templates of assortments and prices need."""

from django import template
from django.utils.translation import gettext as _

from catalog.grid import plain
from suz.common.text import measure, money, number

register = template.Library()

register.filter("plain_price", plain)


@register.inclusion_tag("catalog/assortment/difference.html")
def price_difference(difference, percent):
    """Rubles and per cent against the recommended price, with their signs."""
    if difference is None:
        return {"difference": None}
    sign = "+" if difference > 0 else ""
    return {
        "difference": difference,
        "amount": f"{sign}{money(difference)}",
        "share": signed_percent(percent),
    }


@register.filter
def signed_percent(value):
    """A share with its sign and at most one decimal: +5 %, −3,5 %."""
    value = round(value, 1)
    sign = "+" if value > 0 else ""
    return f"{sign}{number(value, 0 if value == int(value) else 1)}\u00a0%"


@register.simple_tag
def size_line(product):
    """Length, width, thickness in millimetres as far as they are known: 3100 × 230 × 1,1."""
    sizes = [product.length_mm, product.width_mm, product.thickness_mm]
    return " × ".join(measure(one) for one in sizes if one is not None)


@register.simple_tag
def parameters_line(product):
    """Colour and size in millimetres in one line."""
    size = size_line(product)
    parts = [product.colour, _("%(size)s mm") % {"size": size} if size else ""]
    return ", ".join(part for part in parts if part)
