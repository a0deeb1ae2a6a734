"""An order whose contents were changed goes round anew, through the real distribution."""

import uuid

import pytest

from distribution.services import catch_up
from notifications.models import Message
from orders.line_facts import lines_with_products, recheck_order
from orders.models import Attention, AttentionReason, Offer, Order
from orders.promise import items_of, promise_for
from orders.services.accepting import accept_offer
from orders.services.errors import OrderError, OrderGone
from orders.services.lines import Edit, change_lines
from orders.services.placing import OrderDetails, place_order
from orders.services.versions import seen_of
from tests.factories import (
    NOW,
    CartLineFactory,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    ProductFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory()


@pytest.fixture
def first(city):
    return UserFactory(dealer=DealerFactory(main_region=city.parent))


@pytest.fixture
def second(city):
    return UserFactory(dealer=DealerFactory(main_region=city.parent))


@pytest.fixture
def light():
    return ProductFactory()


@pytest.fixture
def dark(light):
    return ProductFactory(family=light.family, colour="Дуб тёмный", recommended_price=210)


@pytest.fixture
def order(city, first, second, light):
    """Three light panels, offered to both dealers of the place."""
    line = CartLineFactory(product=light, quantity=3)
    order = place_order(
        cart_token=line.cart.token,
        form_key=line.cart.form_key,
        details=OrderDetails(customer_name="Роман", phone="+79001234567", place=city),
        receipt=promise_for(place=city, items=items_of([line]), services=(), now=NOW).receipt,
        network_address=None,
        now=NOW,
    )
    distribute(order)
    assert offered() == {first.dealer, second.dealer}
    return order


def distribute(order):
    catch_up(now=NOW, order_ids=[order.pk])


def offered():
    return {offer.dealer for offer in Offer.objects.filter(state="open").select_related("dealer")}


def change(order, product, quantity):
    order = Order.objects.select_related("dealer", "place").get(pk=order.pk)
    wanted = ((product, quantity),)
    answer = recheck_order(order, lines_with_products(order), wanted, (), now=NOW).answer
    change_lines(
        order_id=order.pk,
        edit=Edit(wanted, (), answer.digest, answer.choices(by_manufacturer=True)[0]),
        seen=seen_of(order),
        key=uuid.uuid4(),
        by=ManagerFactory(),
        now=NOW,
    )


def lacks(user, product):
    return DealerProductFactory(dealer=user.dealer, product=product, in_stock=False)


def take(order, by, **shown):
    return accept_offer(order_id=order.pk, by=by, now=NOW, **shown)


class TestPutBack:
    def test_the_other_dealer_is_offered_it_and_the_first_one_is_not(
        self, order, first, second, dark
    ):
        take(order, first)
        lacks(first, dark)
        change(order, dark, 4)
        distribute(order)
        assert offered() == {second.dealer}
        assert take(order, second).total == 840

    def test_nothing_but_its_assortment_keeps_the_first_one_out(self, order, first, second, dark):
        take(order, first)
        row = lacks(first, dark)
        change(order, dark, 4)
        row.delete()
        distribute(order)
        assert offered() == {first.dealer, second.dealer}

    def test_without_another_dealer_the_manufacturer_is_called(self, order, first, second, dark):
        take(order, first)
        lacks(first, dark)
        lacks(second, dark)
        change(order, dark, 4)
        distribute(order)
        assert Attention.objects.get(resolved_at=None).reason == AttentionReason.NO_DEALER


class TestChangedBeforeAnybodyTookIt:
    def test_offers_stay_with_those_who_can_still_deliver(self, order, first, second, dark):
        lacks(first, dark)
        change(order, dark, 2)
        distribute(order)
        assert offered() == {second.dealer}

    def test_who_can_deliver_now_is_considered(self, order, first, second, light, dark, city):
        late = UserFactory(dealer=DealerFactory(main_region=city.parent))
        lacks(late, light)
        change(order, dark, 2)
        distribute(order)
        assert offered() == {first.dealer, second.dealer, late.dealer}

    def test_what_the_dealers_were_told_gives_way_to_the_new_contents(self, order, dark):
        told = Message.objects.filter(event="order_offered")
        before = set(told.values_list("pk", flat=True))
        change(order, dark, 2)
        distribute(order)
        assert not told.filter(pk__in=before, withdrawn_at=None).exists()
        assert told.exclude(pk__in=before).count() == 2

    def test_nobody_takes_what_it_was_not_shown(self, order, first, dark):
        change(order, dark, 9)
        with pytest.raises(OrderGone):
            take(order, first)
        distribute(order)
        with pytest.raises(OrderError):
            take(order, first, cycle=order.cycle)
        assert take(order, first, cycle=order.cycle + 1).total == 1890
