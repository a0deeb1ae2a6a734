"""Reads for the editing of an order's lines: what can be chosen, who has it, at what price."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from catalog.assortment import load_terms
from catalog.models import Product, Service
from catalog.pricing import Item
from dealers.models import Dealer
from orders.line_edits import LineFacts
from orders.models import Assignment, DealerQuote, HistoryKind, Offer, OfferState
from orders.rechecking import Held, Recheck, recheck


@dataclass(frozen=True)
class Answered:
    """The answer for new contents, and the names of the dealers in it by id."""

    answer: Recheck
    names: dict[int, str]


def lines_with_products(order):
    """The order's lines by position, with what an edit needs of their products: one query."""
    return list(order.lines.select_related("product__family__category").order_by("position"))


def panel_of(product):
    """What the product is a colour of; related products stand in one family and are of none."""
    return product.family_id if product.owner_id is None else -product.pk


def facts_of(lines, *, priced):
    """LineFacts of order lines; without prices while they are a promise only."""
    return [
        LineFacts(
            product_id=line.product_id,
            family_id=panel_of(line.product),
            name=line.name,
            colour=line.colour,
            unit=line.unit,
            quantity=line.quantity,
            price=line.price if priced else None,
        )
        for line in lines
    ]


def facts_of_wanted(wanted, lines, prices=None):
    """LineFacts of (product, quantity) pairs; a product that stays keeps its words of the time."""
    kept = {line.product_id: line for line in lines}
    return [
        LineFacts(
            product_id=product.pk,
            family_id=panel_of(product),
            name=source.name,
            colour=source.colour,
            unit=source.unit,
            quantity=quantity,
            price=prices[index] if prices else None,
        )
        for index, (product, quantity) in enumerate(wanted)
        for source in [kept.get(product.pk, product)]
    ]


def recheck_order(order, lines, wanted, services, *, now):
    """Who could deliver (product, quantity) pairs and services, and at what price: six queries.

    Considered are the dealers of the place that get orders from the site and have neither declined
    nor given up this one, besides the dealer that has it.
    """
    dealers = {dealer.pk: dealer for dealer in _rivals(order)}
    others = list(dealers)
    if order.dealer_id:
        dealers[order.dealer_id] = order.dealer
    terms = load_terms(
        list(dealers.values()),
        [product.pk for product, _quantity in wanted],
        place=order.place,
        now=now,
    )
    answer = recheck(
        items=[
            Item(product.pk, quantity, product.recommended_price) for product, quantity in wanted
        ],
        services=services,
        own=terms.get(order.dealer_id),
        others=[terms[dealer_id] for dealer_id in others],
        held=_held(order, lines),
    )
    return Answered(answer, {dealer.pk: dealer.name for dealer in dealers.values()})


def _rivals(order):
    declined = Offer.objects.filter(
        order=order, dealer_id=OuterRef("pk"), state=OfferState.DECLINED
    )
    gave_up = Assignment.objects.filter(
        order=order, dealer_id=OuterRef("pk"), end=Assignment.End.GIVEN_UP
    )
    return (
        Dealer.objects.selling()
        .serving(order.place)
        .exclude(Exists(declined) | Exists(gave_up))
        .only("id", "name", "whole_line", "own_prices")
    )


def _held(order, lines):
    if not order.dealer_id:
        return Held()
    quote = DealerQuote.objects.filter(order=order, dealer_id=order.dealer_id).first()
    charged = {
        Service.DELIVERY: quote and quote.delivery_price,
        Service.INSTALLATION: quote and quote.installation_price,
    }
    return Held(
        products={line.product_id: line.quantity for line in lines},
        services={service: charged[service] or Decimal(0) for service in order.services},
        prices=_prices_so_far(order, lines),
    )


def _prices_so_far(order, lines):
    """The lowest price of each product while the dealer has had the order: those of lines that were
    taken out count too, or putting them in again would make them dearer.
    """
    edits = order.history.filter(
        kind=HistoryKind.LINES, dealer_id=order.dealer_id, created_at__gte=order.accepted_at
    )
    found = {line.product_id: line.price for line in lines}
    for pairs in edits.values_list("data__lines", flat=True):
        for before, _after in pairs:
            if before and before["price"]:
                price = Decimal(before["price"])
                found[before["product"]] = min(price, found.get(before["product"], price))
    return found


def may_add(product, dealer_id):
    """Whether an order of the dealer (None: of nobody yet) may get the product."""
    return product.is_sold and product.owner_id in (None, dealer_id)


@dataclass(frozen=True)
class Base:
    """What an order consisted of when two people began to edit it."""

    lines: list[LineFacts]
    services: list[str]


def base_of(order, entry_id):
    """The contents before the first change after a history entry; None where there was none."""
    first = (
        order.history.filter(kind=HistoryKind.LINES, id__gt=entry_id).order_by("id").first()
        if entry_id is not None
        else None
    )
    if first is None:
        return None
    rows = [before for before, _after in first.data["lines"] if before]
    ids = [row["product"] for row in rows]
    products = Product.objects.in_bulk(ids)
    return Base(
        [LineFacts.from_json(row, _panel_in(products, row["product"])) for row in rows],
        first.data["services"][0],
    )


def _panel_in(products, product_id):
    # A related product may be deleted once no order names it any more.
    return panel_of(products[product_id]) if product_id in products else -product_id


class Shelf:
    """The products that the rows of a form can name: two columns of one query.

    ``products`` by id are those on sale in the families of the named products, related ones of the
    order's dealer (``dealer_id``), and those that the order has already, on sale or not.
    """

    def __init__(self, named_ids, kept_ids, dealer_id=None):
        self.dealer_id = dealer_id
        kept_ids, named_ids = set(kept_ids), {*named_ids, *kept_ids}
        colours = Q(owner__isnull=True, family__products__in=named_ids)
        rows = (
            Product.objects.filter(colours | Q(pk__in=named_ids))
            .select_related("family__category")
            .order_by("position", "id")
        )
        self.products = {
            product.pk: product
            for product in rows
            if product.pk in kept_ids or may_add(product, dealer_id)
        }

    def variants(self, product_id):
        """The colours of a product's panel, itself among them; empty where it is unknown."""
        product = self.products.get(product_id)
        if product is None:
            return []
        panel = panel_of(product)
        return [one for one in self.products.values() if panel_of(one) == panel]
