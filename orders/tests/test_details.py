"""Correcting details: who may set what, what is kept, who is told, two people at once."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.models import SystemSettings
from notifications.models import Delivery, Message
from orders.links import customer_link
from orders.models import Assignment, Attention, Consent, HistoryKind, Order, ReasonKind
from orders.services import accepting, progress
from orders.services.details import change_details
from orders.services.errors import IllegalStep, OrderError, OrderNotFound
from orders.services.versions import OrderMoved, seen_of
from tests.factories import NOW, CustomerFactory, OfferFactory, OrderFactory, UserFactory, reason

PHONE = "+79161234567"


@pytest.fixture
def order(city, dealer, dealer_manager):
    """In work at the dealer, its customer contacted."""
    made = OrderFactory(
        place=city,
        created_at=timezone.now(),
        customer=CustomerFactory(name="Роман", phone=PHONE),
        latitude=55.75124,
        longitude=37.61842,
    )
    OfferFactory(order=made, dealer=dealer)
    accepting.accept_offer(order_id=made.pk, by=dealer_manager, now=timezone.now())
    return progress.mark_contacted(order_id=made.pk, by=dealer_manager, now=timezone.now())


@pytest.fixture
def change(order, manager):
    def change(by=manager, seen=None, reason="", now=None, **values):
        fresh = Order.objects.get(pk=order.pk)
        return change_details(
            order_id=order.pk,
            values=values,
            seen=seen or seen_of(fresh),
            reason=reason,
            by=by,
            now=now or timezone.now(),
        )

    return change


def fresh(order):
    return Order.objects.get(pk=order.pk)


def last(order):
    return order.history.filter(kind=HistoryKind.DETAILS).latest("pk")


def address(order):
    return reverse("order_edit", args=[order.pk])


def typed(client, order, **changes):
    """What the form sends back, with some fields typed anew."""
    form = client.get(address(order)).context["form"]
    data = {}
    for name, field in form.fields.items():
        value = form[name].value()
        value = "" if value is None else str(value)
        data[name] = value
        if field.show_hidden_initial:
            data[f"initial-{name}"] = value
    return data | changes


class TestService:
    def test_keeps_what_was_before(self, change, order, manager):
        assert change(address="ул. Полевая, д. 1", comment="Домофон 5") == ["address", "comment"]
        entry = last(order)
        assert entry.data["changes"] == [
            {
                "field": "address",
                "before": "ул. Лесная, д. 5, кв. 12",
                "after": "ул. Полевая, д. 1",
            },
            {"field": "comment", "before": "", "after": "Домофон 5"},
        ]
        assert entry.actor == manager
        assert fresh(order).address == "ул. Полевая, д. 1"

    def test_what_is_the_same_is_no_change(self, change, order):
        same = fresh(order)
        assert change(address=same.address, pin=(55.751240001, 37.61842)) == []
        assert not order.history.filter(kind=HistoryKind.DETAILS).exists()

    def test_a_phone_stands_nowhere_in_the_history(self, change, order):
        change(phone="+79267654321")
        assert fresh(order).phone.as_e164 == "+79267654321"
        text = str(last(order).data) + last(order).text
        assert not re.search(r"\d{7}", text)
        assert "+7 926 [скрыт]" in text

    def test_another_phone_is_another_customer_with_the_consents(self, change, order):
        Consent.objects.create(
            customer=order.customer,
            order=order,
            kind="processing",
            text_version="1",
            given_at=NOW,
        )
        known = CustomerFactory(name="Ольга", phone="+79267654321")
        change(phone="+79267654321")
        assert fresh(order).customer == known
        assert order.consents.get().customer == known
        known.refresh_from_db()
        assert known.name == "Ольга"

    def test_a_new_term_needs_a_reason_and_ends_being_overdue(self, change, order):
        Order.objects.filter(pk=order.pk).update(overdue_at=NOW)
        Attention.objects.create(order=order, reason="overdue", raised_at=NOW)
        day = timezone.localdate() + datetime.timedelta(days=20)
        with pytest.raises(OrderError, match="почему"):
            change(due_on=day)
        assert change(due_on=day, reason="Ждём завод") == ["due_on"]
        order = fresh(order)
        assert (order.due_on, order.overdue_at) == (day, None)
        assert last(order).text == "Ждём завод"
        assert not order.attention.filter(resolved_at__isnull=True).exists()

    def test_the_term_lies_not_in_the_past(self, change):
        with pytest.raises(OrderError):
            change(due_on=timezone.localdate() - datetime.timedelta(days=1), reason="x")

    def test_the_manager_is_one_of_the_dealer(self, change, order, dealer, other_manager):
        colleague = UserFactory(dealer=dealer)
        assert change(manager=colleague) == ["manager"]
        assert fresh(order).manager == colleague
        assert Assignment.objects.get(order=order, ended_at=None).manager == colleague
        for stranger in (other_manager, UserFactory(dealer=dealer, is_active=False)):
            with pytest.raises(OrderError):
                change(manager=stranger)

    def test_a_wrong_mailbox_loses_the_link(self, client, change, order):
        link = customer_link(fresh(order))
        change(email="roman.new@example.com")
        assert client.get(link).status_code == 404
        assert client.get(customer_link(fresh(order))).status_code == 200
        delivery = Delivery.objects.get(
            message__event="order_details", message__audience="customer"
        )
        assert delivery.address == "roman.new@example.com"
        assert delivery.message.url == customer_link(fresh(order))

    def test_a_pin_may_be_removed(self, change, order):
        assert change(pin=None) == ["pin"]
        assert (fresh(order).latitude, fresh(order).longitude) == (None, None)

    def test_of_a_closed_order_nothing_changes(self, change, order, manager):
        progress.cancel(
            order_id=order.pk, by=manager, reason_id=_cancel_reason(), now=timezone.now()
        )
        with pytest.raises(IllegalStep):
            change(address="x")

    def test_who_comes_second_overwrites_nothing(self, change, order, dealer_manager):
        seen = seen_of(fresh(order))
        change(address="Первый")
        with pytest.raises(OrderMoved):
            change(by=dealer_manager, seen=seen, address="Второй")
        assert fresh(order).address == "Первый"


class TestRights:
    def test_a_dealer_sets_where_and_who_and_nothing_else(self, change, order, dealer_manager):
        assert change(by=dealer_manager, address="Новый", pin=None) == ["address", "pin"]
        for name in ("customer_name", "phone", "email", "comment", "due_on"):
            with pytest.raises(ValueError, match=name):
                change(by=dealer_manager, **{name: "x"})

    def test_before_contact_the_address_is_not_the_dealer_s(self, change, order, dealer_manager):
        Order.objects.filter(pk=order.pk).update(status="accepted", contact_kind="")
        with pytest.raises(ValueError, match="address"):
            change(by=dealer_manager, address="Новый")
        assert change(by=dealer_manager, manager=None) == ["manager"]

    def test_a_rival_finds_nothing(self, client, change, order, other_manager):
        with pytest.raises(OrderNotFound):
            change(by=other_manager, address="x")
        OfferFactory(order=order, dealer=other_manager.dealer)
        client.force_login(other_manager)
        assert client.get(address(order)).status_code == 404
        assert client.post(address(order), {"address": "x"}).status_code == 404

    def test_an_offer_gives_no_right(self, client, city, dealer, dealer_manager):
        offered = OfferFactory(order=OrderFactory(place=city), dealer=dealer).order
        client.force_login(dealer_manager)
        assert client.get(address(offered)).status_code == 404
        assert client.post(address(offered), {"address": "x"}).status_code == 404

    def test_posted_fields_of_others_are_ignored(self, client, order, dealer_manager):
        client.force_login(dealer_manager)
        data = typed(client, order, address="Новый") | {
            "customer_name": "Чужой",
            "initial-customer_name": "x",
            "phone": "+79990000000",
            "due_on": "2027-01-01",
            "reason": "x",
            "total": "1",
            "dealer": "1",
            "status": "completed",
        }
        assert client.post(address(order), data).status_code == 302
        changed = fresh(order)
        assert (changed.address, changed.customer_name) == ("Новый", "Роман")
        assert (changed.phone.as_e164, changed.due_on) == (PHONE, order.due_on)
        assert (changed.status, changed.dealer_id) == (order.status, order.dealer_id)

    def test_the_form_tells_nobody_the_phone(self, client, order, manager, dealer_manager):
        for user in (manager, dealer_manager):
            client.force_login(user)
            assert "1234567" not in re.sub(r"\D", "", client.get(address(order)).content.decode())

    def test_the_history_shows_a_dealer_no_phone_that_somebody_wrote(
        self, client, change, order, dealer, dealer_manager
    ):
        change(comment="Звоните 8 916 123-45-67")
        SystemSettings.objects.update_or_create(pk=1, defaults={"calls_enabled": True})
        dealer.site_calls = True
        dealer.save(update_fields=["site_calls"])
        Order.objects.filter(pk=order.pk).update(status="accepted", contact_kind="")
        client.force_login(dealer_manager)
        page = client.get(reverse("order_card", args=[order.pk])).content.decode()
        assert "Звоните [скрыт]" in page
        assert "123-45-67" not in page


class TestTelling:
    def audiences(self):
        return set(Message.objects.filter(event="order_details").values_list("audience", flat=True))

    def test_customer_and_dealer_learn_of_a_new_address(self, change):
        change(address="Новый")
        assert self.audiences() == {"customer", "dealer"}

    def test_what_the_dealer_changed_the_dealer_knows(self, change, dealer_manager):
        change(by=dealer_manager, address="Новый")
        assert self.audiences() == {"customer"}

    def test_a_colleague_learns_of_being_responsible(self, change, dealer, dealer_manager):
        colleague = UserFactory(dealer=dealer)
        change(by=dealer_manager, manager=colleague)
        told = Message.objects.get(event="order_details", audience="dealer")
        assert told.user == colleague

    def test_a_comment_put_right_is_no_news(self, change, order):
        change(comment="Новый")
        assert self.audiences() == set()
        assert not last(order).is_visible

    def test_the_customer_s_page_says_what_changed(self, client, change, order):
        change(address="Новый")
        assert "Изменено: адрес" in client.get(customer_link(fresh(order))).content.decode()


class TestPage:
    @pytest.fixture(autouse=True)
    def _login(self, client, manager):
        client.force_login(manager)

    def test_saves_and_leads_back_to_the_card(self, client, order):
        data = typed(client, order, customer_name="Ольга", latitude="55,8", longitude="37,5")
        answer = client.post(address(order), data, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("order_card", args=[order.pk])
        changed = fresh(order)
        assert (changed.customer_name, changed.latitude) == ("Ольга", 55.8)
        assert "Сохранено: имя, метка на карте." in answer.content.decode()

    def test_sent_back_untouched_it_changes_nothing(self, client, order):
        version = fresh(order).version
        answer = client.post(address(order), typed(client, order), follow=True)
        assert "Ничего не изменилось." in answer.content.decode()
        assert fresh(order).version == version

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("customer_name", ""),
            ("customer_name", "я" * 151),
            ("customer_name", "a\0b"),
            ("customer_name", "🏠"),
            ("phone", "12"),
            ("phone", "\0"),
            ("email", "нет"),
            ("address", "x" * 251),
            ("address", "a\0"),
            ("comment", "x" * 2001),
            ("comment", "a\0"),
            ("latitude", "1e308"),
            ("latitude", "nan"),
            ("longitude", "181"),
            ("longitude", "\0"),
            ("due_on", "31.02.2026"),
            ("due_on", "0001-01-01"),
            ("due_on", "9999-12-31"),
            ("manager", "x"),
            ("manager", str(2**63)),
            ("reason", "x" * 501),
        ],
    )
    def test_bad_input_is_told_and_kept(self, client, order, field, value):
        data = typed(client, order) | {"comment": "Моё слово", field: value}
        answer = client.post(address(order), data)
        assert answer.status_code == 422
        assert answer.context["form"].errors
        assert "Моё слово" in answer.content.decode() or field == "comment"
        assert fresh(order).comment == ""

    def test_who_comes_second_is_told_what_changed_and_keeps_the_words(
        self, client, order, change, dealer_manager
    ):
        data = typed(client, order, comment="Моё слово")
        change(by=dealer_manager, address="Чужой адрес")
        answer = client.post(address(order), data)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Ничего не перезаписано" in page
        assert "ул. Лесная, д. 5, кв. 12 → Чужой адрес" in page
        assert "Моё слово</textarea>" in page
        assert fresh(order).comment == ""
        # Saved once more, it sets what was typed and leaves the other's change alone.
        form = answer.context["form"]
        again = {name: form.data.get(name, "") for name in form.fields} | {
            key: value for key, value in form.data.items() if key.startswith("initial-")
        }
        assert client.post(address(order), again).status_code == 302
        changed = fresh(order)
        assert (changed.address, changed.comment) == ("Чужой адрес", "Моё слово")

    def test_a_closed_order_leads_back(self, client, order, manager):
        progress.cancel(
            order_id=order.pk, by=manager, reason_id=_cancel_reason(), now=timezone.now()
        )
        for method in (client.get, client.post):
            answer = method(address(order), follow=True)
            assert "Заказ закрыт" in answer.content.decode()

    def test_a_manager_who_works_no_more_stays_until_another_is_chosen(
        self, client, order, dealer_manager
    ):
        dealer_manager.is_active = False
        dealer_manager.save(update_fields=["is_active"])
        client.post(address(order), typed(client, order, customer_name="Ольга"))
        changed = fresh(order)
        assert (changed.customer_name, changed.manager) == ("Ольга", dealer_manager)


def _cancel_reason():
    return reason(ReasonKind.CANCEL).pk
