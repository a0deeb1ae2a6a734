"""How dealers' own prices differ from the recommended ones."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q
from django.db.models.functions import Lower, Round

from catalog.models import DealerProduct, Product

# Per cent of the recommended price, where one group ends and the next begins.
EDGES = (-20, -10, -5, 0, 5, 10, 20)


@dataclass(frozen=True)
class Group:
    """Prices whose difference lies between two shares in per cent; None is no bound."""

    low: int | None
    high: int | None
    count: int

    @property
    def is_below(self):
        return self.high is not None and self.high <= 0


def differing_prices():
    """Prices in force that are not the recommended ones, with what lists show and sort by.

    ``difference`` is rubles above (below: negative) the recommended price, ``percent`` its share.
    """
    difference = F("price") - F("product__recommended_price")
    share = difference * Decimal(100) / F("product__recommended_price")
    return (
        DealerProduct.objects.filter(
            product__in=Product.objects.on_sale(),
            in_stock=True,
            price__isnull=False,
            dealer__own_prices=True,
            dealer__is_active=True,
        )
        .exclude(price=F("product__recommended_price"))
        .select_related("dealer__main_region", "product__family__category")
        .annotate(
            difference=ExpressionWrapper(
                difference, output_field=DecimalField(max_digits=14, decimal_places=2)
            ),
            percent=Round(
                ExpressionWrapper(
                    share, output_field=DecimalField(max_digits=20, decimal_places=2)
                ),
                precision=2,
                output_field=DecimalField(max_digits=20, decimal_places=2),
            ),
            recommended=F("product__recommended_price"),
            dealer_name=Lower("dealer__name"),
            product_name=Lower("product__name"),
            region_name=F("dealer__main_region__name"),
        )
    )


def spread_of(prices):
    """Groups of prices by their difference, the cheapest first: one query."""
    bounds = list(zip((None, *EDGES), (*EDGES, None), strict=True))
    counts = {}
    for number, (low, high) in enumerate(bounds):
        condition = Q()
        # A price on an edge belongs to the group farther from the recommended price.
        if low is not None:
            condition &= Q(percent__gte=low) if low >= 0 else Q(percent__gt=low)
        if high is not None:
            condition &= Q(percent__lt=high) if high >= 0 else Q(percent__lte=high)
        if high == 0:
            # A fraction of a kopeck rounds to no per cent at all; the sign is the difference's.
            condition = Q(percent__gt=low, difference__lt=0)
        elif low == 0:
            condition = Q(percent__lt=high, difference__gt=0)
        counts[f"group_{number}"] = Count("pk", filter=condition)
    found = prices.order_by().aggregate(**counts)
    return [Group(low, high, found[f"group_{number}"]) for number, (low, high) in enumerate(bounds)]
