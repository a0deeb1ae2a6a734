"""Reads of the shop's pages: prices of a region, dealers that have a product."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import CharField, Count, Min, Prefetch, Q
from django.db.models.functions import Cast, JSONObject

from catalog.assortment import load_terms, with_promos
from catalog.models import Category, DealerProduct, Product, Service
from catalog.pricing import DealerTerms, Promo, StockRow
from catalog.promotions.facts import running_facts
from dealers.models import Dealer, Outlet
from suz.common.geo import distance_km


@dataclass(frozen=True)
class RegionPrice:
    """What a product costs in a place: the lowest price in rubles and how many dealers have it.

    Without a dealer the price is the recommended one. ``promo`` is the best promotion of the
    dealers that have it, or None.
    """

    low: Decimal
    dealers: int
    promo: Promo | None = None


@dataclass(frozen=True)
class PricedProduct:
    product: Product
    price: RegionPrice


@dataclass(frozen=True)
class FamilyCard:
    """Colour variants of one panel on a page of the catalogue; the cheapest price of them all."""

    family: object
    variants: tuple[PricedProduct, ...]

    @property
    def front(self):
        """The variant whose picture stands for the family: the first one that a dealer has."""
        return next((one for one in self.variants if one.price.dealers), self.variants[0])

    @property
    def low(self):
        prices = [one.price.low for one in self.variants if one.price.dealers]
        return min(prices or [one.price.low for one in self.variants])

    @property
    def promo(self):
        """The best promotion of the variants, or None."""
        return best_promo(one.price.promo for one in self.variants)

    @property
    def has_range(self):
        return len({one.price.low for one in self.variants}) > 1

    @property
    def is_sold_here(self):
        return any(one.price.dealers for one in self.variants)

    @property
    def dealers(self):
        return max(one.price.dealers for one in self.variants)


@dataclass(frozen=True)
class NearOutlet:
    """An outlet and how many kilometres it is from the visitor."""

    outlet: Outlet
    distance: float


@dataclass(frozen=True, kw_only=True)
class DealerCard:
    """What a visitor sees of a dealer.

    ``outlets`` are nearest first; ``distance`` is kilometres to the first. ``services`` are
    (service, rubles an order).
    """

    dealer: Dealer
    outlets: tuple[NearOutlet, ...]
    services: tuple[tuple[Service, Decimal], ...]

    @property
    def nearest(self):
        """The outlet closest to the visitor, or None without any."""
        return self.outlets[0].outlet if self.outlets else None

    @property
    def distance(self):
        return self.outlets[0].distance if self.outlets else None

    @property
    def can_order(self):
        """Whether an order from the site may be meant for this dealer."""
        return self.dealer.is_authorised and self.dealer.takes_site_orders

    @property
    def points(self):
        """Points as customers see them; a balance below zero is none."""
        return max(0, self.dealer.points)

    @property
    def far(self):
        """The distance to sort by: a dealer without outlets is the farthest."""
        return float("inf") if self.distance is None else self.distance


@dataclass(frozen=True, kw_only=True)
class DealerOffer(DealerCard):
    """A dealer of the region that has a product.

    ``full_price`` is the price without promotions; ``promos`` are those of the product, best first.
    """

    price: Decimal
    full_price: Decimal
    promos: tuple[Promo, ...] = ()

    @property
    def rank(self):
        """Authorised and higher-rated first, then the nearer and the cheaper."""
        return (
            not self.dealer.is_authorised,
            -self.dealer.points,
            self.far,
            self.price,
            self.dealer.pk,
        )


@dataclass(frozen=True, kw_only=True)
class RelatedOffer(DealerOffer):
    """A related product with its dealer."""

    product: Product
    is_in_stock: bool

    def serves(self, place):
        """Whether the place lies in the dealer's territory."""
        served = {
            self.dealer.main_region_id,
            *(one.pk for one in self.dealer.additional_places.all()),
        }
        return not served.isdisjoint(place.covering_ids)


def categories():
    """Categories on sale, in the order of the site."""
    return Category.objects.on_sale()


def best_promo(promos):
    """The one with the largest discount among promotions and Nones, or None."""
    return max((one for one in promos if one), key=_promo_rank, default=None)


def _promo_rank(promo):
    return promo.percent, -promo.promotion_id


def region_prices(place, products, *, now):
    """RegionPrice by product id for products in a place: three queries, however many rows.

    The rule of catalog.pricing, counted by the database: a page of a category shows a price for
    each product, not each dealer's. Of the dealers with promotions here, which are few, the rows
    come along, and the rule itself prices them.
    """
    dealers = Dealer.objects.selling().serving(place)
    ids = [product.pk for product in products]
    facts = [
        fact
        for fact in running_facts(dealers.values("pk"), ids, now=now)
        if fact.holds_in(place.region_id)
    ]
    joined = {dealer_id: one for fact in facts for dealer_id, one in fact.joined.items()}
    is_joined = Q(dealer__in=list(joined))
    others = dealers.exclude(pk__in=list(joined)).filter(whole_line=True).count()
    own = Q(dealer__own_prices=True, price__isnull=False)
    rows = {
        row["product"]: row
        for row in DealerProduct.objects.filter(dealer__in=dealers, product__in=ids)
        .values("product")
        .annotate(
            of_whole_line=Count("pk", filter=Q(dealer__whole_line=True) & ~is_joined),
            in_stock_own=Count("pk", filter=Q(in_stock=True) & own & ~is_joined),
            in_stock_recommended=Count("pk", filter=Q(in_stock=True) & ~own & ~is_joined),
            own_low=Min("price", filter=Q(in_stock=True) & own & ~is_joined),
            joined_rows=JSONBAgg(
                JSONObject(
                    dealer="dealer_id",
                    in_stock="in_stock",
                    # As text: a JSON number would come back as a float.
                    price=Cast("price", CharField()),
                ),
                filter=is_joined,
                default=[],
            ),
        )
        .order_by()
    }
    terms = _joined_terms(joined, rows, facts, place)
    return {
        product.pk: _region_price(product, rows.get(product.pk), others, terms)
        for product in products
    }


def _joined_terms(joined, rows, facts, place):
    """Terms of the dealers with promotions, from the rows that came along."""
    stock = {dealer_id: {} for dealer_id in joined}
    for product_id, row in rows.items():
        for one in row["joined_rows"]:
            price = None if one["price"] is None else Decimal(one["price"])
            stock[one["dealer"]][product_id] = StockRow(one["in_stock"], price)
    plain = {
        dealer_id: DealerTerms(dealer_id, one.whole_line, one.own_prices, stock[dealer_id])
        for dealer_id, one in joined.items()
    }
    return list(with_promos(plain, facts, place.region_id).values())


def _region_price(product, row, whole_line, joined):
    """``whole_line``: how many dealers without promotions have it; ``joined``: the others."""
    recommended = product.recommended_price
    having = [terms for terms in joined if terms.has(product.pk)]
    prices = [terms.price(product.pk, recommended) for terms in having]
    promo = best_promo(terms.promos.get(product.pk, (None,))[0] for terms in having)
    at_recommended, at_own = whole_line, 0
    if row is not None:
        at_recommended += row["in_stock_recommended"] - row["of_whole_line"]
        at_own = row["in_stock_own"]
        if row["own_low"] is not None:
            prices.append(row["own_low"])
    if at_recommended:
        prices.append(recommended)
    return RegionPrice(
        min(prices, default=recommended), len(having) + at_recommended + at_own, promo
    )


def family_cards(category, place, *, now):
    """The families of a category with their variants' prices in a place: four queries."""
    return cards_of(Product.objects.filter(family__category=category), place, now=now)


def cards_of(products, place, *, now):
    """The families of those of the products that are on sale: four queries."""
    products = list(
        products.on_sale()
        .select_related("family")
        .order_by("family__position", "family_id", "position", "id")
    )
    prices = region_prices(place, products, now=now)
    return [
        FamilyCard(family, tuple(PricedProduct(product, prices[product.pk]) for product in group))
        for family, group in groupby(products, key=lambda product: product.family)
    ]


def variants_of(product_id):
    """The products on sale of the family that a product on sale belongs to; one query."""
    return list(
        Product.objects.on_sale()
        .filter(family__products=product_id)
        .select_related("family__category")
        .order_by("position", "id")
    )


def dealers_with_terms(place, products, *, now):
    """Active dealers that serve the place, and their terms for the products: five queries."""
    outlets = Outlet.objects.select_related("city").order_by("id")
    dealers = list(
        Dealer.objects.filter(is_active=True)
        .serving(place)
        .prefetch_related(Prefetch("outlets", queryset=outlets))
    )
    return dealers, load_terms(dealers, [product.pk for product in products], place=place, now=now)


def price_among(product, dealers, terms):
    """RegionPrice of a product among loaded dealers."""
    having = [
        terms[dealer.pk]
        for dealer in dealers
        if dealer.is_authorised and dealer.takes_site_orders and terms[dealer.pk].has(product.pk)
    ]
    prices = [one.price(product.pk, product.recommended_price) for one in having]
    promo = best_promo(one.promos.get(product.pk, (None,))[0] for one in having)
    return RegionPrice(min(prices, default=product.recommended_price), len(prices), promo)


def dealer_offers(product, dealers, terms, point):
    """Offers of the dealers that have the product, best first; ``point`` is the visitor's."""
    offers = (
        _offer(product, dealer, terms[dealer.pk], point)
        for dealer in dealers
        if terms[dealer.pk].has(product.pk)
    )
    return sorted(offers, key=lambda offer: offer.rank)


def _offer(product, dealer, terms, point):
    return DealerOffer(
        dealer=dealer,
        price=terms.price(product.pk, product.recommended_price),
        full_price=terms.full_price(product.pk, product.recommended_price),
        promos=terms.promos.get(product.pk, ()),
        outlets=by_distance(dealer.outlets.all(), point),
        services=offered_services(terms.services),
    )


def related_offer(product_id, point):
    """The RelatedOffer of a related product that is sold, or None: five queries."""
    outlets = Outlet.objects.select_related("city").order_by("id")
    product = (
        Product.objects.related()
        .filter(pk=product_id)
        .select_related("owner")
        .prefetch_related(
            Prefetch("owner__outlets", queryset=outlets),
            "owner__services",
            "owner__additional_places",
        )
        .first()
    )
    if product is None:
        return None
    dealer = product.owner
    word = DealerProduct.objects.filter(dealer=dealer, product=product, in_stock=True)
    return RelatedOffer(
        dealer=dealer,
        product=product,
        price=product.recommended_price,
        full_price=product.recommended_price,
        is_in_stock=word.exists(),
        outlets=by_distance(dealer.outlets.all(), point),
        services=offered_services({one.service: one.price for one in dealer.services.all()}),
    )


def by_distance(outlets, point):
    """NearOutlets of the outlets, nearest to the point first."""
    measured = [
        NearOutlet(outlet, distance_km(*point, outlet.latitude, outlet.longitude))
        for outlet in outlets
    ]
    return tuple(sorted(measured, key=lambda one: (one.distance, one.outlet.pk)))


def offered_services(prices):
    """(service, rubles an order) of prices by service, in the order of Service."""
    return tuple((service, prices[service]) for service in Service if service in prices)
