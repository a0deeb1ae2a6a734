"""The list of customers and a card, as the manufacturer sees them; dealers see neither."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from dealers.models import AuditRecord
from orders.models import Consent, CustomerDeed, CustomerNote, HistoryEntry, Order
from tests.factories import (
    NOW,
    AdministratorFactory,
    CityFactory,
    CustomerFactory,
    DealerFactory,
    OrderFactory,
    UserFactory,
    call_of,
    recording_of,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def customer():
    return CustomerFactory(name="Роман Ефремов", phone="+79161234567", email="roman@example.com")


@pytest.fixture
def order(customer):
    return OrderFactory(customer=customer)


@pytest.fixture
def manager_client(client, manager):
    client.force_login(manager, backend="dealers.auth.WorkspaceBackend")
    return client


def listed(client, **query):
    page = client.get(reverse("customer_list"), query).context["page"]
    return [one.pk for one in page.rows]


def card(client, customer, **query):
    return client.get(reverse("customer_card", args=[customer.pk]), query)


@pytest.mark.parametrize("text", ["роман", "Ефр", "ROMAN@", "8916123", "+7 916 123-45-67", "9161"])
def test_a_customer_is_found_by_the_beginning(manager_client, order, text):
    OrderFactory(customer=CustomerFactory(name="Анна Белова"), email="")
    assert listed(manager_client, q=text) == [order.customer_id]


def test_a_customer_is_found_by_a_whole_order_number(manager_client, order):
    OrderFactory()
    assert listed(manager_client, q=str(order.pk)) == [order.customer_id]
    assert listed(manager_client, q=f"№ {order.pk}") == [order.customer_id]


def test_who_was_merged_finds_the_card_that_stays(manager_client, customer, order):
    CustomerFactory(name="Рома Е", phone="+79991112233", merged_into=customer)
    assert listed(manager_client, q="Рома Е") == [customer.pk]
    assert listed(manager_client, q="9991112") == [customer.pk]
    assert listed(manager_client) == [customer.pk]


def test_filters_narrow_the_list(manager_client, customer):
    city = CityFactory()
    first = OrderFactory(customer=customer, place=city, created_at=NOW)
    OrderFactory(customer=customer, place=city, created_at=NOW)
    done = OrderFactory(created_at=NOW - 30 * DAY)
    Order.objects.filter(pk=done.pk).update(
        status="completed", closed_at=NOW, dealer=DealerFactory()
    )
    Consent.objects.create(
        customer=customer, order=first, kind="calls", text_version="1", given_at=NOW
    )
    both = [customer.pk, done.customer_id]
    assert listed(manager_client) == both
    for query in (
        {"region": city.parent_id},
        {"open": "yes"},
        {"calls": "yes"},
        {"orders_from": "2"},
        {"since": (NOW - 5 * DAY).date().isoformat()},
    ):
        assert listed(manager_client, **query) == both[:1], query
    for query in (
        {"open": "no"},
        {"calls": "no"},
        {"orders_to": "1"},
        {"until": (NOW - 5 * DAY).date().isoformat()},
    ):
        assert listed(manager_client, **query) == both[1:], query


@pytest.mark.parametrize("sort", ["last", "name", "orders", "bought", "created"])
def test_pages_go_through_everybody_once(manager_client, monkeypatch, sort):
    monkeypatch.setattr("orders.views.customers.PAGE_SIZE", 2)
    people = {OrderFactory(customer=CustomerFactory(name=name)).customer_id for name in "БАВАГ"}
    seen, after = [], ""
    while True:
        query = {"sort": sort, "after": after}
        page = manager_client.get(reverse("customer_list"), query).context["page"]
        seen += [one.pk for one in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == 5
    assert set(seen) == people


def test_long_gone_customers_are_suggested_for_erasure(manager_client, order):
    old = OrderFactory(created_at=NOW - 5 * 365 * DAY)
    Order.objects.filter(pk=old.pk).update(
        status="completed", closed_at=NOW, dealer=DealerFactory()
    )
    assert listed(manager_client, state="old") == [old.customer_id]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\0"},
        {"q": "9" * 150},
        {"q": "%"},
        {"orders_from": "-1"},
        {"orders_from": "1e308"},
        {"since": "30.02.2026"},
        {"region": "x"},
        {"sort": "phone"},
        {"after": "!!"},
        {"state": "x"},
    ],
)
def test_nonsense_in_the_address_is_no_error(manager_client, order, query):
    assert manager_client.get(reverse("customer_list"), query).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_a_fixed_number_of_queries(
    manager_client, django_assert_max_num_queries, rows
):
    for _ in range(rows):
        OrderFactory()
    with django_assert_max_num_queries(12):
        manager_client.get(reverse("customer_list"))


def test_the_phone_is_hidden_until_it_is_shown_and_that_is_kept(manager_client, order, manager):
    page = card(manager_client, order.customer).content.decode()
    assert "+7 916 [скрыт]" in page
    assert "123-45-67" not in page
    shown = manager_client.post(reverse("customer_phone", args=[order.customer_id]))
    assert "+7 916 123-45-67" in shown.content.decode()
    deed = CustomerDeed.objects.get()
    assert (deed.kind, deed.actor) == ("phone", manager)
    record = AuditRecord.objects.get(kind="phone")
    assert (record.actor, record.object_id, record.label) == (
        manager,
        order.customer_id,
        f"№ {order.customer_id}",
    )


def test_the_card_adds_up(manager_client, customer):
    dealer = DealerFactory()
    for status, total in (("completed", 400), ("completed", 1000), ("cancelled", 50), ("new", 10)):
        order = OrderFactory(customer=customer, total=Decimal(total))
        closed = None if status == "new" else NOW
        Order.objects.filter(pk=order.pk).update(
            status=status, closed_at=closed, dealer=None if status == "new" else dealer
        )
    totals = card(manager_client, customer).context["totals"]
    assert (totals.orders, totals.open, totals.completed, totals.cancelled) == (4, 1, 2, 1)
    assert (totals.bought, totals.average) == (Decimal(1400), Decimal(700))


def test_consents_stand_with_version_time_and_address(manager_client, order):
    Consent.objects.create(
        customer=order.customer,
        order=order,
        kind="calls",
        text_version="7",
        given_at=NOW,
        address="203.0.113.9",
    )
    page = card(manager_client, order.customer).content.decode()
    for words in ("текст 7", "203.0.113.9", "15 июня 2026"):
        assert words in page


def test_the_history_holds_messages_calls_and_deeds_of_all_orders(
    manager_client, customer, manager
):
    first, second = OrderFactory(customer=customer), OrderFactory(customer=customer)
    HistoryEntry.objects.create(
        order=first, kind="comment", text="Когда привезут?", by_customer=True, created_at=NOW + DAY
    )
    seller = UserFactory()
    Order.objects.filter(pk=second.pk).update(status="accepted", dealer=seller.dealer)
    second.refresh_from_db()
    recording = recording_of(second, seller)
    manager_client.post(reverse("customer_note_add", args=[customer.pk]), {"text": "Просит утром"})
    page = card(manager_client, customer)
    words = page.content.decode()
    assert "Когда привезут?" in words
    assert reverse("recording", args=[recording.pk]) in words
    only = manager_client.get(
        reverse("customer_history", args=[customer.pk]), {"show": "talk"}
    ).content.decode()
    assert "Когда привезут?" in only
    assert reverse("recording", args=[recording.pk]) not in only


def test_the_history_is_paged_through_once_and_in_order(manager_client, customer, monkeypatch):
    monkeypatch.setattr("orders.customer_history.PAGE_SIZE", 3)
    seller = UserFactory()
    for number in range(4):
        order = OrderFactory(customer=customer)
        Order.objects.filter(pk=order.pk).update(status="accepted", dealer=seller.dealer)
        order.refresh_from_db()
        HistoryEntry.objects.create(
            order=order, kind="comment", text=f"слово {number}", created_at=NOW
        )
        # All at the same moment: the source and the number decide.
        call_of(order, seller)
    seen, earlier = [], ""
    while True:
        query = {"earlier": earlier} if earlier else {}
        history = card(manager_client, customer, **query).context["history"]
        seen += [(entry.template, str(entry.item)) for entry in history.entries]
        earlier = history.earlier
        if not earlier:
            break
    assert len(seen) == len(set(seen)) == 8


@pytest.mark.parametrize(
    "earlier", ["x", "!!!!", "W10", "WyIyMDI2IiwgIngiLCAxXQ", "bnVsbA", "a" * 400]
)
def test_a_cursor_that_makes_no_sense_is_the_first_page(manager_client, order, earlier):
    HistoryEntry.objects.create(order=order, kind="comment", text="Слово", created_at=NOW)
    assert (
        len(card(manager_client, order.customer, earlier=earlier).context["history"].entries) == 1
    )


def test_an_order_s_card_leads_to_the_customer_for_the_manufacturer_alone(client, order, manager):
    seller = UserFactory()
    Order.objects.filter(pk=order.pk).update(status="accepted", dealer=seller.dealer)
    address = reverse("customer_card", args=[order.customer_id])
    for user, sees in ((manager, True), (seller, False)):
        client.force_login(user, backend="dealers.auth.WorkspaceBackend")
        page = client.get(reverse("order_card", args=[order.pk])).content.decode()
        assert (address in page) == sees


def test_a_merged_card_leads_to_the_one_that_stays(manager_client, customer, order):
    merged = CustomerFactory(merged_into=customer)
    response = card(manager_client, merged)
    assert response["Location"] == reverse("customer_card", args=[customer.pk])


@pytest.mark.parametrize("name", ["customer_card", "customer_history", "customer_edit"])
def test_a_dealer_finds_no_card_even_of_its_own_customer(client, order, name):
    seller = UserFactory(is_head=True)
    Order.objects.filter(pk=order.pk).update(status="accepted", dealer=seller.dealer)
    client.force_login(seller, backend="dealers.auth.WorkspaceBackend")
    own = client.get(reverse(name, args=[order.customer_id]))
    missing = client.get(reverse(name, args=[10**9]))
    assert (own.status_code, missing.status_code) == (404, 404)
    assert own.content == missing.content
    assert client.get(reverse("customer_list")).status_code == 404
    assert b"customers/" not in client.get(reverse("order_list")).content


def test_the_table_of_customers_is_kept_in_the_journal(manager_client, order, manager):
    answer = manager_client.post(reverse("customer_export") + "?q=Роман", {"kind": "csv"})
    table = b"".join(answer.streaming_content).decode()
    assert "Роман Ефремов;'+7 916 123-45-67;roman@example.com" in table
    record = AuditRecord.objects.get(kind="export")
    assert record.data == {"table": "customers", "count": 1, "format": "csv"}


def test_only_the_author_changes_and_deletes_a_note(client, customer, manager):
    note = CustomerNote.objects.create(
        customer=customer, author=manager, text="Звонить утром", created_at=NOW
    )
    edit = reverse("customer_note_edit", args=[customer.pk, note.pk])
    client.force_login(AdministratorFactory(), backend="dealers.auth.WorkspaceBackend")
    assert client.post(edit, {"text": "Чужое"}).status_code == 404
    client.force_login(manager, backend="dealers.auth.WorkspaceBackend")
    client.post(edit, {"text": "Звонить вечером"})
    note.refresh_from_db()
    assert (note.text, [one["text"] for one in note.earlier]) == (
        "Звонить вечером",
        ["Звонить утром"],
    )
    client.post(reverse("customer_note_delete", args=[customer.pk, note.pk]))
    note.refresh_from_db()
    assert (note.text, note.earlier, bool(note.deleted_at)) == ("", [], True)
    assert "Звонить" not in card(client, customer).content.decode()


@pytest.mark.parametrize("orders", [1, 30])
def test_the_card_asks_a_fixed_number_of_queries(
    manager_client, customer, django_assert_max_num_queries, orders
):
    for _ in range(orders):
        order = OrderFactory(customer=customer)
        HistoryEntry.objects.create(order=order, kind="comment", text="Слово", created_at=NOW)
    with django_assert_max_num_queries(36):
        card(manager_client, customer)
