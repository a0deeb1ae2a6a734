import datetime

import pytest

from orders.models import HistoryEntry, HistoryKind, Order
from orders.services.versions import OrderMoved, check_version, raise_version, seen_of
from tests.factories import NOW, DealerFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(city):
    return OrderFactory(place=city)


def fresh(order):
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"customer_name": "Ольга"},
        {"phone": "+79007654321"},
        {"email": "olga@example.com"},
        {"address": "ул. Полевая, д. 1"},
        {"latitude": 55.1, "longitude": 37.2},
        {"comment": "Позвонить вечером"},
        {"wants_delivery": True},
        {"due_on": datetime.date(2027, 1, 1)},
        {"cycle": 2},
        {"deleted_at": NOW},
    ],
)
def test_a_change_raises_the_version_by_one_however_it_is_made(order, change):
    Order.objects.filter(pk=order.pk).update(**change)
    assert fresh(order).version == 2


def test_a_dealer_and_a_manager_raise_it_too(order, city):
    dealer = DealerFactory(main_region=city.parent)
    order.status, order.dealer = "accepted", dealer
    order.save(update_fields=["status", "dealer"])
    order.manager = UserFactory(dealer=dealer)
    order.save(update_fields=["manager"])
    assert fresh(order).version == 3


def test_what_nobody_edits_leaves_it(order):
    Order.objects.filter(pk=order.pk).update(overdue_at=NOW, earned=7, price_min=5)
    assert fresh(order).version == 1


def test_lines_are_counted_by_hand(order):
    raise_version(order)
    assert fresh(order).version == 2


def test_a_form_of_the_present_version_passes(order):
    check_version(order, seen_of(order))


def test_a_form_of_an_earlier_version_learns_since_when(order):
    entry = HistoryEntry.objects.create(
        order=order, kind=HistoryKind.PLACED, by_customer=True, created_at=NOW
    )
    seen = seen_of(order)
    raise_version(order)
    with pytest.raises(OrderMoved) as refusal:
        check_version(fresh(order), seen)
    assert refusal.value.since == entry.pk


@pytest.mark.parametrize("seen", ["", "1", "x-y", "-1-1", "1-", "²-1", "9" * 40, None])
def test_a_form_that_says_nothing_sensible_does_not_pass(order, seen):
    with pytest.raises(OrderMoved) as refusal:
        check_version(order, seen)
    assert refusal.value.since is None
