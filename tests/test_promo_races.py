"""Many customers with one promo code at once: as many discounts as there are uses."""

from threading import Barrier

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from orders.models import CartLine, Order, PromoCode
from orders.promise import items_of, promise_for
from orders.services.placing import CartChanged, OrderDetails, place_order
from tests.factories import (
    NOW,
    CartFactory,
    CartLineFactory,
    CityFactory,
    DealerFactory,
    ProductFactory,
    PromoCodeFactory,
)
from tests.test_order_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
CUSTOMERS, LEFT = 50, 10


@pytest.fixture
def code(db):
    return PromoCodeFactory(max_uses=LEFT)


@pytest.fixture
def placings(code):
    """What each of the customers sends: the same product, the code applied."""
    city = CityFactory()
    DealerFactory(main_region=city.parent)
    product = ProductFactory()
    found = []
    for number in range(CUSTOMERS):
        line = CartLineFactory(cart=CartFactory(promo_code=code), product=product)
        promise = promise_for(
            place=city, items=items_of([line]), services=(), now=NOW, cut=code.cut
        )
        found.append(
            {
                "cart_token": line.cart.token,
                "form_key": line.cart.form_key,
                "details": OrderDetails(
                    customer_name="Роман", phone=f"+7900{number:07}", place=city
                ),
                "receipt": promise.receipt,
                "network_address": None,
                "now": NOW,
            }
        )
    return found


def test_of_fifty_at_once_exactly_ten_get_the_discount(placings):
    results = at_once([lambda placing=placing: place_order(**placing) for placing in placings])
    orders = [result for result in results if isinstance(result, Order)]
    told = [result for result in results if isinstance(result, CartChanged)]
    assert (len(orders), len(told)) == (LEFT, CUSTOMERS - LEFT)
    assert {order.discount > 0 for order in orders} == {True}
    assert PromoCode.objects.get().uses == LEFT
    assert Order.objects.count() == LEFT
    # Their carts wait for them, to be ordered without the code.
    assert CartLine.objects.count() == CUSTOMERS - LEFT


def test_control_looking_before_taking_would_promise_it_to_everybody(code):
    looked = Barrier(CUSTOMERS)

    @transaction.atomic
    def naive():
        seen = PromoCode.objects.get(pk=code.pk)
        looked.wait()
        assert seen.uses < seen.max_uses
        PromoCode.objects.filter(pk=code.pk).update(uses=F("uses") + 1)

    results = at_once([naive] * CUSTOMERS)
    # All fifty saw uses left; nothing but the constraint kept forty of them from one.
    assert sum(isinstance(result, IntegrityError) for result in results) == CUSTOMERS - LEFT
