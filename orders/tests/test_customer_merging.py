"""Two cards of one person become one, and two again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dealers.models import AuditRecord
from orders.customer_duplicates import duplicates_of, is_similar
from orders.models import Consent, Customer, CustomerDeed, CustomerMerge, CustomerNote, Order
from orders.services.customer_merging import merge, seen_of, split
from orders.services.customers import CustomerMoved, CustomerNotFound
from orders.services.errors import OrderError
from tests.factories import NOW, CustomerFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept():
    return OrderFactory(customer__name="Роман Ефремов").customer


@pytest.fixture
def other():
    return OrderFactory(customer__name="Рома Ефремов").customer


def merged(kept, other, by, **changes):
    people = [Customer.objects.get(pk=one.pk) for one in (kept, other)]
    arguments = {"seen": {one.pk: seen_of(one) for one in people}, "now": NOW} | changes
    return merge(kept_id=kept.pk, merged_id=other.pk, by=by, **arguments)


def orders_of(customer):
    return Order.objects.filter(customer=customer).count()


def test_orders_consents_and_notes_go_along(kept, other, manager):
    order = Order.objects.get(customer=other)
    Consent.objects.create(
        customer=other, order=order, kind="calls", text_version="1", given_at=NOW
    )
    CustomerNote.objects.create(customer=other, author=manager, text="Слово", created_at=NOW)
    merged(kept, other, manager)
    assert (orders_of(kept), orders_of(other)) == (2, 0)
    assert kept.consents.count() == kept.notes.count() == 1
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.order_count, kept.calls_consent) == (2, True)
    assert (other.order_count, other.calls_consent, other.merged_into) == (0, False, kept)


def test_both_histories_and_the_journal_keep_it(kept, other, manager):
    merged(kept, other, manager)
    deeds = CustomerDeed.objects.order_by("customer_id").values_list("customer", "data__other")
    assert set(deeds) == {(kept.pk, other.pk), (other.pk, kept.pk)}
    record = AuditRecord.objects.get(kind="customers_merged")
    assert (record.actor, record.object_id) == (manager, kept.pk)
    assert record.data == {"other": other.pk, "orders": 1}


def test_later_orders_by_the_merged_phone_go_to_the_card_that_stays(
    kept, other, manager, place, cart, details
):
    merged(kept, other, manager)
    from dataclasses import replace

    order = place(cart, details=replace(details, phone=str(other.phone)))
    assert order.customer == kept


def test_taking_it_back_restores_both_sides(kept, other, manager, place, cart, details):
    from dataclasses import replace

    note = CustomerNote.objects.create(customer=other, author=manager, text="Слово", created_at=NOW)
    done = merged(kept, other, manager)
    later = place(cart, details=replace(details, phone=str(other.phone)))
    split(merge_id=done.pk, by=manager, now=NOW)
    later.refresh_from_db()
    note.refresh_from_db()
    other.refresh_from_db()
    assert (orders_of(kept), orders_of(other)) == (1, 2)
    assert (later.customer, note.customer, other.merged_into) == (other, other, None)
    # Once more changes nothing.
    split(merge_id=done.pk, by=manager, now=NOW)
    assert CustomerDeed.objects.filter(kind="split").count() == 2


def test_whoever_was_merged_before_follows_and_comes_back(kept, other, manager):
    third = OrderFactory().customer
    first = merged(other, third, manager)
    second = merged(kept, other, manager)
    third.refresh_from_db()
    assert (third.merged_into, orders_of(kept)) == (kept, 3)
    with pytest.raises(OrderError, match="объединили ещё раз"):
        split(merge_id=first.pk, by=manager, now=NOW)
    split(merge_id=second.pk, by=manager, now=NOW)
    third.refresh_from_db()
    assert (third.merged_into, orders_of(kept), orders_of(other)) == (other, 1, 2)
    split(merge_id=first.pk, by=manager, now=NOW)
    assert orders_of(third) == 1


def test_it_cannot_be_taken_back_after_thirty_days(kept, other, manager):
    done = merged(kept, other, manager)
    with pytest.raises(OrderError, match="30 дней"):
        split(merge_id=done.pk, by=manager, now=NOW + timedelta(days=31))


def test_a_card_that_changed_since_the_preview_is_shown_again(kept, other, manager):
    seen = {one.pk: seen_of(Customer.objects.get(pk=one.pk)) for one in (kept, other)}
    OrderFactory(customer=other)
    with pytest.raises(CustomerMoved):
        merged(kept, other, manager, seen=seen)
    assert not CustomerMerge.objects.exists()


@pytest.mark.parametrize("state", ["itself", "merged", "erased", "by a dealer"])
def test_only_two_cards_that_stand_are_merged(kept, other, manager, state):
    by, first, second = manager, kept, other
    if state == "itself":
        second = kept
    elif state == "merged":
        Customer.objects.filter(pk=other.pk).update(merged_into=CustomerFactory())
    elif state == "erased":
        Customer.objects.filter(pk=other.pk).update(erased_at=NOW, phone=None, email="")
    else:
        by = UserFactory()
    with pytest.raises(CustomerNotFound):
        merged(first, second, by)


def test_the_page_shows_both_sides_and_merges_into_the_chosen_one(client, kept, other, manager):
    client.force_login(manager, backend="dealers.auth.WorkspaceBackend")
    address = reverse("customer_merge", args=[kept.pk, other.pk])
    page = client.get(address)
    words = page.content.decode()
    assert "Роман Ефремов" in words
    assert "Рома Ефремов" in words
    form = {f"seen-{side['customer'].pk}": side["seen"] for side in page.context["sides"]}
    answer = client.post(address, form | {"kept": other.pk})
    assert answer["Location"] == reverse("customer_card", args=[other.pk])
    kept.refresh_from_db()
    assert kept.merged_into == other
    card = client.get(answer["Location"]).content.decode()
    assert "Отменить объединение" in card
    done = CustomerMerge.objects.get()
    back = client.post(reverse("customer_split", args=[other.pk, done.pk]))
    assert back["Location"] == reverse("customer_card", args=[kept.pk])


def test_an_outdated_page_asks_again(client, kept, other, manager):
    client.force_login(manager, backend="dealers.auth.WorkspaceBackend")
    address = reverse("customer_merge", args=[kept.pk, other.pk])
    answer = client.post(address, {"kept": kept.pk})
    assert answer.status_code == 409
    assert "ещё раз" in answer.content.decode()


def test_same_mail_name_and_address_suggest_the_same_person(kept):
    place = Order.objects.get(customer=kept).place
    Customer.objects.filter(pk=kept.pk).update(phone="+79161234567", email="R@example.com")
    kept.refresh_from_db()
    mail = CustomerFactory(name="Р. Е.", email="r@example.com")
    slip = OrderFactory(
        customer__name="роман ефремов", customer__phone="+79161234576", place=place, address=""
    ).customer
    neighbour = OrderFactory(customer__name="Анна Ефремов", place=place).customer
    OrderFactory(customer__name="Сосед Иванов", place=place)
    OrderFactory(customer__name="Роман Ефремов", place=place, address="")
    found = {one.customer.pk: one.reasons for one in duplicates_of(kept)}
    assert found == {
        mail.pk: ("та же электронная почта",),
        slip.pk: ("то же имя и регион, похожий телефон",),
        neighbour.pk: ("тот же адрес и имя",),
    }


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("+79161234567", "+79161234576", True),
        ("+79161234567", "+79161234568", True),
        ("+79161234567", "+79169994567", False),
        ("+79161234567", "+79161234567", False),
        ("+79161234567", None, False),
    ],
)
def test_phones_are_similar_by_a_slip(one, other, similar):
    assert is_similar(one, other) == similar


def test_suggestions_ask_few_queries(kept, django_assert_max_num_queries):
    for _ in range(20):
        OrderFactory(customer__name=kept.name)
    with django_assert_max_num_queries(6):
        duplicates_of(kept)


def test_another_card_is_found_by_hand(client, kept, other, manager):
    client.force_login(manager, backend="dealers.auth.WorkspaceBackend")
    page = client.get(reverse("customer_similar", args=[kept.pk]), {"q": "Рома"})
    assert page.context["found"] == [other]
