"""The customer's page of an order: behind a personal link and nowhere else."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest
import time_machine
from django.urls import reverse

from catalog.visitor import PLACE_COOKIE
from dealers.models import DealerPhone, Outlet, RateCounter
from orders.links import customer_link
from orders.models import HistoryEntry, HistoryKind
from orders.statuses import STATUSES, Status
from suz.common import links
from tests.factories import NOW, DealerQuoteFactory, OrderFactory, OrderLineFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(city):
    return OrderFactory(place=city, price_min=Decimal(380), wants_delivery=True)


@pytest.fixture
def accepted(order, dealer, dealer_manager):
    order.dealer, order.manager, order.status = dealer, dealer_manager, Status.ACCEPTED
    order.goods_total = order.total = Decimal(390)
    order.save()
    return order


def test_the_page_tells_what_was_ordered_and_what_comes_next(client, order):
    text = text_of(client.get(customer_link(order)))
    assert f"Заказ № {order.pk}" in text
    assert "от 380 ₽ до 400 ₽" in text
    assert order.lines.get().name in text
    assert "Что дальше" in text
    assert "Доставка входит в сумму" in text


def test_an_order_nobody_can_have_is_said_to_be_with_the_manufacturer(client, order, dealer):
    assert "дилера подбирает производитель" in text_of(client.get(customer_link(order)))
    DealerQuoteFactory(order=order, dealer=dealer)
    assert "Дилеры вашего региона уже видят заказ" in text_of(client.get(customer_link(order)))


def test_the_own_phone_is_masked_in_every_notation(client, order):
    body = client.get(customer_link(order)).content.decode()
    digits = str(order.phone)[2:]
    assert "+7 900 [скрыт]" in body
    assert digits not in re.sub(
        r"\D", "", re.sub(r'(width|height|viewBox|d|r|cx|cy)="[^"]*"', "", body)
    )


def test_the_dealer_is_shown_once_it_has_accepted(client, accepted, dealer, city):
    DealerPhone.objects.create(dealer=dealer, number="+74951112233")
    Outlet.objects.create(
        dealer=dealer, city=city, address="ул. Торговая, 7", latitude=1, longitude=1
    )
    text = text_of(client.get(customer_link(accepted)))
    for words in (dealer.name, "+7 495 111-22-33", "ул. Торговая, 7", accepted.manager.name):
        assert words in text
    assert "Итого 390 ₽" in text


def test_a_chosen_dealer_is_named_while_the_order_is_new(client, order, dealer):
    order.chosen_dealer = dealer
    order.save()
    assert f"Вы выбрали «{dealer.name}»" in text_of(client.get(customer_link(order)))


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_its_words(client, order, dealer, status):
    order.status = status
    order.dealer = None if status == Status.NEW else dealer
    order.closed_at = None if STATUSES[status].is_open else NOW
    order.save()
    text = text_of(client.get(customer_link(order)))
    assert str(STATUSES[status].name) in text
    assert "Что дальше" in text


def test_history_shows_what_the_customer_may_see(client, order):
    def entry(kind, visible, text="", **data):
        HistoryEntry.objects.create(
            order=order, kind=kind, is_visible=visible, text=text, data=data, created_at=NOW
        )

    entry(HistoryKind.COMMENT, True, "Привезём во вторник")
    entry(HistoryKind.COMMENT, False, "Клиент сложный")
    entry(HistoryKind.PHONE_SHOWN, True)
    entry(HistoryKind.ACCEPTED, True, dealer="Альфа")
    entry(HistoryKind.STATUS, True, **{"from": "processed", "to": "payment"})
    text = text_of(client.get(customer_link(order)))
    assert "Привезём во вторник" in text
    assert "Заказ принял дилер «Альфа»" in text
    assert "Оплата" in text
    assert "Клиент сложный" not in text
    assert "елефон показан" not in text


def test_personal_pages_are_neither_kept_nor_told_about(client, order):
    response = client.get(customer_link(order))
    assert "no-store" in response["Cache-Control"]
    # Not "no-referrer": browsers would name no origin with the page's forms.
    assert response["Referrer-Policy"] == "same-origin"
    assert "noindex" in response["X-Robots-Tag"]


def test_the_personal_link_stands_in_no_other_address(client, order, city):
    client.cookies[PLACE_COOKIE] = str(city.pk)
    link = customer_link(order)
    body = unquote(client.get(link).content.decode())
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', body)
    telling = [one for one in addresses if link.strip("/") in one]
    # What hangs on the page itself: its own forms and files.
    assert all(one.startswith(link) for one in telling)
    assert body.count(link.strip("/")) == len(telling)


def wrong_links(order):
    token = links.sign("order", order.pk, order.link_version)
    yield "forged", token[:-1] + ("a" if token[-1] != "a" else "b")
    yield "missing", links.sign("order", order.pk + 1000, 1)
    yield "revoked", links.sign("order", order.pk, order.link_version + 1)
    yield "other purpose", links.sign("survey", order.pk, order.link_version)
    yield "no token", "x"
    yield "only a number", f"{order.pk:x}"
    yield "too large", "f" * 400 + "-a"
    yield "letters of another script", "١-٢"


def test_every_wrong_link_is_the_same_404(client, order):
    answers = set()
    for _name, token in wrong_links(order):
        response = client.get(reverse("customer_order", args=[token]))
        assert response.status_code == 404
        body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
        answers.add(re.sub(r"/o/[^\"&]*|%2Fo%2F[^\"&]*", "", body))
    assert len(answers) == 1


def test_a_deleted_order_is_not_found(client, order):
    order.deleted_at = NOW
    order.save()
    assert client.get(customer_link(order)).status_code == 404


def test_twenty_wrong_links_close_the_door_for_an_hour(client, order):
    with time_machine.travel(NOW, tick=False):
        for _ in range(20):
            assert client.get("/o/1-wrong/").status_code == 404
        response = client.get(customer_link(order))
        assert response.status_code == 429
        assert order.customer_name not in text_of(response)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert client.get(customer_link(order)).status_code == 200


def test_right_links_count_nothing(client, order):
    client.get(customer_link(order))
    assert not RateCounter.objects.exists()


def test_the_link_is_read_only(client, order):
    assert client.post(customer_link(order)).status_code == 405


@pytest.mark.parametrize("lines", [1, 30])
def test_the_page_takes_as_many_queries_for_any_order(
    client, accepted, django_assert_num_queries, lines
):
    for position in range(1000, 999 + lines):
        OrderLineFactory(order=accepted, position=position)
    client.get(customer_link(accepted))
    with django_assert_num_queries(11):
        client.get(customer_link(accepted))
