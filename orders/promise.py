"""The price promise: what the region's dealers would charge for a cart.

The dealer is not known at checkout, so the customer is shown one sum or a range; these quotes are
recorded with the order and the accepting dealer's become its prices.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.core import signing

from catalog.assortment import load_terms
from catalog.pricing import Item, Quote, quote, recommended_quote
from dealers.models import Dealer
from orders.discounts import Cut, after, ends
from suz.common.links import fingerprint

RECEIPT = "orders.promise"
# Sums beyond this are a slip of the hand, and no column could hold the largest of them.
LARGEST_SUM = Decimal(1_000_000_000)


@dataclass(frozen=True)
class Promise:
    """What a cart costs in a place; all sums are rubles.

    ``quotes`` are the eligible dealers', cheapest first. Without any (``is_recommended``) the
    order is still taken, at recommended prices. ``unavailable`` are the ids of products that no
    dealer of the place has; with ``quotes`` empty and nothing unavailable the dealers have the
    products (or services) only between them. ``cut`` is the promo code's, where it holds; ``low``,
    ``high`` and the quotes are before it, ``final_low`` and ``final_high`` after. ``digest``
    changes whenever what the customer was shown changes; ``receipt`` is the signed form of it that
    a checkout form carries.
    """

    quotes: tuple[Quote, ...]
    recommended: Quote
    unavailable: tuple[int, ...]
    chosen: Quote | None
    digest: str
    cut: Cut | None = None

    @property
    def receipt(self):
        code = self.cut.code if self.cut else ""
        return signing.dumps(
            [self.digest, str(self.final_low), str(self.final_high), code], salt=RECEIPT
        )

    @property
    def is_recommended(self):
        return not self.quotes

    @property
    def low(self):
        return self.quotes[0].total if self.quotes else self.recommended.total

    @property
    def high(self):
        return self.quotes[-1].total if self.quotes else self.recommended.total

    @property
    def final_low(self):
        return self._final[0]

    @property
    def final_high(self):
        return self._final[1]

    @cached_property
    def _final(self):
        offers = self.quotes or (self.recommended,)
        return ends(self.cut, ((offer.goods_total, offer.total) for offer in offers))

    def final(self, offer):
        """What is left of a quote's total after the promo code."""
        return after(self.cut, offer.goods_total, offer.total)

    @property
    def final_chosen(self):
        """What is left of the chosen dealer's total, or None."""
        return self.final(self.chosen) if self.chosen else None

    @property
    def is_too_large(self):
        """Whether the site takes no order of this sum."""
        return self.high > LARGEST_SUM

    @property
    def dealers(self):
        """How many dealers can deliver the whole cart."""
        return len(self.quotes)

    @property
    def upper(self):
        """The quote of the upper end: what an order costs until a dealer has accepted."""
        return self.quotes[-1] if self.quotes else self.recommended

    def line_range(self, index):
        """Lowest and highest price for a unit of the line with this index."""
        prices = [offer.prices[index] for offer in self.quotes] or [self.recommended.prices[index]]
        return min(prices), max(prices)

    def service_range(self, service):
        """Lowest and highest price of a service among the quotes, or None without quotes."""
        prices = [offer.services[service] for offer in self.quotes if service in offer.services]
        return (min(prices), max(prices)) if prices else None

    def of(self, dealer_id):
        """The quote of one dealer, or None."""
        return next((offer for offer in self.quotes if offer.dealer_id == dealer_id), None)


def items_of(lines):
    """Items of cart or order lines (``product`` loaded)."""
    return tuple(
        Item(line.product_id, line.quantity, line.product.recommended_price) for line in lines
    )


@dataclass(frozen=True)
class Seen:
    """What a customer was shown before ordering, read back from a receipt.

    The sums are after the promo ``code``, which is empty where none held.
    """

    digest: str
    low: Decimal
    high: Decimal
    code: str


def read_receipt(receipt):
    """What the receipt says, or None where it is not one of ours."""
    try:
        digest, low, high, code = signing.loads(receipt, salt=RECEIPT)
        return Seen(digest, Decimal(low), Decimal(high), code)
    except (signing.BadSignature, TypeError, ValueError, ArithmeticError):
        return None


def promise_for(*, place, items, services, now, chosen_dealer_id=None, cut=None):
    """The promise for items and services in a place: four queries, however many dealers.

    ``chosen`` is the quote of the dealer that the customer orders from, None where that dealer
    cannot deliver the whole cart or none was chosen. ``cut`` holds where the upper end's goods
    reach its least sum.
    """
    items, services = tuple(items), tuple(services)
    dealers = list(Dealer.objects.selling().serving(place).only("id", "whole_line", "own_prices"))
    terms = load_terms(dealers, [item.product_id for item in items], place=place, now=now)
    offers = (quote(terms[dealer.pk], items, services) for dealer in dealers)
    quotes = sorted(
        (offer for offer in offers if offer is not None), key=lambda q: (q.total, q.dealer_id)
    )
    recommended = recommended_quote(items)
    unavailable = tuple(
        item.product_id
        for item in items
        if not any(dealer_terms.has(item.product_id) for dealer_terms in terms.values())
    )
    low, high = (quotes[0].total, quotes[-1].total) if quotes else (recommended.total,) * 2
    upper = quotes[-1] if quotes else recommended
    cut = cut if cut is not None and cut.is_reached(upper.goods_total) else None
    chosen = next((offer for offer in quotes if offer.dealer_id == chosen_dealer_id), None)
    digest = fingerprint(
        place.pk,
        chosen_dealer_id,
        chosen and f"{chosen.total:.2f}",
        *(f"{item.product_id}×{item.quantity}" for item in items),
        *sorted(map(str, services)),
        *(f"{Decimal(value):.2f}" for value in (low, high)),
        bool(quotes),
        *([cut.code_id, f"{cut.percent or 0:.2f}", f"{cut.amount or 0:.2f}"] if cut else []),
    )
    return Promise(tuple(quotes), recommended, unavailable, chosen, digest, cut)
