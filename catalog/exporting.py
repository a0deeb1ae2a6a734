"""The manufacturer's catalogue as a table for download."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.holders import holders_of

PART = 500

TITLES = (
    gettext_lazy("Product number"),
    gettext_lazy("Category"),
    gettext_lazy("Product"),
    pgettext_lazy("product", "Name"),
    gettext_lazy("Colour"),
    gettext_lazy("Length, mm"),
    gettext_lazy("Width, mm"),
    gettext_lazy("Thickness, mm"),
    gettext_lazy("Unit"),
    gettext_lazy("Recommended price, ₽"),
    gettext_lazy("On sale"),
    gettext_lazy("Dealers that have it"),
    gettext_lazy("Lowest price, ₽"),
    gettext_lazy("Highest price, ₽"),
)


def catalogue_rows(products):
    """One row a product, as ``table_response`` takes them."""
    part = []
    for product in products.iterator(PART):
        part.append(product)
        if len(part) == PART:
            yield from _rows(part)
            part = []
    yield from _rows(part)


def _rows(products):
    holders = holders_of(products) if products else {}
    for product in products:
        found = holders[product.pk]
        yield (
            product.pk,
            product.family.category.name,
            product.family.name,
            product.name,
            product.colour,
            product.length_mm,
            product.width_mm,
            product.thickness_mm,
            str(product.get_unit_display()),
            product.recommended_price,
            _("yes") if product.is_active and product.family.category.is_active else _("no"),
            found.dealers,
            found.low,
            found.high,
        )
