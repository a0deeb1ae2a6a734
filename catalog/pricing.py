"""What a dealer charges: plain facts in, prices out.

The rule of the case: the manufacturer recommends a price; a dealer works at it or sets its own.
All prices are rubles.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

KOPECK = Decimal("0.01")


@dataclass(frozen=True)
class Promo:
    """A promotion that a dealer has joined; ``percent`` off its price, zero for none."""

    promotion_id: int
    name: str
    percent: Decimal = Decimal(0)


@dataclass(frozen=True)
class StockRow:
    """A dealer's word on one product."""

    in_stock: bool
    price: Decimal | None = None


@dataclass(frozen=True)
class DealerTerms:
    """A dealer's assortment, prices and services, as far as they matter here.

    ``foreign`` are related products of other dealers, which this one never has. ``promos`` are the
    promotions in force for a product in the order's region, best first.
    """

    dealer_id: int
    whole_line: bool
    own_prices: bool
    stock: Mapping[int, StockRow] = field(default_factory=dict)
    services: Mapping[str, Decimal] = field(default_factory=dict)
    foreign: frozenset[int] = frozenset()
    promos: Mapping[int, tuple[Promo, ...]] = field(default_factory=dict)

    def has(self, product_id):
        """Whether the product is in stock."""
        if product_id in self.foreign:
            return False
        row = self.stock.get(product_id)
        return self.whole_line if row is None else row.in_stock

    def price(self, product_id, recommended):
        """What the dealer charges for a unit, in stock or not; the best promotion counts."""
        full = self.full_price(product_id, recommended)
        promos = self.promos.get(product_id)
        return reduced(full, promos[0].percent) if promos else full

    def full_price(self, product_id, recommended):
        """The same without promotions."""
        row = self.stock.get(product_id)
        if self.own_prices and row is not None and row.price is not None:
            return row.price
        return recommended


def reduced(price, percent):
    """A price less a share in per cent, to the kopeck (half up), never less than one."""
    if not percent:
        return price
    return max(KOPECK, (price * (100 - percent) / 100).quantize(KOPECK, ROUND_HALF_UP))


@dataclass(frozen=True)
class Item:
    """A product wanted: its id, how many units, the recommended price of one."""

    product_id: int
    quantity: int
    recommended_price: Decimal


@dataclass(frozen=True)
class Quote:
    """What a dealer charges for a whole order; prices are in the order of the items."""

    dealer_id: int
    prices: tuple[Decimal, ...]
    goods_total: Decimal
    services: Mapping[str, Decimal]

    @property
    def total(self):
        return self.goods_total + sum(self.services.values(), Decimal(0))


def missing_products(terms, items):
    """Ids of the wanted products that the dealer does not have."""
    return [item.product_id for item in items if not terms.has(item.product_id)]


def missing_services(terms, services):
    """Wanted services that the dealer does not offer."""
    return [service for service in services if service not in terms.services]


def quote(terms, items: Iterable[Item], services: Iterable[str]):
    """The dealer's quote, or None where it lacks a product or a service."""
    items, services = list(items), list(services)
    if missing_products(terms, items) or missing_services(terms, services):
        return None
    return _priced(terms, items, services)


def forced_quote(terms, items: Iterable[Item], services: Iterable[str]):
    """The quote of a dealer that gets the order in any case, by hand or by a setting.

    What it lacks counts at the recommended price; a service that it does not offer costs nothing.
    """
    return _priced(terms, list(items), [s for s in services if s in terms.services])


def _priced(terms, items, services):
    prices = tuple(terms.price(item.product_id, item.recommended_price) for item in items)
    goods = sum(
        (price * item.quantity for price, item in zip(prices, items, strict=True)), Decimal(0)
    )
    return Quote(terms.dealer_id, prices, goods, {s: terms.services[s] for s in services})


def recommended_quote(items: Iterable[Item]):
    """The order at recommended prices, for when no dealer has everything."""
    items = list(items)
    goods = sum((item.recommended_price * item.quantity for item in items), Decimal(0))
    return Quote(0, tuple(item.recommended_price for item in items), goods, {})
