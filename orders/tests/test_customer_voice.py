"""What a customer does on the page of an order, and what the page lets nobody do."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dealers.models import Outlet
from notifications.models import RecipientChoice
from orders import messages
from orders.links import customer_link
from orders.models import (
    CommentFile,
    Conversation,
    HistoryEntry,
    HistoryKind,
    Order,
)
from orders.services.comments import add_comment
from orders.services.contact import confirm_by_robot
from orders.services.details import change_details
from orders.services.lookups import renew_link
from orders.services.versions import seen_of
from orders.statuses import Status
from suz.common import links
from suz.common.attachments import clean_attachment
from tests.factories import NOW, OrderFactory, OrderLineFactory
from tests.pages import text_of
from tests.uploads import picture_upload, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(city):
    return OrderFactory(place=city, price_min=Decimal(380), email="roman@example.com")


@pytest.fixture
def accepted(order, dealer, dealer_manager):
    order.dealer, order.manager, order.status = dealer, dealer_manager, Status.ACCEPTED
    order.accepted_at = NOW
    order.save()
    return order


def at(name, order, *more):
    token = links.sign("order", order.pk, order.link_version)
    return reverse(f"customer_{name}", args=[token, *more])


def words(text="Когда привезут?", **more):
    return {"text": text, "key": uuid.uuid4()} | more


def comments(order):
    return order.history.filter(kind=HistoryKind.COMMENT)


class TestMessages:
    def test_one_is_written_and_shown(self, client, accepted):
        answer = client.post(at("write", accepted), words())
        assert answer.status_code == 302
        assert answer["Location"].endswith("?done=message#talk")
        text = text_of(client.get(answer["Location"]))
        assert "Когда привезут?" in text
        assert "Сообщение отправлено." in text
        entry = comments(accepted).get()
        assert (entry.by_customer, entry.is_visible, entry.actor) == (True, True, None)

    def test_the_same_form_twice_is_one(self, client, accepted):
        form = words()
        client.post(at("write", accepted), form)
        client.post(at("write", accepted), form)
        assert comments(accepted).count() == 1

    def test_files_come_along_and_go_out(self, client, accepted):
        client.post(at("write", accepted), words("", files=[picture_upload()]))
        file = CommentFile.objects.get()
        for name in ("file", "file_preview"):
            answer = client.get(at(name, accepted, file.pk))
            assert answer.status_code == 200
            assert answer["Content-Type"] == "image/png"
            assert answer["Referrer-Policy"] == "no-referrer"
            list(answer.streaming_content)

    def test_names_and_words_are_shown_as_words(self, client, accepted):
        form = words("<script>alert(1)</script>", files=[upload("<img src=x>.csv", b"a;b")])
        client.post(at("write", accepted), form)
        body = client.get(customer_link(accepted)).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x>" not in body
        assert "&lt;script&gt;" in body

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"text": " "}, "Сначала напишите"),
            ({"text": "а" * 4001}, "4000"),
            ({"text": "\x07"}, "Уберите"),
            ({"text": "а", "key": "x"}, "Страница устарела"),
        ],
    )
    def test_a_bad_one_is_refused_beside_the_field_and_kept(self, client, accepted, form, said):
        answer = client.post(at("write", accepted), words() | form)
        assert answer.status_code == 422
        assert said in text_of(answer)
        if form["text"] == "а":
            assert ">\nа</textarea>" in answer.content.decode()
        assert not comments(accepted).exists()

    def test_a_program_is_no_attachment(self, client, accepted):
        answer = client.post(at("write", accepted), words(files=[upload("счёт.exe", b"MZ")]))
        assert answer.status_code == 422
        assert not comments(accepted).exists()

    def test_too_many_in_an_hour_are_refused(self, client, accepted):
        with time_machine.travel(NOW, tick=False):
            for _time in range(30):
                assert client.post(at("write", accepted), words()).status_code == 302
            answer = client.post(at("write", accepted), words("Тридцать первое"))
            assert answer.status_code == 429
            assert "Тридцать первое" in answer.content.decode()
        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            assert client.post(at("write", accepted), words()).status_code == 302

    def test_internal_ones_and_their_files_are_not_there(self, client, accepted, dealer_manager):
        note = add_comment(
            order_id=accepted.pk,
            by=dealer_manager,
            text="Сложный покупатель",
            files=[clean_attachment(picture_upload())],
            is_visible=False,
            now=NOW,
        )
        file = note.files.get()
        for address in (customer_link(accepted), at("messages", accepted), at("print", accepted)):
            assert "Сложный" not in client.get(address).content.decode()
        assert client.get(at("file", accepted, file.pk)).status_code == 404
        assert client.get(at("file_preview", accepted, file.pk)).status_code == 404

    def test_a_file_of_another_order_is_not_there(self, client, accepted, city):
        client.post(at("write", accepted), words(files=[picture_upload()]))
        other = OrderFactory(place=city)
        assert client.get(at("file", other, CommentFile.objects.get().pk)).status_code == 404

    def test_a_dealer_without_the_phone_reads_no_number(
        self, client, accepted, dealer_manager, system_settings
    ):
        system_settings(calls_enabled=True)
        dealer = dealer_manager.dealer
        dealer.site_calls = True
        dealer.save()
        form = words("Звоните 8 916 123-45-67", files=[upload("тел 89161234567.csv", b"a;b")])
        client.post(at("write", accepted), form)
        client.force_login(dealer_manager)
        body = client.get(reverse("order_card", args=[accepted.pk])).content.decode()
        assert "123-45-67" not in body
        assert "9161234567" not in body
        assert "Звоните" in body

    def test_many_are_shown_in_parts(self, client, accepted):
        HistoryEntry.objects.bulk_create(
            HistoryEntry(
                order=accepted,
                kind=HistoryKind.COMMENT,
                text=f"Слово {number:03}.",
                by_customer=True,
                is_visible=True,
                created_at=NOW,
            )
            for number in range(200)
        )
        seen, address = [], customer_link(accepted)
        while address:
            body = client.get(address).content.decode()
            seen = re.findall(r"Слово (\d+)\.", body) + seen
            more = re.search(r'hx-get="([^"]+before=\d+)"', body)
            address = more and more[1]
        assert seen == [f"{number:03}" for number in range(200)]


class TestSeen:
    def test_looking_marks_nothing_and_the_page_reports_it(self, client, accepted, dealer_manager):
        entry = add_comment(
            order_id=accepted.pk, by=dealer_manager, text="Завтра", is_visible=True, now=NOW
        )
        client.get(customer_link(accepted))
        client.head(customer_link(accepted))
        assert Conversation.objects.get().customer_saw == 0
        answer = client.post(at("seen", accepted), {"upto": entry.pk})
        assert answer.status_code == 204
        assert Conversation.objects.get().customer_saw == entry.pk

    @pytest.mark.parametrize("upto", ["", "-1", "x", "9" * 30, "١"])
    def test_nonsense_marks_nothing(self, client, accepted, dealer_manager, upto):
        add_comment(
            order_id=accepted.pk, by=dealer_manager, text="Завтра", is_visible=True, now=NOW
        )
        assert client.post(at("seen", accepted), {"upto": upto}).status_code == 204
        assert Conversation.objects.get().customer_saw == 0

    def test_the_staffs_card_marks_it_by_a_post_alone(self, client, accepted, dealer_manager):
        client.post(at("write", accepted), words())
        entry = comments(accepted).get()
        client.force_login(dealer_manager)
        client.get(reverse("order_card", args=[accepted.pk]))
        assert Conversation.objects.get().dealer_saw == 0
        client.post(reverse("order_seen", args=[accepted.pk]), {"upto": entry.pk})
        assert Conversation.objects.get().dealer_saw == entry.pk
        assert "прочитано дилером" in text_of(client.get(customer_link(accepted)))

    def test_another_dealer_marks_nothing(self, client, accepted, other_manager):
        client.post(at("write", accepted), words())
        client.force_login(other_manager)
        address = reverse("order_seen", args=[accepted.pk])
        assert client.post(address, {"upto": comments(accepted).get().pk}).status_code == 404
        assert Conversation.objects.get().dealer_saw == 0


class TestCancelling:
    def test_asking_for_the_page_cancels_nothing(self, client, order):
        for method in (client.get, client.head):
            assert method(at("cancel", order)).status_code == 200
        order.refresh_from_db()
        assert order.status == Status.NEW

    def test_a_new_order_is_cancelled_at_once(self, client, order):
        answer = client.post(at("cancel", order), follow=True)
        assert "Заказ отменён." in text_of(answer)
        order.refresh_from_db()
        assert (order.status, order.cancel_reason.party) == (Status.CANCELLED, "customer")
        assert order.history.get(kind=HistoryKind.CANCELLED).by_customer

    def test_an_accepted_one_is_asked_for(self, client, accepted):
        client.post(at("cancel", accepted), words("Передумал"))
        accepted.refresh_from_db()
        assert accepted.status == Status.ACCEPTED
        assert Conversation.objects.get().asks == "cancel"
        assert comments(accepted).get().text == "Передумал"

    def test_no_reason_is_needed(self, client, accepted):
        client.post(at("cancel", accepted), words(""))
        assert comments(accepted).get().text == "Прошу отменить заказ."

    def test_who_comes_too_late_can_ask(self, client, order, accepted, monkeypatch):
        """The dealer accepts between the page's reading and the deed."""
        Order.objects.filter(pk=order.pk).update(status=Status.NEW, dealer=None)
        monkeypatch.setattr(
            "orders.storefront.voice_views.cancel_unclaimed",
            lambda **arguments: _accept_first(accepted, **arguments),
        )
        answer = client.post(at("cancel", order))
        assert answer.status_code == 422
        assert "Заказ уже принял дилер" in text_of(answer)
        assert "Попросить об отмене" in text_of(answer)

    @pytest.mark.parametrize("asks", ["change", "cancel"])
    def test_a_closed_order_has_nothing_to_ask(self, client, order, asks):
        Order.objects.filter(pk=order.pk).update(status=Status.CANCELLED, closed_at=NOW)
        assert client.post(at(asks, order), words()).status_code == 302
        assert not Conversation.objects.exists()


def _accept_first(order, **arguments):
    from orders.services.contact import cancel_unclaimed

    Order.objects.filter(pk=order.pk).update(status=Status.ACCEPTED, dealer=order.dealer)
    return cancel_unclaimed(**arguments)


class TestConfirming:
    def confirm(self, client, order, **more):
        order.refresh_from_db()
        return client.post(at("confirm", order), {"version": order.version} | more)

    def test_an_order_in_work_is_confirmed_once(self, client, accepted):
        assert self.confirm(client, accepted).status_code == 302
        assert self.confirm(client, accepted).status_code == 302
        accepted.refresh_from_db()
        assert accepted.confirmed_at
        assert accepted.history.filter(kind=HistoryKind.CONFIRMED).count() == 1
        assert "Подтвердить заказ" not in text_of(client.get(customer_link(accepted)))

    def test_nobody_confirms_what_was_not_shown(self, client, accepted):
        answer = self.confirm(client, accepted, version=accepted.version + 7)
        assert answer.status_code == 409
        assert "Заказ только что изменился" in text_of(answer)
        accepted.refresh_from_db()
        assert accepted.confirmed_at is None

    def test_a_new_order_cannot_be(self, client, order):
        assert self.confirm(client, order).status_code == 409

    def test_the_robots_first_key_does_the_same(self, accepted):
        confirm_by_robot(
            order_id=accepted.pk, dealer_id=accepted.dealer_id, cycle=accepted.cycle, now=NOW
        )
        accepted.refresh_from_db()
        assert accepted.confirmed_at == NOW

    def test_another_address_is_to_be_confirmed_anew(self, client, accepted, manager):
        self.confirm(client, accepted)
        accepted.refresh_from_db()
        change_details(
            order_id=accepted.pk,
            values={"address": "ул. Садовая, 12"},
            seen=seen_of(accepted),
            by=manager,
            now=NOW,
        )
        accepted.refresh_from_db()
        assert accepted.confirmed_at is None


def test_the_channels_are_chosen_on_the_page(client, accepted):
    client.post(at("choose", accepted), {"by_sms": "on"})
    chosen = RecipientChoice.objects.get(key=messages.subject_key(accepted))
    assert (chosen.by_email, chosen.by_sms) == (False, True)


def test_a_renewed_link_leaves_the_old_one_wrong(client, accepted, dealer_manager):
    old = customer_link(accepted)
    renew_link(order_id=accepted.pk, by=dealer_manager, now=NOW)
    accepted.refresh_from_db()
    assert client.get(old).status_code == 404
    assert client.post(f"{old}write/", words()).status_code == 404
    assert client.get(customer_link(accepted)).status_code == 200
    assert not comments(accepted).exists()


def test_forms_of_other_sites_act_on_nothing(accepted):
    browser = Client(enforce_csrf_checks=True)
    for name in ("write", "seen", "change", "cancel", "confirm", "choose"):
        assert browser.post(at(name, accepted), words()).status_code == 403
    assert not comments(accepted).exists()


def test_the_printed_order_says_what_the_page_does(client, accepted):
    text = text_of(client.get(at("print", accepted)))
    for expected in (accepted.customer_name, accepted.dealer.name, "+7 900 [скрыт]", "Итого"):
        assert expected in text


@pytest.mark.parametrize("lines", [3, 30])
@pytest.mark.parametrize("said", [5, 200])
def test_the_page_takes_few_queries_whatever_the_order(
    client, accepted, dealer, city, dealer_manager, django_assert_num_queries, lines, said
):
    for position in range(1000, 999 + lines):
        OrderLineFactory(order=accepted, position=position)
    for number in range(3):
        Outlet.objects.create(
            dealer=dealer, city=city, address=f"ул. {number}", latitude=1, longitude=number
        )
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            order=accepted,
            kind=HistoryKind.COMMENT,
            text="Да",
            actor=dealer_manager,
            dealer=dealer,
            is_visible=True,
            created_at=NOW,
        )
        for _ in range(said)
    )
    client.get(customer_link(accepted))
    with django_assert_num_queries(12):
        assert client.get(customer_link(accepted)).status_code == 200
