"""Changing the contacts of a customer's card."""

import pytest
from django.urls import reverse

from dealers.models import AuditRecord
from orders.models import Customer, CustomerDeed
from orders.services.customers import CustomerMoved, change_contacts
from tests.factories import NOW, CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return OrderFactory(
        customer__name="Роман Ефремов", customer__phone="+79161234567", customer__email="r@e.ru"
    ).customer


@pytest.fixture
def manager_client(client, manager):
    client.force_login(manager, backend="dealers.auth.WorkspaceBackend")
    return client


def save(manager_client, customer, **changes):
    form = {"name": customer.name, "email": customer.email, "phone": "", "seen": customer.version}
    return manager_client.post(reverse("customer_edit", args=[customer.pk]), form | changes)


def test_who_changed_what_when_stays_with_phones_masked(manager_client, customer, manager):
    answer = save(manager_client, customer, name="Роман Е.", phone="8 916 765-43-21")
    assert answer["Location"] == reverse("customer_card", args=[customer.pk])
    customer.refresh_from_db()
    assert (customer.name, str(customer.phone), customer.version) == ("Роман Е.", "+79167654321", 2)
    deed = CustomerDeed.objects.get()
    assert deed.actor == manager
    assert deed.data["changes"] == [
        {"field": "customer_name", "before": "Роман Ефремов", "after": "Роман Е."},
        {"field": "phone", "before": "+7 916 [скрыт]", "after": "+7 916 [скрыт]"},
    ]
    record = AuditRecord.objects.get(kind="customer")
    assert (record.actor, record.data) == (manager, {"fields": ["name", "phone"]})


def test_orders_keep_what_was_said_with_them(manager_client, customer):
    save(manager_client, customer, name="Роман Е.")
    assert customer.orders.get().customer_name == "Роман Ефремов"


def test_nothing_of_another_is_overwritten(manager_client, customer):
    Customer.objects.filter(pk=customer.pk).update(email="theirs@e.ru")
    answer = save(manager_client, customer, name="Моё имя")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "theirs@e.ru" in page
    assert "Моё имя" in page
    customer.refresh_from_db()
    assert (customer.name, customer.email) == ("Роман Ефремов", "theirs@e.ru")
    assert save(manager_client, customer, name="Моё имя").status_code == 302


def test_a_new_order_is_no_change_of_the_contacts(customer, manager):
    OrderFactory(customer=customer)
    change_contacts(customer_id=customer.pk, values={"name": "Рома"}, seen=1, by=manager, now=NOW)
    with pytest.raises(CustomerMoved):
        change_contacts(customer_id=customer.pk, values={"name": "Р"}, seen=1, by=manager, now=NOW)


def test_a_phone_of_another_card_leads_to_merging(manager_client, customer):
    other = CustomerFactory(phone="+79990001122")
    answer = save(manager_client, customer, phone="+7 999 000-11-22")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert reverse("customer_merge", args=[customer.pk, other.pk]) in page
    customer.refresh_from_db()
    assert str(customer.phone) == "+79161234567"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\0"),
        ("name", "Я" * 151),
        ("phone", "12"),
        ("phone", "позвоните"),
        ("email", "не почта"),
        ("seen", "x"),
        ("seen", "9" * 30),
    ],
)
def test_bad_input_is_refused_in_words_and_kept(manager_client, customer, field, value):
    answer = save(manager_client, customer, **{field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    customer.refresh_from_db()
    assert customer.version == 1


def test_the_present_number_is_not_in_the_page(manager_client, customer):
    page = manager_client.get(reverse("customer_edit", args=[customer.pk])).content.decode()
    assert "+7 916 [скрыт]" in page
    assert "1234567" not in page
