"""What the shop's templates need."""

from urllib.parse import urlsplit

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.menu import category_menu as menu_of
from catalog.visitor import visitor_of
from dealers.places import place_label as label_of
from suz.common.text import number

register = template.Library()

# Pictures of products and categories have this shape; pages reserve their room by it.
PICTURE_WIDTH, PICTURE_HEIGHT = 1200, 900


@register.simple_tag(takes_context=True)
def current_visitor(context):
    """Where the visitor is."""
    return visitor_of(context["request"])


@register.simple_tag(takes_context=True)
def category_menu(context):
    """Categories on sale."""
    return menu_of(context["request"])


@register.filter
def place_label(place):
    """The place's name, with the region where it says more."""
    return label_of(place)


@register.filter
def product_url(product):
    """The address of a product's page."""
    return reverse("product", args=[product.pk, product.slug or "-"])


@register.filter
def distance(kilometres):
    """A distance in round figures: 800 м, 4,2 км, 120 км."""
    if kilometres < 1:
        return _("%(metres)s m") % {"metres": number(max(100, round(kilometres * 10) * 100))}
    return _("%(kilometres)s km") % {"kilometres": number(kilometres, 1 if kilometres < 10 else 0)}


@register.filter
def host(address):
    """The part of an address that people read: without https:// and www."""
    return urlsplit(address).netloc.removeprefix("www.")


@register.inclusion_tag("catalog/picture.html")
def picture(image, alt, css="", lazy=True):
    """A picture of a product or category, or a quiet stand-in where there is none."""
    return {
        "image": image,
        "alt": alt,
        "css": css,
        "lazy": lazy,
        "width": PICTURE_WIDTH,
        "height": PICTURE_HEIGHT,
    }


@register.inclusion_tag("catalog/parameters.html")
def parameters(product):
    """Length, width, thickness, colour: those that are known."""
    return {"product": product}


@register.filter
def control(field):
    """A form field's input as Bootstrap draws it."""
    css = "form-control is-invalid" if field.errors else "form-control"
    return field.as_widget(attrs={"class": css})


@register.filter
def tick(field):
    """A form field's checkbox as Bootstrap draws it."""
    css = "form-check-input is-invalid" if field.errors else "form-check-input"
    return field.as_widget(attrs={"class": css})
