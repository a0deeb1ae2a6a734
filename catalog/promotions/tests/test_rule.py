"""What a promotion makes of prices, and when it counts."""

import datetime
from decimal import Decimal

import pytest

from catalog.assortment import load_terms, load_terms_by_region
from catalog.pricing import DealerTerms, Promo, StockRow, reduced
from tests.factories import (
    NOW,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    ProductFactory,
    PromotionDealerFactory,
    PromotionFactory,
)


@pytest.mark.parametrize(
    ("price", "percent", "left"),
    [
        ("200", "10", "180"),
        ("99.99", "33.33", "66.66"),
        ("0.05", "10", "0.05"),  # 0.045 rounds up
        ("0.05", "30", "0.04"),  # 0.035 rounds up
        ("0.01", "90", "0.01"),
        ("200", "0", "200"),
    ],
)
def test_a_share_is_taken_off_to_the_kopeck(price, percent, left):
    assert reduced(Decimal(price), Decimal(percent)) == Decimal(left)


def test_the_best_promotion_counts_and_they_do_not_add_up():
    promos = (Promo(1, "Лучшая", Decimal(20)), Promo(2, "Другая", Decimal(10)))
    terms = DealerTerms(7, True, True, {1: StockRow(True, Decimal(150))}, promos={1: promos})
    assert terms.price(1, Decimal(200)) == 120
    assert terms.full_price(1, Decimal(200)) == 150
    assert terms.price(2, Decimal(200)) == 200


def price(dealer, product, place, now=NOW):
    terms = load_terms([dealer], [product.pk], place=place, now=now)[dealer.pk]
    return terms.price(product.pk, product.recommended_price)


def test_only_dealers_that_joined_sell_cheaper(city, dealer, product):
    other = DealerFactory(main_region=city.parent)
    PromotionDealerFactory(dealer=dealer)
    assert price(dealer, product, city) == 180
    assert price(other, product, city) == 200


def test_it_is_taken_off_the_dealers_own_price(city, product):
    dealer = DealerFactory(main_region=city.parent, own_prices=True)
    DealerProductFactory(dealer=dealer, product=product, price=Decimal(150))
    PromotionDealerFactory(dealer=dealer)
    assert price(dealer, product, city) == 135


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # 00:00 in Moscow is 21:00 UTC of the day before.
        (datetime.datetime(2026, 5, 31, 20, 59, 59, tzinfo=datetime.UTC), 200),
        (datetime.datetime(2026, 5, 31, 21, 0, tzinfo=datetime.UTC), 180),
        (datetime.datetime(2026, 6, 30, 20, 59, 59, tzinfo=datetime.UTC), 180),
        (datetime.datetime(2026, 6, 30, 21, 0, tzinfo=datetime.UTC), 200),
    ],
)
def test_its_days_are_those_of_the_products_time_zone(city, dealer, product, now, expected):
    PromotionDealerFactory(dealer=dealer)
    assert price(dealer, product, city, now) == expected


def test_ended_before_its_time_it_counts_no_more(city, dealer, product):
    PromotionDealerFactory(dealer=dealer, promotion__ended_at=NOW)
    assert price(dealer, product, city) == 200
    assert price(dealer, product, city, NOW - datetime.timedelta(seconds=1)) == 180


def test_its_regions_are_those_of_the_order_and_not_of_the_dealer(city, dealer, product):
    elsewhere = CityFactory()
    promotion = PromotionDealerFactory(dealer=dealer).promotion
    promotion.regions.add(elsewhere.parent)
    assert price(dealer, product, city) == 200
    assert price(dealer, product, elsewhere) == 180
    assert price(dealer, product, elsewhere.parent) == 180


def test_products_and_categories_narrow_it(city, dealer, product):
    of_category, outside = ProductFactory(), ProductFactory()
    promotion = PromotionDealerFactory(dealer=dealer).promotion
    promotion.products.add(product)
    promotion.categories.add(of_category.family.category)
    assert price(dealer, product, city) == 180
    assert price(dealer, of_category, city) == 180
    assert price(dealer, outside, city) == 200


def test_a_promotion_in_words_changes_no_price(city, dealer, product):
    PromotionDealerFactory(dealer=dealer, promotion__percent=None)
    assert price(dealer, product, city) == 200


@pytest.mark.parametrize("count", [1, 8])
def test_terms_take_three_queries(city, product, django_assert_num_queries, count):
    dealers = DealerFactory.create_batch(count, main_region=city.parent)
    for _ in range(count):
        promotion = PromotionFactory()
        promotion.categories.add(product.family.category)
        for dealer in dealers:
            PromotionDealerFactory(promotion=promotion, dealer=dealer)
    other = CityFactory()
    with django_assert_num_queries(3):
        terms = load_terms_by_region(
            dealers, [product.pk], {city.region_id, other.region_id}, now=NOW
        )
    assert len(terms[city.region_id][dealers[0].pk].promos[product.pk]) == count
