"""What the database works out about customers as orders and consents change."""

from datetime import timedelta
from decimal import Decimal

import pytest

from orders.models import Consent, Customer, Order
from tests.factories import NOW, CityFactory, CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db


def figures(customer):
    return Customer.objects.values_list("order_count", "open_count", "bought").get(pk=customer.pk)


def close(order, status):
    Order.objects.filter(pk=order.pk).update(status=status, closed_at=NOW)


def test_every_order_counts_and_the_completed_are_bought():
    customer = CustomerFactory()
    first, second, _third = (OrderFactory(customer=customer) for _ in range(3))
    close(first, "completed")
    close(second, "cancelled")
    assert figures(customer) == (3, 1, Decimal(400))


def test_a_deleted_order_counts_no_more_until_it_is_restored():
    order = OrderFactory()
    Order.objects.filter(pk=order.pk).update(deleted_at=NOW)
    assert figures(order.customer) == (0, 0, 0)
    Order.objects.filter(pk=order.pk).update(deleted_at=None)
    assert figures(order.customer) == (1, 1, 0)


def test_an_order_that_goes_to_another_customer_counts_there():
    order, other = OrderFactory(), CustomerFactory()
    Order.objects.filter(pk=order.pk).update(customer=other)
    assert figures(order.customer) == (0, 0, 0)
    assert figures(other) == (1, 1, 0)


def test_the_last_order_gives_its_time_and_region():
    customer, city = CustomerFactory(), CityFactory()
    OrderFactory(customer=customer, created_at=NOW)
    OrderFactory(customer=customer, created_at=NOW + timedelta(days=1), place=city)
    customer.refresh_from_db()
    assert (customer.last_order_at, customer.region_id) == (
        NOW + timedelta(days=1),
        city.parent_id,
    )


def test_who_has_lost_the_only_order_is_known_since_it_came():
    order = OrderFactory(created_at=NOW + timedelta(days=9))
    Order.objects.filter(pk=order.pk).update(customer=CustomerFactory())
    customer = Customer.objects.get(pk=order.customer_id)
    assert (customer.last_order_at, customer.region_id) == (customer.created_at, None)


def test_consent_to_calls_follows_its_order():
    order, other = OrderFactory(), CustomerFactory()
    facts = {"text_version": "1", "given_at": NOW}
    Consent.objects.create(customer=order.customer, order=order, kind="processing", **facts)
    assert not Customer.objects.get(pk=order.customer_id).calls_consent
    Consent.objects.create(customer=order.customer, order=order, kind="calls", **facts)
    assert Customer.objects.get(pk=order.customer_id).calls_consent
    Consent.objects.filter(order=order).update(customer=other)
    assert not Customer.objects.get(pk=order.customer_id).calls_consent
    assert Customer.objects.get(pk=other.pk).calls_consent


def test_a_new_name_is_a_new_version_and_a_new_order_is_none():
    customer = CustomerFactory()
    OrderFactory(customer=customer)
    customer.refresh_from_db()
    assert customer.version == 1
    Customer.objects.filter(pk=customer.pk).update(name="Анна")
    customer.refresh_from_db()
    assert customer.version == 2
