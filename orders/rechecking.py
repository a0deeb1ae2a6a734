"""What new contents of an order would mean: dealers' terms in, an answer out.

Used while a person edits (what would it cost, who has it) and once more when it is saved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from catalog.pricing import (
    DealerTerms,
    Item,
    Quote,
    forced_quote,
    missing_products,
    missing_services,
    quote,
    recommended_quote,
)
from orders.promise import LARGEST_SUM
from suz.common.links import fingerprint


class Choice(StrEnum):
    """What becomes of the order with its new contents.

    ``STAY``: its dealer has everything. ``RETURN``: back into distribution. ``ASSIGN``: to another
    dealer at once. ``ANEW``: nobody had it yet, distribution looks again.
    """

    STAY = "stay"
    RETURN = "return"
    ASSIGN = "assign"
    ANEW = "anew"


@dataclass(frozen=True)
class Held:
    """What the order's dealer has taken on already, whatever its assortment says by now.

    ``products`` are units by product id, ``services`` rubles an order by service. Dealers mark what
    they set aside for an order as sold out, and an order assigned by hand asks nobody. ``prices``
    are rubles a unit by product id that the dealer has had the order at: for this order it never
    asks more, or a touch of the contents would undo the promise.
    """

    products: Mapping[int, int] = field(default_factory=dict)
    services: Mapping[str, Decimal] = field(default_factory=dict)
    prices: Mapping[int, Decimal] = field(default_factory=dict)

    def covers(self, item):
        return item.quantity <= self.products.get(item.product_id, 0)


@dataclass(frozen=True)
class OwnAnswer:
    """The order's dealer: what it lacks (product ids, services), else its ``quote``."""

    dealer_id: int
    products: tuple[int, ...] = ()
    services: tuple[str, ...] = ()
    quote: Quote | None = None

    @property
    def has_everything(self):
        return self.quote is not None


@dataclass(frozen=True)
class Recheck:
    """The answer for items and services; all sums are rubles.

    ``own`` is None while no dealer has the order. ``others`` are quotes of the other dealers of the
    place that could take it, cheapest first.
    """

    items: tuple[Item, ...]
    services: tuple[str, ...]
    own: OwnAnswer | None
    others: tuple[Quote, ...]
    recommended: Quote
    unavailable: tuple[int, ...]

    @property
    def can_stay(self):
        """Whether the order's dealer has everything."""
        return self.own is not None and self.own.has_everything

    @property
    def quotes(self):
        """What is recorded with the order, cheapest first."""
        own = (self.own.quote,) if self.can_stay else ()
        return tuple(sorted((*own, *self.others), key=lambda one: (one.total, one.dealer_id)))

    @property
    def low(self):
        return self.quotes[0].total if self.quotes else self.recommended.total

    @property
    def high(self):
        return self.upper.total

    @property
    def upper(self):
        """The quote of the promise's upper end: what the order costs while nobody has it."""
        return self.quotes[-1] if self.quotes else self.recommended

    def line_range(self, index):
        """Lowest and highest price of a unit of the item with this index."""
        if self.can_stay:
            return (self.own.quote.prices[index],) * 2
        prices = [one.prices[index] for one in self.others] or [self.recommended.prices[index]]
        return min(prices), max(prices)

    @property
    def is_too_large(self):
        """Whether the site takes no order of this sum."""
        return self.high > LARGEST_SUM

    @property
    def digest(self):
        """Changes whenever what a person was shown changes: other dealers matter where one may get
        the order.
        """
        own = self.own and (
            self.own.dealer_id,
            self.own.products,
            self.own.services,
            self.own.quote and (f"{self.own.quote.total:.2f}", _texts(self.own.quote.prices)),
        )
        return fingerprint(
            own,
            [] if self.can_stay else [(one.dealer_id, f"{one.total:.2f}") for one in self.others],
            f"{self.recommended.total:.2f}",
            *((item.product_id, item.quantity) for item in self.items),
            *sorted(map(str, self.services)),
        )

    def of(self, dealer_id):
        """The quote of another dealer, or None."""
        return next((one for one in self.others if one.dealer_id == dealer_id), None)

    def choices(self, *, by_manufacturer):
        """What a person may choose for the order."""
        if self.own is None:
            return (Choice.ANEW,)
        if self.can_stay:
            return (Choice.STAY,)
        if by_manufacturer and self.others:
            return (Choice.RETURN, Choice.ASSIGN)
        return (Choice.RETURN,)


def recheck(
    *,
    items: Iterable[Item],
    services: Iterable[str],
    own: DealerTerms | None,
    others: Iterable[DealerTerms],
    held: Held | None = None,
):
    """The answer for new contents.

    ``own`` are the terms of the order's dealer and ``held`` what it took on; ``others`` those of
    the dealers that could take the order as far as place and rights go (the dealer itself among
    them is passed over).
    """
    items, services = tuple(items), tuple(services)
    answer = own and _own_answer(own, items, services, held or Held())
    rivals = [terms for terms in others if own is None or terms.dealer_id != own.dealer_id]
    offers = [offer for terms in rivals if (offer := quote(terms, items, services)) is not None]
    lacking = set(answer.products) if answer else {item.product_id for item in items}
    return Recheck(
        items=items,
        services=services,
        own=answer,
        others=tuple(sorted(offers, key=lambda one: (one.total, one.dealer_id))),
        recommended=recommended_quote(items),
        unavailable=tuple(
            item.product_id
            for item in items
            if item.product_id in lacking and not any(t.has(item.product_id) for t in rivals)
        ),
    )


def _own_answer(terms, items, services, held):
    unheld = [item for item in items if not held.covers(item)]
    products = tuple(missing_products(terms, unheld))
    lacking = tuple(
        service for service in missing_services(terms, services) if service not in held.services
    )
    if products or lacking:
        return OwnAnswer(terms.dealer_id, products, lacking)
    return OwnAnswer(terms.dealer_id, quote=_kept_promise(terms, items, services, held))


def _kept_promise(terms, items, services, held):
    """The dealer's prices of now, nothing dearer than it was held to."""
    priced = forced_quote(terms, items, services)
    prices = tuple(
        min(price, held.prices.get(item.product_id, price))
        for price, item in zip(priced.prices, items, strict=True)
    )
    goods = sum(
        (price * item.quantity for price, item in zip(prices, items, strict=True)), Decimal(0)
    )
    asked = {**held.services, **priced.services}
    charged = {
        service: min(asked[service], held.services.get(service, asked[service]))
        for service in services
    }
    return replace(priced, prices=prices, goods_total=goods, services=charged)


def _texts(prices):
    return [f"{price:.2f}" for price in prices]
