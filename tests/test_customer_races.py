"""Merging and erasing customers against orders placed meanwhile, on real PostgreSQL.

Each test has a control that shows that it can fail.
"""

import pytest

from orders.models import Customer, Order
from orders.promise import items_of, promise_for
from orders.services import customers, placing
from orders.services.customer_erasing import OpenOrders, erase
from orders.services.customer_merging import merge, seen_of
from orders.services.placing import OrderDetails, place_order
from orders.services.progress import cancel
from tests.factories import (
    NOW,
    AdministratorFactory,
    CartLineFactory,
    CityFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    reason,
)
from tests.test_line_races import while_held
from tests.test_order_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def city():
    city = CityFactory()
    DealerFactory(main_region=city.parent)
    return city


@pytest.fixture
def kept(city):
    return OrderFactory(place=city).customer


@pytest.fixture
def other(city):
    return OrderFactory(place=city).customer


@pytest.fixture
def placing_by(city):
    """What places an order by somebody's phone."""

    def placing_by(customer):
        cart = CartLineFactory().cart
        promise = promise_for(
            place=city, items=items_of(cart.lines.select_related("product")), services=(), now=NOW
        )
        details = OrderDetails(
            customer_name="Кто-то", phone=str(customer.phone), place=city, consent_version=1
        )
        return lambda: place_order(
            cart_token=cart.token,
            form_key=cart.form_key,
            details=details,
            receipt=promise.receipt,
            network_address="127.0.0.1",
            now=NOW,
        )

    return placing_by


@pytest.fixture
def merging(kept, other):
    by = ManagerFactory()
    seen = {one.pk: seen_of(Customer.objects.get(pk=one.pk)) for one in (kept, other)}

    def merging():
        return merge(kept_id=kept.pk, merged_id=other.pk, seen=seen, by=by, now=NOW)

    return merging


def stray():
    """Orders that stand with somebody merged."""
    return Order.objects.filter(customer__merged_into__isnull=False).count()


def test_an_order_that_waits_for_a_merging_goes_to_the_card_that_stays(
    kept, other, merging, placing_by
):
    done, placed = while_held(merging, placing_by(other))
    assert (done.kept, placed.customer) == (kept, kept)
    assert stray() == 0


def test_without_following_the_merged_card_the_order_is_lost_to_it(
    kept, other, merging, placing_by, monkeypatch
):
    """The control of the test above."""

    def keep(*, name, phone, email, now):
        customer = Customer(name=name, phone=phone, email=email, created_at=now)
        Customer.objects.bulk_create(
            [customer], update_conflicts=True, unique_fields=["phone"], update_fields=["phone"]
        )
        return customer

    monkeypatch.setattr(placing, "keep_customer", keep)
    while_held(merging, placing_by(other))
    assert stray() == 1


def test_a_merging_that_waits_for_an_order_sees_it(kept, other, merging, placing_by):
    placed, done = while_held(placing_by(other), merging)
    # The preview did not show that order.
    assert isinstance(done, customers.CustomerMoved)
    assert Customer.objects.get(pk=other.pk).merged_into is None
    assert placed.customer == other


def test_without_a_second_look_the_order_is_left_behind(
    kept, other, merging, placing_by, monkeypatch
):
    """The control of the test above: what was read before the locks is taken for true."""

    def lock(ids):
        orders = list(Order.objects.filter(customer__in=ids).order_by("pk"))
        people = {one.pk: one for one in Customer.objects.filter(pk__in=ids)}
        list(Customer.objects.filter(pk__in=ids).select_for_update())
        return people, orders

    monkeypatch.setattr("orders.services.customer_merging.lock_people", lock)
    while_held(placing_by(other), merging)
    assert stray() == 1


def test_two_mergings_of_the_same_card_happen_once(kept, other, merging):
    results = at_once([merging, merging])
    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], customers.CustomerNotFound | customers.CustomerMoved)


def test_merging_both_ways_at_once_happens_one_way(kept, other):
    by = ManagerFactory()
    seen = {one.pk: seen_of(Customer.objects.get(pk=one.pk)) for one in (kept, other)}
    pairs = [(kept.pk, other.pk), (other.pk, kept.pk)]
    results = at_once(
        [
            lambda pair=pair: merge(kept_id=pair[0], merged_id=pair[1], seen=seen, by=by, now=NOW)
            for pair in pairs
        ]
    )
    assert sum(isinstance(one, Exception) for one in results) == 1
    assert Customer.objects.filter(merged_into__isnull=True).count() == 1


def test_two_orders_of_one_customer_closed_at_once_are_both_counted(city, kept):
    second = OrderFactory(customer=kept, place=city)
    by, why = ManagerFactory(), reason("cancel").pk
    orders = [*Order.objects.filter(customer=kept)]
    assert second in orders
    at_once(
        [
            lambda order=order: cancel(order_id=order.pk, by=by, reason_id=why, now=NOW)
            for order in orders
        ]
    )
    kept.refresh_from_db()
    assert (kept.order_count, kept.open_count) == (2, 0)


def test_erasing_waits_for_an_order_being_placed_and_refuses(city, kept, placing_by):
    by = AdministratorFactory()
    cancel(order_id=kept.orders.get().pk, by=by, reason_id=reason("cancel").pk, now=NOW)
    placed, refused = while_held(
        placing_by(kept),
        lambda: erase(customer_id=kept.pk, reason="Письмо", by=by, now=NOW),
    )
    assert isinstance(refused, OpenOrders)
    assert refused.orders == [placed]
    kept.refresh_from_db()
    assert kept.erased_at is None
