"""Who has a product and for how much, for the manufacturer."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DecimalField,
    F,
    FilteredRelation,
    Max,
    Min,
    Q,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower

from catalog.models import DealerProduct
from dealers.models import Dealer

MONEY = DecimalField(max_digits=12, decimal_places=2)


@dataclass(frozen=True)
class Holders:
    """How many active dealers have a product, their lowest and highest price in rubles."""

    dealers: int
    low: Decimal | None = None
    high: Decimal | None = None


def holders_of(products):
    """Holders by product id for products of the manufacturer: two queries, however many rows."""
    whole_line = Dealer.objects.filter(is_active=True, whole_line=True).count()
    own = Q(dealer__own_prices=True, price__isnull=False)
    rows = {
        row["product"]: row
        for row in DealerProduct.objects.filter(
            dealer__is_active=True, product__in=[product.pk for product in products]
        )
        .values("product")
        .annotate(
            of_whole_line=Count("pk", filter=Q(dealer__whole_line=True)),
            at_own=Count("pk", filter=Q(in_stock=True) & own),
            at_recommended=Count("pk", filter=Q(in_stock=True) & ~own),
            low=Min("price", filter=Q(in_stock=True) & own),
            high=Max("price", filter=Q(in_stock=True) & own),
        )
        .order_by()
    }
    return {product.pk: _holders(product, rows.get(product.pk), whole_line) for product in products}


def _holders(product, row, whole_line):
    at_recommended, at_own, prices = whole_line, 0, []
    if row is not None:
        at_recommended += row["at_recommended"] - row["of_whole_line"]
        at_own = row["at_own"]
        prices = [row["low"], row["high"]] if at_own else []
    if at_recommended:
        prices.append(product.recommended_price)
    if not prices:
        return Holders(0)
    return Holders(at_recommended + at_own, min(prices), max(prices))


def dealers_having(product):
    """Active dealers that have a product of the manufacturer, each with its ``price`` (rubles).

    ``difference`` is rubles above (below: negative) the recommended price.
    """
    recommended = Value(product.recommended_price, output_field=MONEY)
    return (
        Dealer.objects.filter(is_active=True)
        .select_related("main_region")
        .annotate(
            word=FilteredRelation("assortment", condition=Q(assortment__product=product.pk)),
            has=Coalesce(F("word__in_stock"), F("whole_line"), output_field=BooleanField()),
            price=Case(
                When(own_prices=True, word__price__isnull=False, then=F("word__price")),
                default=recommended,
                output_field=MONEY,
            ),
            sort_name=Lower("name"),
            region_name=F("main_region__name"),
        )
        .filter(has=True)
        .annotate(difference=F("price") - recommended)
    )
