"""Finding an order again by number, phone and a one-time code."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dealers.models import RateCounter
from notifications.models import Delivery, Message
from notifications.rendering import render_mail, render_sms
from notifications.selectors import mails_for
from orders.links import customer_link, find_link
from orders.models import OrderLookup
from orders.services.lookups import LIFETIME, ask_for_code, forget_lookups, send_codes, use_code
from suz.common import links
from tests.factories import NOW, OrderFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db

PHONE = "+79001234567"


@pytest.fixture
def order(city):
    return OrderFactory(place=city, phone=PHONE, email="roman@example.com")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def asked(order, phone=PHONE):
    lookup = ask_for_code(number=order.pk, phone=phone, now=NOW)
    send_codes(now=NOW)
    return lookup


def sent_code():
    return Message.objects.filter(event="find_code").latest("pk").context["code"]


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


class TestAsking:
    def ask(self, client, number, phone=PHONE):
        return client.post(reverse("find_order"), {"number": number, "phone": phone})

    def test_the_right_number_and_phone_get_a_code(self, client, order):
        answer = self.ask(client, f"№ {order.pk}", "8 (900) 123-45-67")
        assert answer.status_code == 302
        assert not Message.objects.exists()
        assert send_codes(now=NOW) == 1
        channels = Delivery.objects.values_list("channel", "address")
        assert set(channels) == {("sms", PHONE), ("email", "roman@example.com")}

    @pytest.mark.parametrize("case", ["missing", "another's phone", "deleted"])
    def test_what_does_not_fit_answers_alike_and_sends_nothing(self, client, order, case):
        number, phone = order.pk, PHONE
        if case == "missing":
            number += 1000
        elif case == "deleted":
            order.deleted_at = NOW
            order.save()
        else:
            phone = "+79007654321"
        right, other = self.ask(client, order.pk), self.ask(client, number, phone)
        pages = [text_of(client.get(one["Location"])) for one in (right, other)]
        assert right.status_code == other.status_code
        assert pages[0] == pages[1]
        OrderLookup.objects.earliest("pk").delete()
        assert send_codes(now=NOW) == 0
        assert not Message.objects.exists()

    def test_the_request_does_the_same_work_either_way(self, client, order):
        """No timing to learn from: the order is not looked for before the answer is sent."""

        self.ask(client, order.pk)

        def work(number):
            with CaptureQueriesContext(connection) as captured:
                self.ask(client, number)
            return [re.sub(r"\d+|'[^']*'", "?", one["sql"]) for one in captured]

        there, missing = work(order.pk), work(order.pk + 1)
        assert there == missing
        assert not any('orders_order"' in sql for sql in there)

    @pytest.mark.parametrize("number", ["", "x", "1.5", "-1", "9" * 30, "١٢"])
    def test_no_number_is_refused_beside_the_field(self, client, number):
        answer = self.ask(client, number)
        assert answer.status_code == 422
        assert 'id="id_number_error"' in answer.content.decode()

    def test_a_phone_gets_three_codes_an_hour(self, client, order):
        for _time in range(3):
            assert self.ask(client, order.pk).status_code == 302
        assert self.ask(client, order.pk).status_code == 429
        # Whether there is such an order makes no difference.
        assert self.ask(client, order.pk + 1).status_code == 429
        assert OrderLookup.objects.count() == 3

    def test_an_address_asks_for_ten_codes_an_hour(self, client, order):
        for number in range(10):
            assert self.ask(client, order.pk, f"+7900123450{number}").status_code == 302
        assert self.ask(client, order.pk).status_code == 429

    def test_looking_asks_for_nothing(self, client):
        client.get(reverse("find_order"))
        client.head(reverse("find_order"))
        assert not OrderLookup.objects.exists()
        assert not RateCounter.objects.exists()


class TestCode:
    def type(self, client, lookup, code):
        return client.post(find_link(lookup), {"code": code})

    def test_the_right_one_leads_to_the_order_once(self, client, order):
        lookup = asked(order)
        answer = self.type(client, lookup, sent_code())
        assert answer["Location"] == customer_link(order)
        assert self.type(client, lookup, sent_code()).status_code == 422

    def test_wrong_late_and_needless_ones_answer_alike(self, client, order, clock):
        lookup = asked(order)
        other = asked(OrderFactory(), phone="+79007654321")
        answers = [
            self.type(client, lookup, wrong(sent_code())),
            self.type(client, other, "123456"),
        ]
        clock.shift(LIFETIME)
        answers.append(self.type(client, lookup, sent_code()))
        assert {one.status_code for one in answers} == {422}
        pages = {re.sub(r'value="[^"]*"', "", one.content.decode()) for one in answers}
        assert len({re.sub(r"csrf\S*", "", page) for page in pages}) == 1

    def test_five_tries_are_all(self, order):
        lookup = asked(order)
        code = sent_code()
        for _time in range(5):
            assert use_code(lookup_id=lookup.pk, code=wrong(code), now=NOW) is None
        assert use_code(lookup_id=lookup.pk, code=code, now=NOW) is None

    def test_an_address_tries_twenty_codes_an_hour(self, client, order):
        for number in range(5):
            lookup = ask_for_code(number=order.pk, phone=PHONE, now=NOW)
            for _time in range(4):
                assert self.type(client, lookup, f"{number:06d}").status_code == 422
        assert self.type(client, lookup, "000000").status_code == 429

    def test_looking_tries_nothing(self, client, order):
        lookup = asked(order)
        client.get(find_link(lookup))
        client.head(find_link(lookup))
        lookup.refresh_from_db()
        assert lookup.tries == 0

    def test_it_is_kept_as_a_digest_and_the_phone_not_at_all(self, order):
        lookup = asked(order)
        lookup.refresh_from_db()
        assert lookup.phone == ""
        assert re.fullmatch(r"[0-9a-f]{64}", lookup.digest)
        assert sent_code() not in lookup.digest

    def test_what_waited_too_long_is_not_sent(self, order):
        ask_for_code(number=order.pk, phone=PHONE, now=NOW - LIFETIME)
        assert send_codes(now=NOW) == 0

    def test_each_request_is_looked_at_once(self, order):
        asked(order)
        assert send_codes(now=NOW) == 0

    def test_old_requests_are_forgotten(self, order):
        asked(order)
        assert forget_lookups(now=NOW + timedelta(hours=20)) == 0
        assert forget_lookups(now=NOW + timedelta(days=2)) == 1

    def test_the_message_says_the_code_and_leads_nowhere(self, order):
        asked(order)
        message = Message.objects.get()
        assert sent_code() in render_sms(message).text
        assert "http" not in render_sms(message).text
        assert "/o/" not in render_mail(message).text

    def test_only_administrators_read_it(self, order, manager, administrator):
        asked(order)
        assert not mails_for(manager).exists()
        assert mails_for(administrator).exists()


@pytest.mark.parametrize(
    "token", ["x", "1-", "1-aaaa", "ffffffffffffffffffff-a", links.sign("order", 1, 1)]
)
def test_a_wrong_link_is_a_missing_page_and_counted(client, token):
    assert client.get(reverse("find_code", args=[token])).status_code == 404
    assert client.post(reverse("find_code", args=[token]), {"code": "123456"}).status_code == 404
    assert RateCounter.objects.get().count == 2
