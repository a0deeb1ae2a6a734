"""The prices of a page are those of the rule in catalog.pricing."""

import random
from datetime import date
from decimal import Decimal

import pytest

from catalog.assortment import load_terms
from catalog.models import DealerProduct
from catalog.selectors import RegionPrice, price_among, region_prices
from dealers.models import Dealer
from tests.factories import (
    NOW,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    ProductFactory,
    PromotionDealerFactory,
    PromotionFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(30))
def test_counted_prices_are_those_of_the_pure_rule(city, seed):
    chance = random.Random(seed)
    products = [ProductFactory(recommended_price=Decimal(chance.randint(100, 300))) for _ in "123"]
    for _ in range(chance.randint(0, 7)):
        dealer = DealerFactory(
            main_region=city.parent,
            whole_line=chance.random() < 0.5,
            own_prices=chance.random() < 0.5,
            is_authorised=chance.random() < 0.8,
            takes_site_orders=chance.random() < 0.8,
            is_active=chance.random() < 0.9,
        )
        for product in products:
            if chance.random() < 0.6:
                price = Decimal(chance.randint(50, 400)) if chance.random() < 0.6 else None
                DealerProductFactory(
                    dealer=dealer, product=product, in_stock=chance.random() < 0.7, price=price
                )
    for _ in range(chance.choice((0, 1, 3))):
        promotion = PromotionFactory(
            percent=chance.choice((None, Decimal(5), Decimal("33.33"), Decimal(90))),
            starts_on=chance.choice((date(2026, 6, 1), date(2026, 6, 15), date(2026, 6, 16))),
            ends_on=chance.choice((date(2026, 6, 16), date(2026, 6, 30))),
            ended_at=chance.choice((None, None, NOW)),
        )
        promotion.regions.set(chance.choice(([], [], [city.parent], [RegionFactory()])))
        promotion.products.set(chance.sample(products, chance.choice((0, 1, 2))))
        if chance.random() < 0.3:
            promotion.categories.add(products[0].family.category)
        for dealer in Dealer.objects.all():
            if chance.random() < 0.6:
                PromotionDealerFactory(promotion=promotion, dealer=dealer)
    dealers = list(Dealer.objects.filter(is_active=True).serving(city))
    terms = load_terms(dealers, [product.pk for product in products], place=city, now=NOW)
    expected = {product.pk: price_among(product, dealers, terms) for product in products}
    assert region_prices(city, products, now=NOW) == expected


def test_dealers_of_other_regions_do_not_count(city):
    product = ProductFactory()
    stranger = DealerFactory(own_prices=True)
    DealerProductFactory(dealer=stranger, product=product, price=Decimal(1))
    assert region_prices(city, [product], now=NOW)[product.pk] == RegionPrice(
        product.recommended_price, 0
    )


def test_a_dealer_of_the_city_alone_counts_there_only(city):
    product = ProductFactory()
    DealerFactory().additional_places.add(city)
    neighbour = CityFactory(parent=city.parent)
    assert region_prices(city, [product], now=NOW)[product.pk].dealers == 1
    assert region_prices(neighbour, [product], now=NOW)[product.pk].dealers == 0


def test_a_dealer_serving_by_region_and_city_counts_once(city):
    product = ProductFactory()
    DealerFactory(main_region=city.parent).additional_places.add(city, city.parent)
    assert region_prices(city, [product], now=NOW)[product.pk].dealers == 1


@pytest.mark.parametrize(("products", "dealers"), [(1, 1), (30, 120)])
def test_prices_take_three_queries(stock, city, django_assert_num_queries, products, dealers):
    made = stock(products=products, dealers=dealers)
    with django_assert_num_queries(3):
        prices = region_prices(city, made, now=NOW)
    assert {price.dealers for price in prices.values()} == {dealers}
    assert DealerProduct.objects.count() == products * dealers
