"""An order with a dealer's related product, from the cart to the print."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.models import DealerProduct, Product
from catalog.visitor import PLACE_COOKIE
from distribution.models import Decision
from distribution.services import start_plans
from orders.models import Cart, Offer, Order
from orders.promise import items_of, promise_for
from orders.services.accepting import accept_offer
from orders.services.placing import OrderDetails, place_order
from tests.factories import (
    NOW,
    CartFactory,
    CartLineFactory,
    CityFactory,
    DealerFactory,
    ManagerFactory,
    ProductFactory,
    RelatedProductFactory,
    UserFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory()


@pytest.fixture
def owner(city):
    return DealerFactory(main_region=city.parent, name="Хозяин клея")


@pytest.fixture
def rival(city):
    return DealerFactory(main_region=city.parent, name="Сосед", own_prices=True)


@pytest.fixture
def glue(owner):
    return RelatedProductFactory(owner=owner, name="Клей монтажный")


def placed(city, *products):
    cart = CartFactory()
    lines = [CartLineFactory(cart=cart, product=product) for product in products]
    promise = promise_for(place=city, items=items_of(lines), services=(), now=NOW)
    return place_order(
        cart_token=cart.token,
        form_key=cart.form_key,
        details=OrderDetails(customer_name="Роман", phone="+79001234567", place=city),
        receipt=promise.receipt,
        network_address="127.0.0.1",
        now=NOW,
    )


def test_the_promise_counts_on_the_owner_only(city, owner, rival, glue):
    panel = ProductFactory()
    DealerProduct.objects.create(dealer=rival, product=panel, price=Decimal(100))
    lines = [CartLineFactory(product=one) for one in (panel, glue)]
    promise = promise_for(place=city, items=items_of(lines), services=(), now=NOW)
    assert [quote.dealer_id for quote in promise.quotes] == [owner.pk]
    assert promise.low == promise.high == 2 * 200 + 2 * 390


def test_from_the_shop_to_the_print(city, owner, rival, glue, client):
    seller = UserFactory(dealer=owner)
    client.cookies[PLACE_COOKIE] = str(city.pk)
    client.post(reverse("cart_add"), {"product": glue.pk, "dealer": owner.pk, "quantity": 3})
    assert Cart.objects.get().chosen_dealer == owner
    cart = text_of(client.get(reverse("cart")))
    assert "Клей монтажный" in cart
    assert "1 170 ₽" in cart

    order = placed(city, glue, ProductFactory())
    start_plans(now=NOW)
    assert [offer.dealer for offer in Offer.objects.filter(order=order)] == [owner]
    reasons = dict(Decision.objects.values_list("dealer", "code"))
    assert reasons[rival.pk] == "not_in_stock"

    accept_offer(order_id=order.pk, by=seller, now=NOW)
    order.refresh_from_db()
    assert order.total == 2 * 390 + 2 * 200
    for user in (seller, ManagerFactory()):
        client.force_login(user)
        card = text_of(client.get(reverse("order_card", args=[order.pk])))
        assert "Клей монтажный" in card
        assert "Сопутствующие товары" in card
        assert "Клей монтажный" in text_of(client.get(reverse("order_print", args=[order.pk])))


def test_two_owners_have_the_cart_only_between_them(city, owner, rival, glue):
    lines = [CartLineFactory(product=one) for one in (glue, RelatedProductFactory(owner=rival))]
    promise = promise_for(place=city, items=items_of(lines), services=(), now=NOW)
    assert promise.is_recommended
    assert promise.unavailable == ()


def test_a_placed_order_is_worked_on_though_its_product_was_hidden(city, owner, glue):
    seller = UserFactory(dealer=owner)
    order = placed(city, glue)
    Product.objects.filter(pk=glue.pk).update(hidden_at=NOW, hidden_reason="x", is_active=False)
    start_plans(now=NOW)
    accept_offer(order_id=order.pk, by=seller, now=NOW)
    assert Order.objects.get(pk=order.pk).dealer == owner


def test_one_in_a_cart_that_is_hidden_is_told_as_gone(client, city, owner, glue):
    client.cookies[PLACE_COOKIE] = str(city.pk)
    client.post(reverse("cart_add"), {"product": glue.pk, "dealer": owner.pk})
    Product.objects.filter(pk=glue.pk).update(hidden_at=NOW, hidden_reason="x")
    view = client.get(reverse("cart")).context["view"]
    assert [one.line.product for one in view.gone] == [glue]
