"""How a customer chooses to be told, at checkout and by the link in each message."""

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Delivery, Message, RecipientChoice
from notifications.rendering import render_mail
from orders import messages
from orders.links import channels_link, customer_link
from orders.models import Order
from tests.factories import NOW, ManagerFactory, OrderFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db):
    return OrderFactory()


@pytest.fixture
def url(order):
    return channels_link(order)


def choice(order):
    found = RecipientChoice.objects.filter(key=messages.subject_key(order)).first()
    return found and (found.by_email, found.by_sms)


def test_looking_changes_nothing(client, order, url):
    for _time in range(2):
        assert client.get(url).status_code == 200
        assert client.head(url).status_code == 200
    assert choice(order) is None


def test_the_page_shows_no_number_and_is_not_to_be_found(client, order, url):
    answer = client.get(url)
    assert str(order.phone)[-7:] not in answer.content.decode()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("form", "chosen"),
    [
        ({"by_email": "on"}, (True, False)),
        ({"by_sms": "on"}, (False, True)),
        ({"by_email": "on", "by_sms": "on"}, (True, True)),
        ({}, (False, False)),
        ({"by_email": "on", "by_sms": "on", "unsubscribe": "1"}, (False, False)),
    ],
)
def test_a_choice_is_kept_and_shown(client, order, url, form, chosen):
    answer = client.post(url, form, follow=True)
    assert choice(order) == chosen
    said = "Больше не будем писать" if chosen == (False, False) else "так, как вы выбрали"
    assert said in text_of(answer)


def test_one_click_of_a_mail_program_ends_mails_and_nothing_else(order, url):
    """Without cookies and without our form's token, as RFC 8058 has it."""
    browser = Client(enforce_csrf_checks=True)
    browser.post(url, {"by_email": "on", "by_sms": "on"})
    assert browser.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 204
    assert choice(order) == (False, True)


def test_who_has_unsubscribed_is_not_written_to(client, order, url):
    client.post(url, {"unsubscribe": "1"})
    messages.cancelled(order, type("R", (), {"text": "x", "party": "customer"}), NOW)
    assert Message.objects.filter(audience="customer").exists()
    assert not Delivery.objects.filter(message__audience="customer").exists()


def test_a_link_opens_what_it_was_signed_for_and_nothing_else(client, order, url):
    token = url.rstrip("/").rsplit("/", 1)[1]
    assert client.get(reverse("customer_order", args=[token])).status_code == 404
    other = customer_link(order).rstrip("/").rsplit("/", 1)[1]
    assert client.post(reverse("customer_channels", args=[other])).status_code == 404
    Order.objects.update(link_version=2)
    assert client.post(url, {"unsubscribe": "1"}).status_code == 404
    assert choice(order) is None


@pytest.mark.parametrize("token", ["x", "1-", "1-aaaa", "\x00", "ffffffffffffffffffff-a"])
def test_a_wrong_link_answers_as_a_missing_page(client, order, token):
    assert client.post(f"/news/{token}/", {"unsubscribe": "1"}).status_code == 404
    assert choice(order) is None


def test_guessing_links_ends(client, order, url):
    for _time in range(20):
        client.get("/news/1-wrong/")
    assert client.get(url).status_code == 429


def test_every_mail_to_a_customer_leads_there(order, url):
    messages.completed(order, NOW)
    message = Message.objects.get(audience="customer")
    mail = render_mail(message)
    assert message.unsubscribe == url
    assert mail.text.count(f"http://localhost:8000{url}") == 1
    assert f'href="http://localhost:8000{url}"' in mail.html


def test_nobody_else_is_offered_to_unsubscribe(order):
    ManagerFactory()
    messages.completed(order, NOW)
    assert "/news/" not in render_mail(Message.objects.get(audience="manufacturer")).text


def test_the_page_of_the_order_leads_there(client, order, url):
    assert f'href="{url}"' in client.get(customer_link(order)).content.decode()
