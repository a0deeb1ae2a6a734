"""Deleted orders come back as they were."""

import pytest
from django.urls import reverse

from orders.models import Assignment, HistoryEntry, Offer, Order
from orders.services.accepting import accept_offer
from orders.services.deleted import restore_order
from orders.services.errors import OrderError, OrderNotFound
from orders.services.progress import cancel, delete_order
from tests.factories import NOW, OfferFactory, OrderFactory, reason

LIST = reverse("order_deleted")


@pytest.fixture
def deleted(city, dealer, dealer_manager, administrator):
    """A deleted order; ``accepted`` by the dealer before that."""

    def deleted(*, accepted=False):
        order = OrderFactory(place=city)
        OfferFactory(order=order, dealer=dealer)
        if accepted:
            accept_offer(order_id=order.pk, by=dealer_manager, now=NOW)
        return delete_order(order_id=order.pk, by=administrator, now=NOW)

    return deleted


def test_a_new_order_goes_back_into_distribution(deleted, administrator):
    order = restore_order(order_id=deleted().pk, by=administrator, now=NOW)
    order.refresh_from_db()
    assert (order.deleted_at, order.status, order.cycle) == (None, "new", 2)
    assert not Offer.objects.filter(order=order, state="open").exists()


def test_an_order_in_work_returns_to_its_dealer(deleted, administrator, dealer_manager):
    order = deleted(accepted=True)
    assert not Assignment.objects.filter(order=order, ended_at__isnull=True).exists()
    restore_order(order_id=order.pk, by=administrator, now=NOW)
    running = Assignment.objects.get(order=order, ended_at__isnull=True)
    assert (running.dealer, running.manager) == (dealer_manager.dealer, dealer_manager)
    assert list(Order.objects.visible_to(dealer_manager)) == [order]


def test_a_closed_order_stays_closed(city, administrator):
    order = OrderFactory(place=city)
    cancel(order_id=order.pk, by=administrator, reason_id=reason("cancel").pk, now=NOW)
    delete_order(order_id=order.pk, by=administrator, now=NOW)
    order = restore_order(order_id=order.pk, by=administrator, now=NOW)
    assert (order.status, order.cycle) == ("cancelled", 1)
    assert not Assignment.objects.filter(order=order).exists()


def test_twice_is_once(deleted, administrator):
    order = deleted()
    for _ in range(2):
        restore_order(order_id=order.pk, by=administrator, now=NOW)
    assert HistoryEntry.objects.filter(order=order, kind="restored").count() == 1


def test_nobody_but_an_administrator(deleted, manager):
    with pytest.raises(OrderNotFound):
        restore_order(order_id=deleted().pk, by=manager, now=NOW)


def test_a_dealer_that_is_gone_gets_nothing_back(deleted, administrator, dealer):
    order = deleted(accepted=True)
    dealer.is_active = False
    dealer.save(update_fields=["is_active"])
    with pytest.raises(OrderError):
        restore_order(order_id=order.pk, by=administrator, now=NOW)
    assert Order.objects.get(pk=order.pk).deleted_at == NOW


def test_the_page_lists_them_and_brings_them_back(client, administrator, deleted, city):
    order, alive = deleted(), OrderFactory(place=city)
    client.force_login(administrator)
    answer = client.get(LIST)
    assert [row.pk for row in answer.context["page"]] == [order.pk]
    answer = client.post(reverse("order_restore", args=[order.pk]), follow=True)
    page = answer.content.decode()
    assert f"Заказ № {order.pk} восстановлен" in page
    assert "Заказ восстановлен" in page
    assert client.get(LIST).context["page"].rows == []
    assert Order.objects.alive().filter(pk=alive.pk).exists()
