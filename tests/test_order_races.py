"""Races on real PostgreSQL, each with a control that shows that the test can fail."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from orders.models import Assignment, Offer, Order
from orders.promise import items_of, promise_for
from orders.services.accepting import accept_offer
from orders.services.details import change_details
from orders.services.errors import OrderGone
from orders.services.placing import OrderDetails, place_order
from orders.services.versions import OrderMoved, seen_of
from orders.statuses import Status
from tests.factories import (
    NOW,
    CartLineFactory,
    CityFactory,
    DealerFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
DEALERS = 20


def at_once(calls):
    """Run the calls in threads that start together; returns results or exceptions, in order."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            barrier.wait()
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def city():
    return CityFactory()


@pytest.fixture
def managers(city):
    return [
        UserFactory(dealer=dealer)
        for dealer in DealerFactory.create_batch(DEALERS, main_region=city.parent)
    ]


@pytest.fixture
def order(city, managers):
    order = OrderFactory(place=city)
    for manager in managers:
        OfferFactory(order=order, dealer=manager.dealer)
    return order


def test_of_many_dealers_exactly_one_gets_the_order(order, managers):
    results = at_once(
        [
            lambda manager=manager: accept_offer(order_id=order.pk, by=manager, now=NOW)
            for manager in managers
        ]
    )
    winners = [result for result in results if isinstance(result, Order)]
    assert len(winners) == 1
    assert sum(isinstance(result, OrderGone) for result in results) == DEALERS - 1
    assert Assignment.objects.get().dealer_id == winners[0].dealer_id
    assert Offer.objects.filter(state="accepted").count() == 1
    assert not Offer.objects.filter(state="open").exists()


def test_control_without_the_condition_several_would_win(order, managers):
    read = Barrier(DEALERS)

    @transaction.atomic
    def naive(manager):
        order_read = Order.objects.get(pk=order.pk)
        read.wait()
        if order_read.status != Status.NEW:
            return False
        order_read.status = Status.ACCEPTED
        order_read.dealer = manager.dealer
        order_read.save(update_fields=["status", "dealer"])
        return True

    results = at_once([lambda manager=manager: naive(manager) for manager in managers])
    assert results.count(True) > 1


@pytest.fixture
def placing(city, managers):
    line = CartLineFactory()
    promise = promise_for(place=city, items=items_of([line]), services=(), now=NOW)
    return {
        "cart_token": line.cart.token,
        "form_key": line.cart.form_key,
        "details": OrderDetails(customer_name="Роман", phone="+79001234567", place=city),
        "receipt": promise.receipt,
        "network_address": None,
        "now": NOW,
    }


def test_a_form_sent_many_times_at_once_is_one_order(placing):
    results = at_once([lambda: place_order(**placing)] * 10)
    assert {type(result) for result in results} == {Order}
    assert len({result.pk for result in results}) == 1
    assert Order.objects.count() == 1


def test_control_without_the_lock_the_forms_would_collide(placing, city):
    looked = Barrier(10)

    def naive():
        known = Order.objects.filter(form_key=placing["form_key"]).first()
        looked.wait()
        return known or OrderFactory(place=city, form_key=placing["form_key"])

    results = at_once([naive] * 10)
    assert any(isinstance(result, IntegrityError) for result in results)


def change_address(order, by, seen, address):
    return change_details(
        order_id=order.pk, values={"address": address}, seen=seen, by=by, now=timezone.now()
    )


def test_of_many_who_correct_one_order_at_once_the_first_is_kept(city):
    order, people = OrderFactory(place=city), ManagerFactory.create_batch(8)
    seen = seen_of(order)
    results = at_once(
        [
            lambda person=person: change_address(order, person, seen, f"Дом {person.pk}")
            for person in people
        ]
    )
    assert results.count(["address"]) == 1
    assert sum(isinstance(result, OrderMoved) for result in results) == len(people) - 1
    winner = people[results.index(["address"])]
    assert Order.objects.get(pk=order.pk).address == f"Дом {winner.pk}"
    assert order.history.filter(kind="details").count() == 1


def test_control_without_the_version_several_would_be_overwritten(city, monkeypatch):
    order, people = OrderFactory(place=city), ManagerFactory.create_batch(8)
    seen = seen_of(order)
    monkeypatch.setattr("orders.services.details.check_version", lambda order, seen: None)
    results = at_once(
        [
            lambda person=person: change_address(order, person, seen, f"Дом {person.pk}")
            for person in people
        ]
    )
    assert results.count(["address"]) > 1
