from decimal import Decimal

import pytest

from catalog.models import DealerProduct
from catalog.pricing import DealerTerms, Item, StockRow, forced_quote, quote
from orders.eligibility import DealerFacts, Ineligible, check, judge
from orders.promise import items_of, promise_for, read_receipt
from tests.factories import (
    NOW,
    CartLineFactory,
    DealerFactory,
    DealerProductFactory,
    DealerServiceFactory,
    ProductFactory,
    PromotionDealerFactory,
)

ITEMS = (Item(1, 2, Decimal(100)), Item(2, 1, Decimal(50)))


def terms(**changes):
    return DealerTerms(**({"dealer_id": 7, "whole_line": True, "own_prices": False} | changes))


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({}, 250),
        # An own price counts only for a dealer with own prices.
        ({"stock": {1: StockRow(True, Decimal(90))}}, 250),
        ({"own_prices": True, "stock": {1: StockRow(True, Decimal(90))}}, 230),
        ({"own_prices": True, "stock": {1: StockRow(True)}}, 250),
        # A row without stock takes the product out of the whole line.
        ({"stock": {2: StockRow(False)}}, None),
        ({"whole_line": False}, None),
        ({"whole_line": False, "stock": {1: StockRow(True), 2: StockRow(True)}}, 250),
    ],
)
def test_quote_follows_the_dealers_policy(changes, total):
    offer = quote(terms(**changes), ITEMS, ())
    assert (offer and offer.total) == total


def test_services_are_part_of_the_quote():
    with_delivery = terms(services={"delivery": Decimal(300)})
    assert quote(with_delivery, ITEMS, ("delivery",)).total == 550
    assert quote(with_delivery, ITEMS, ("installation",)) is None


def test_forced_quote_prices_what_the_dealer_lacks_as_recommended():
    offer = forced_quote(terms(whole_line=False), ITEMS, ("installation",))
    assert (offer.total, offer.services) == (250, {})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"is_active": False}, Ineligible.INACTIVE),
        ({"takes_site_orders": False}, Ineligible.NO_SITE_ORDERS),
        ({"is_authorised": False}, Ineligible.NOT_AUTHORISED),
        ({"serves": False}, Ineligible.OTHER_TERRITORY),
        ({"declined": True}, Ineligible.DECLINED),
        ({"given_up": True}, Ineligible.GIVEN_UP),
        ({"terms": terms(whole_line=False)}, Ineligible.NOT_IN_STOCK),
    ],
)
def test_every_reason_of_ineligibility(changes, reason):
    facts = {
        "dealer_id": 7,
        "is_active": True,
        "takes_site_orders": True,
        "is_authorised": True,
        "serves": True,
        "terms": terms(),
    }
    assert check(DealerFacts(**(facts | changes)), ITEMS, ()) == reason


def test_a_service_not_offered_makes_ineligible():
    facts = DealerFacts(7, True, True, True, True, terms())
    verdict = judge(facts, ITEMS, ("delivery",))
    assert (verdict.reason, verdict.facts) == (Ineligible.NO_SERVICE, {"services": ["delivery"]})


@pytest.mark.parametrize(
    ("recorded", "price_max", "reason"),
    [
        (None, 250, None),
        (None, 249, Ineligible.ABOVE_PROMISE),
        (Decimal(250), 249, None),
    ],
)
def test_late_dealers_may_not_exceed_the_promise(recorded, price_max, reason):
    facts = DealerFacts(7, True, True, True, True, terms())
    assert check(facts, ITEMS, (), Decimal(price_max), recorded) == reason


def test_promise_is_a_range_over_the_dealers_of_the_place(city, cart, own_price, promised):
    product = cart.lines.get().product
    own_price(DealerFactory(main_region=city.parent), product, 180)
    own_price(DealerFactory(main_region=city.parent), product, 230)
    # None of these may have the order.
    own_price(DealerFactory(), product, 1)
    own_price(DealerFactory(main_region=city.parent, is_authorised=False), product, 1)
    own_price(DealerFactory(main_region=city.parent, takes_site_orders=False), product, 1)
    own_price(DealerFactory(main_region=city.parent, is_active=False), product, 1)
    promise = promised(cart)
    assert (promise.low, promise.high, promise.dealers) == (540, 690, 2)
    assert promise.line_range(0) == (180, 230)


def test_additional_city_counts_as_territory(city, cart, promised):
    DealerFactory().additional_places.add(city)
    assert promised(cart).dealers == 1


def test_without_a_dealer_that_has_everything_the_recommended_prices_hold(city, cart, promised):
    dealer = DealerFactory(main_region=city.parent, whole_line=False)
    other = CartLineFactory(cart=cart, product=ProductFactory(recommended_price=10), quantity=1)
    DealerProductFactory(dealer=dealer, product=other.product)
    promise = promised(cart)
    assert promise.is_recommended
    assert (promise.low, promise.high) == (610, 610)
    assert promise.unavailable == (cart.lines.first().product_id,)


def test_service_range_shows_what_delivery_costs(city, cart, promised):
    for price in (0, 700):
        DealerServiceFactory(dealer=DealerFactory(main_region=city.parent), price=price)
    assert promised(cart, ["delivery"]).service_range("delivery") == (0, 700)


@pytest.mark.parametrize(("dealers", "lines"), [(1, 1), (30, 3)])
def test_promise_takes_four_queries(city, cart, dealers, lines, django_assert_num_queries):
    for _number in range(lines - 1):
        CartLineFactory(cart=cart)
    DealerFactory.create_batch(dealers, main_region=city.parent)
    items = items_of(cart.lines.select_related("product"))
    with django_assert_num_queries(4):
        assert promise_for(place=city, items=items, services=(), now=NOW).dealers == dealers


def test_receipt_reads_back_and_cannot_be_made_up(dealer, cart, promised):
    promise = promised(cart)
    seen = read_receipt(promise.receipt)
    assert (seen.digest, seen.low, seen.high) == (promise.digest, promise.low, promise.high)
    assert read_receipt(promise.receipt[:-1] + "x") is None
    assert read_receipt("") is None


def test_digest_changes_with_what_was_shown(dealer, cart, promised, own_price):
    before = promised(cart).digest
    assert promised(cart).digest == before
    own_price(dealer, cart.lines.get().product, 199)
    assert promised(cart).digest != before
    DealerProduct.objects.update(in_stock=False)
    assert promised(cart).is_recommended


def test_the_promise_is_made_of_promotion_prices(city, dealer, cart, promised):
    DealerFactory(main_region=city.parent)
    PromotionDealerFactory(dealer=dealer)
    promise = promised(cart)
    assert (promise.low, promise.high) == (540, 600)
