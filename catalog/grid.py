"""Reads of a dealer's assortment: the manufacturer's products as this dealer sells them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce

from catalog.models import Product

# By category as on the site; none of the keys is null and the last is unique.
ORDER = (
    "category_position",
    "category_pk",
    "family_position",
    "family_id",
    "position",
    "id",
)


def products_of(dealer):
    """Products on sale with the dealer's word on each: ``has`` (in stock) and ``own_price``."""
    return (
        Product.objects.on_sale()
        .select_related("family__category")
        .annotate(
            mine=FilteredRelation(
                "dealer_products", condition=Q(dealer_products__dealer=dealer.pk)
            ),
            has=Coalesce(
                F("mine__in_stock"), Value(dealer.whole_line), output_field=BooleanField()
            ),
            own_price=F("mine__price"),
            category_pk=F("family__category_id"),
            category_position=F("family__category__position"),
            family_position=F("family__position"),
        )
    )


@dataclass
class Row:
    """A product in the grid; ``typed`` is what a person wrote as its price, kept with its error."""

    product: Product
    own_prices: bool
    typed: str | None = None
    error: str = ""
    note: str = ""

    @property
    def in_stock(self):
        return self.product.has

    @property
    def own_price(self):
        return self.product.own_price

    @property
    def difference(self):
        """Rubles above (below: negative) the recommended price, or None without an own price."""
        if not self.own_prices or self.own_price is None:
            return None
        return self.own_price - self.product.recommended_price

    @property
    def percent(self):
        """The difference in per cent of the recommended price, or None."""
        if self.difference is None:
            return None
        return self.difference * 100 / self.product.recommended_price

    @property
    def seen(self):
        """What the form of the row was made from, see catalog.workspace.forms."""
        return f"{int(self.in_stock)}|{plain(self.own_price)}"


def plain(price):
    """A price as text of a form's field: 1200, 1200,50, or nothing."""
    if price is None:
        return ""
    price = Decimal(price)
    places = 0 if price == price.to_integral_value() else 2
    return f"{price:.{places}f}".replace(".", ",")
