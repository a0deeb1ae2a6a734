"""Erasing a person: refusals, who may, what stays."""

from decimal import Decimal

import pytest
from django.urls import reverse

from dealers.models import AuditRecord
from orders.links import customer_link
from orders.models import Customer, CustomerErasure, Order
from orders.services.customer_erasing import OpenOrders, erase, finish_erasures
from orders.services.customers import CustomerNotFound
from orders.services.deleted import restore_order
from orders.services.errors import OrderError
from orders.services.progress import reopen
from tests.factories import NOW, DealerFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    order = OrderFactory(
        customer__name="Роман Ефремов",
        customer__phone="+79161234567",
        customer__email="roman@example.com",
    )
    Order.objects.filter(pk=order.pk).update(
        status="completed", closed_at=NOW, dealer=DealerFactory(), earned=400
    )
    order.refresh_from_db()
    return order


def erased(order, by, **changes):
    arguments = {"reason": "Письмо от 12.05.2026", "now": NOW} | changes
    return erase(customer_id=order.customer_id, by=by, **arguments)


def test_names_and_contacts_go_sums_stay(order, administrator):
    link = customer_link(order)
    erased(order, administrator)
    order.refresh_from_db()
    assert (order.customer_name, order.phone, order.email, order.address) == (
        "[удалено]",
        "",
        "",
        "",
    )
    assert (order.total, order.status) == (Decimal(400), "completed")
    customer = order.customer
    assert (customer.name, customer.phone, customer.erased_at) == ("[удалено]", None, NOW)
    assert (customer.order_count, customer.bought) == (1, Decimal(400))
    assert customer_link(order) != link


def test_an_open_order_stands_in_the_way_and_is_named(client, order, administrator):
    still = OrderFactory(customer=order.customer)
    with pytest.raises(OpenOrders) as refusal:
        erased(order, administrator)
    assert refusal.value.orders == [still]
    client.force_login(administrator, backend="dealers.auth.WorkspaceBackend")
    page = client.get(reverse("customer_erase", args=[order.customer_id])).content.decode()
    assert reverse("order_card", args=[still.pk]) in page
    assert "Удалить навсегда" not in page


def test_a_manager_erases_nobody(order, manager):
    with pytest.raises(CustomerNotFound):
        erased(order, manager)


def test_once_more_changes_nothing(order, administrator):
    first = erased(order, administrator)
    assert erased(order, administrator, reason="Ещё раз") == first
    assert AuditRecord.objects.filter(kind="customer_erased").count() == 1


def test_the_journal_keeps_who_and_why_without_the_person(order, administrator):
    erased(order, administrator, reason="Просьба Ефремова, +7 916 123-45-67")
    record = AuditRecord.objects.get(kind="customer_erased")
    assert (record.actor, record.object_id) == (administrator, order.customer_id)
    assert record.data == {"reason": "Просьба [удалено], [скрыт]", "orders": 1}


def test_the_phone_is_a_new_customer_s_from_then_on(order, administrator, place, cart, details):
    from dataclasses import replace

    erased(order, administrator)
    later = place(cart, details=replace(details, phone="+79161234567"))
    assert later.customer_id != order.customer_id


def test_an_order_without_anybody_stays_closed(order, administrator):
    deleted = OrderFactory(customer=order.customer)
    Order.objects.filter(pk=deleted.pk).update(deleted_at=NOW)
    erased(order, administrator)
    with pytest.raises(OrderError, match="остаётся закрытым"):
        reopen(order_id=order.pk, by=administrator, reason="Ошибка", now=NOW)
    with pytest.raises(OrderError, match="остаётся закрытым"):
        restore_order(order_id=deleted.pk, by=administrator, now=NOW)


def test_who_was_merged_into_the_card_goes_too(order, administrator):
    merged = Customer.objects.create(
        name="Рома", phone="+79990001122", created_at=NOW, merged_into=order.customer
    )
    erased(order, administrator)
    merged.refresh_from_db()
    assert (merged.name, merged.phone) == ("[удалено]", None)


@pytest.mark.parametrize(
    "form",
    [{}, {"number": "0", "reason": "Так"}, {"number": "да", "reason": "Так"}, {"reason": "Так"}],
)
def test_a_slip_of_the_hand_erases_nobody(client, order, administrator, form):
    client.force_login(administrator, backend="dealers.auth.WorkspaceBackend")
    answer = client.post(reverse("customer_erase", args=[order.customer_id]), form)
    assert answer.status_code == 422
    assert not CustomerErasure.objects.exists()


def test_typing_the_number_erases(client, order, administrator):
    client.force_login(administrator, backend="dealers.auth.WorkspaceBackend")
    form = {"number": order.customer_id, "reason": "Письмо"}
    answer = client.post(reverse("customer_erase", args=[order.customer_id]), form)
    page = client.get(answer["Location"]).content.decode()
    assert "удалены по просьбе покупателя" in page
    assert "Удалить персональные данные" not in page
    listed = client.get(reverse("customer_list"), {"state": "erased"}).context["page"]
    assert [one.pk for one in listed.rows] == [order.customer_id]
    assert not client.get(reverse("customer_list")).context["page"].rows
    for name in ("order_card", "order_print"):
        assert client.get(reverse(name, args=[order.pk])).status_code == 200


def test_files_that_a_killed_process_left_are_deleted_by_the_tick(
    order, administrator, monkeypatch
):
    class Killed(BaseException):
        pass

    def kill(*args, **kwargs):
        raise Killed

    monkeypatch.setattr("orders.services.customer_erasing.delete_files", kill)
    with pytest.raises(Killed):
        erased(order, administrator)
    monkeypatch.undo()
    assert CustomerErasure.objects.get().done_at is None
    assert finish_erasures(now=NOW) == 1
    assert CustomerErasure.objects.get().done_at == NOW
    assert finish_erasures(now=NOW) == 0
