"""Reads of dealers and outlets for visitors. Dealers that are not active are never shown."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Q
from django.db.models.functions import JSONObject

from catalog.models import DealerService, Product
from catalog.pricing import DealerTerms, StockRow
from catalog.promotions.facts import by_product, facts_of
from catalog.promotions.models import Promotion, day_of
from catalog.selectors import (
    DealerCard,
    FamilyCard,
    PricedProduct,
    RegionPrice,
    by_distance,
    offered_services,
)
from dealers.models import Dealer, Outlet, Place

# Families of a collection on a dealer's page; the collection's own page has them all.
SHOWN_FAMILIES = 6


@dataclass(frozen=True, kw_only=True)
class Seller(DealerCard):
    """A dealer of the list."""

    @property
    def by_rating(self):
        """Authorised dealers, then the higher-rated, then the nearer."""
        return (not self.dealer.is_authorised, -self.dealer.points, self.far, self.dealer.pk)

    @property
    def by_nearness(self):
        """Authorised dealers, then the nearer, then the higher-rated."""
        return (not self.dealer.is_authorised, self.far, -self.dealer.points, self.dealer.pk)


@dataclass(frozen=True)
class Shelf:
    """What a dealer has of a collection; ``more``: families beyond those shown."""

    category: object
    families: tuple[FamilyCard, ...]
    more: int


@dataclass(frozen=True, kw_only=True)
class Profile(DealerCard):
    """A dealer's page. ``offers`` are its services with prices and notes.

    ``related`` are its own products that it has. ``promotions`` are those that it has joined,
    running or coming, as PromotionFacts.
    """

    phones: tuple
    offers: tuple[DealerService, ...]
    shelves: tuple[Shelf, ...]
    related: tuple[Product, ...]
    promotions: tuple

    @property
    def territory(self):
        """Names of the regions and cities served, the main one first."""
        names = [self.dealer.main_region.name, *(one["name"] for one in self.dealer.additional)]
        return list(dict.fromkeys(names))

    def serves(self, place):
        """Whether the place lies in the dealer's territory."""
        served = {self.dealer.main_region_id, *(one["id"] for one in self.dealer.additional)}
        return not served.isdisjoint(place.covering_ids)


def sellers(place, services, point, *, nearest_first=False):
    """Dealers that serve the place (None: anywhere) and offer the services: three queries.

    Distances are from ``point``, degrees.
    """
    dealers = shown_dealers(place, services).select_related("main_region")
    found = [
        Seller(
            dealer=dealer,
            outlets=by_distance(dealer.outlets.all(), point),
            services=offered_services({one.service: one.price for one in dealer.services.all()}),
        )
        for dealer in dealers.prefetch_related(outlets_of_dealers(), "services")
    ]
    return sorted(found, key=lambda one: one.by_nearness if nearest_first else one.by_rating)


def shown_dealers(place, services):
    """Dealers that visitors may see, of a place (None: anywhere), with all these services."""
    dealers = Dealer.objects.filter(is_active=True)
    if place is not None:
        dealers = dealers.serving(place)
    for service in services:
        offered = DealerService.objects.filter(dealer=OuterRef("pk"), service=service)
        dealers = dealers.filter(Exists(offered))
    return dealers


def outlets_for_map(place, services):
    """Outlets of those dealers with city and dealer: one query."""
    return (
        Outlet.objects.filter(dealer__in=shown_dealers(place, services))
        .select_related("dealer", "city__parent")
        .order_by("id")
    )


def dealer_profile(slug, point, *, place, now):
    """The Profile of an active dealer, or None: six queries. Prices are those of the place."""
    additional = Place.objects.filter(additional_dealers=OuterRef("pk")).order_by("name")
    dealer = (
        Dealer.objects.filter(is_active=True, slug=slug)
        .select_related("main_region")
        .annotate(
            additional=ArraySubquery(additional.values(json=JSONObject(id="pk", name="name")))
        )
        .prefetch_related("phones", outlets_of_dealers(), "services")
        .first()
    )
    if dealer is None:
        return None
    offers = {offer.service: offer for offer in dealer.services.all()}
    services = offered_services({service: offer.price for service, offer in offers.items()})
    products = _products(dealer)
    common = [product.pk for product in products if product.owner_id is None]
    promotions = [
        fact
        for fact in facts_of(Promotion.objects.not_over(now=now), [dealer.pk], common)
        if fact.holds_in(place.region_id)
    ]
    today = day_of(now)
    running = [fact for fact in promotions if fact.starts_on <= today]
    shelves, related = _goods(dealer, products, running)
    return Profile(
        dealer=dealer,
        outlets=by_distance(dealer.outlets.all(), point),
        services=services,
        phones=tuple(dealer.phones.all()),
        offers=tuple(offers[service] for service, _price in services),
        shelves=shelves,
        related=related,
        promotions=tuple(sorted(promotions, key=lambda fact: (fact.starts_on, fact.ends_on))),
    )


def _products(dealer):
    """What the dealer may sell with its word on each: one query."""
    word = FilteredRelation("dealer_products", condition=Q(dealer_products__dealer=dealer))
    return list(
        Product.objects.sold_by(dealer)
        .select_related("family__category")
        .annotate(word=word, word_in_stock=F("word__in_stock"), word_price=F("word__price"))
        .order_by(
            "family__category__position",
            "family__category_id",
            "family__position",
            "family_id",
            "position",
            "id",
        )
    )


def _goods(dealer, products, running):
    """Of the products those in stock: Shelves at the dealer's prices, its related products."""
    best_first = sorted(running, key=lambda fact: (-fact.promo.percent, fact.promo.promotion_id))
    terms = DealerTerms(
        dealer_id=dealer.pk,
        whole_line=dealer.whole_line,
        own_prices=dealer.own_prices,
        stock={
            product.pk: StockRow(product.word_in_stock, product.word_price)
            for product in products
            if product.word_in_stock is not None
        },
        promos=by_product(best_first),
    )
    present = [product for product in products if terms.has(product.pk)]
    in_stock = (
        PricedProduct(
            product,
            RegionPrice(
                terms.price(product.pk, product.recommended_price),
                dealers=1,
                promo=terms.promos.get(product.pk, (None,))[0],
            ),
        )
        for product in present
        if product.owner_id is None
    )
    related = sorted(
        (product for product in present if product.owner_id is not None),
        key=lambda product: (product.name.lower(), product.pk),
    )
    return tuple(_shelves(in_stock)), tuple(related)


def _shelves(in_stock):
    """Shelves of priced products that come in the order of the shop."""
    by_family = groupby(in_stock, key=lambda priced: priced.product.family)
    cards = [FamilyCard(family, tuple(variants)) for family, variants in by_family]
    for category, group in groupby(cards, key=lambda card: card.family.category):
        families = tuple(group)
        yield Shelf(category, families[:SHOWN_FAMILIES], len(families[SHOWN_FAMILIES:]))


def outlets_of_dealers():
    """What to prefetch for the addresses of dealers."""
    outlets = Outlet.objects.select_related("city__parent").order_by("id")
    return Prefetch("outlets", queryset=outlets)
