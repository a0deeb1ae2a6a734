import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.models import DealerProduct
from dealers.models import SystemSettings
from notifications.models import Delivery, Message
from orders.models import Cart, CartLine, Consent, Customer, DealerQuote, HistoryKind, Order
from orders.services.placing import CartChanged, CartEmpty, FormKeyReused, FormOutdated, place_order
from tests.factories import (
    NOW,
    CartFactory,
    CartLineFactory,
    CustomerFactory,
    DealerFactory,
    DealerServiceFactory,
    ProductFactory,
)


def test_the_order_keeps_what_was_asked_and_promised(dealer, cart, place, city, own_price):
    product = cart.lines.get().product
    own_price(dealer, product, 250)
    DealerFactory(main_region=city.parent)
    order = place(cart)
    line = order.lines.get()
    assert (order.status, order.cycle, order.region) == ("new", 1, city.parent)
    assert (order.price_min, order.price_max, order.total) == (600, 750, 750)
    assert (line.product, line.quantity, line.price, line.total) == (product, 3, 250, 750)
    assert (line.name, line.colour) == (product.name, "Дуб светлый")
    assert dict(DealerQuote.objects.values_list("dealer", "total")) == {
        dealer.pk: 750,
        dealer.pk + 1: 600,
    }
    assert order.history.get().kind == HistoryKind.PLACED
    assert not cart.lines.exists()


def test_consents_are_kept_with_version_time_and_address(dealer, cart, place, details):
    order = place(cart, details=replace(details, calls_consent=True))
    assert set(order.consents.values_list("kind", "given_at", "address")) == {
        (kind, NOW, "127.0.0.1") for kind in Consent.Kind.values
    }


def test_robot_calls_need_their_own_consent(dealer, cart, place):
    assert set(place(cart).consents.values_list("kind", flat=True)) == {"processing", "dealer"}


def test_term_is_counted_in_days_from_settings(dealer, cart, place):
    SystemSettings.objects.create(pk=1, term_days=5)
    order = place(cart)
    assert (order.due_on - timezone.localdate(NOW)).days == 5


def test_the_same_phone_is_the_same_customer_and_keeps_its_name(dealer, cart, place):
    customer = CustomerFactory(name="Анна", phone="+79001234567")
    order = place(cart)
    assert order.customer == customer
    assert Customer.objects.get().name == "Анна"
    assert order.customer_name == "Роман"


def test_the_customer_is_told_with_a_personal_link(dealer, cart, place):
    order = place(cart)
    message = Message.objects.get(event="order_placed")
    assert message.deliveries.get().address == "roman@example.com"
    assert message.context["link"].startswith("/o/")
    assert "9001234567" not in str(message.context)
    assert str(order.pk) == str(message.context["order"])


def test_nothing_is_mailed_to_a_customer_without_an_address(dealer, cart, place, details):
    place(cart, details=replace(details, email=""))
    assert not Delivery.objects.exists()


def test_services_asked_for_are_in_the_sum(dealer, cart, place, details):
    DealerServiceFactory(dealer=dealer, price=Decimal(500))
    order = place(cart, details=replace(details, wants_delivery=True))
    assert (order.goods_total, order.services_total, order.total) == (600, 500, 1100)
    assert order.quotes.get().delivery_price == 500


def test_an_order_nobody_can_fulfil_is_taken_at_recommended_prices(cart, place):
    order = place(cart)
    assert (order.price_min, order.price_max, order.total) == (600, 600, 600)
    assert not order.quotes.exists()


def test_the_same_form_gives_the_same_order(dealer, cart, place):
    form_key = cart.form_key
    order = place(cart, form_key=form_key)
    assert place(cart, form_key=form_key) == order
    assert Order.objects.count() == 1
    assert Cart.objects.get().form_key != form_key


def test_the_form_of_a_placed_order_does_not_order_another_cart(dealer, cart, place):
    form_key = cart.form_key
    place(cart, form_key=form_key)
    CartLineFactory(cart=cart)
    with pytest.raises(FormKeyReused):
        place(cart, form_key=form_key)
    assert Order.objects.count() == 1


def test_an_empty_or_unknown_cart_orders_nothing(dealer, empty_cart, place, details):
    with pytest.raises(CartEmpty):
        place(empty_cart)
    with pytest.raises(CartEmpty):
        place_order(
            cart_token="nobody's",
            form_key=uuid.uuid4(),
            details=details,
            receipt="",
            network_address=None,
            now=NOW,
        )


def test_a_price_that_rose_must_be_confirmed(dealer, cart, place, promised, own_price):
    receipt = promised(cart).receipt
    own_price(dealer, cart.lines.get().product, 210)
    with pytest.raises(CartChanged) as refusal:
        place(cart, receipt=receipt)
    assert not Order.objects.exists()
    assert len(refusal.value.changes) == 1
    assert place(cart, receipt=refusal.value.promise.receipt).total == 630


def test_a_product_sold_out_is_named(dealer, cart, place, promised):
    receipt = promised(cart).receipt
    product = cart.lines.get().product
    DealerProduct.objects.create(dealer=dealer, product=product, in_stock=False)
    with pytest.raises(CartChanged) as refusal:
        place(cart, receipt=receipt)
    assert product.name in refusal.value.changes[0]


def test_a_product_taken_off_sale_cannot_be_confirmed(dealer, cart, place, promised):
    receipt = promised(cart).receipt
    product = cart.lines.get().product
    product.is_active = False
    product.save(update_fields=["is_active"])
    with pytest.raises(CartChanged) as refusal:
        place(cart, receipt=receipt)
    with pytest.raises(CartChanged):
        place(cart, receipt=refusal.value.promise.receipt)


def test_a_form_of_another_cart_orders_nothing(dealer, cart, place):
    with pytest.raises(FormOutdated):
        place(cart, form_key=uuid.uuid4())


def test_a_made_up_receipt_confirms_nothing(dealer, cart, place):
    with pytest.raises(CartChanged):
        place(cart, receipt="made up")


def test_the_chosen_dealer_is_kept_and_the_cart_forgets_it(dealer, cart, place):
    Cart.objects.update(chosen_dealer=dealer)
    cart.refresh_from_db()
    assert place(cart).chosen_dealer == dealer
    assert Cart.objects.get().chosen_dealer is None


@pytest.mark.parametrize(("lines", "dealers"), [(3, 5), (30, 5), (3, 120), (30, 120)])
def test_placing_takes_twenty_queries_at_most(
    lines, dealers, city, place, django_assert_max_num_queries, promised
):
    cart = CartFactory()
    for product in ProductFactory.create_batch(lines):
        CartLineFactory(cart=cart, product=product)
    DealerFactory.create_batch(dealers, main_region=city.parent)
    receipt = promised(cart).receipt
    with django_assert_max_num_queries(20) as queries:
        place(cart, receipt=receipt)
    assert DealerQuote.objects.count() == dealers
    assert len(queries) == 20
    assert not CartLine.objects.exists()
