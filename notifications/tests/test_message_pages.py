"""The bell and the list of messages."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Message
from notifications.outbox import withdraw
from notifications.selectors import BELL_SIZE, bell_for
from notifications.tests.conftest import NOW, draft, write, write_many
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
BELL = reverse("bell")
LIST = reverse("message_list")


@pytest.fixture
def user(dealer_manager, client):
    client.force_login(dealer_manager)
    return dealer_manager


def poll(client, bell):
    return client.get(BELL, {"since": bell.newest, "unread": bell.unread})


@pytest.mark.parametrize("count", [1, 30])
def test_a_poll_takes_three_queries(user, client, count, django_assert_num_queries):
    """Session, user, messages: whether something changed or not."""
    write_many(user, count)
    bell = bell_for(user)
    with django_assert_num_queries(3):
        assert poll(client, bell).status_code == 204
    with django_assert_num_queries(3):
        assert client.get(BELL, {"since": "0", "unread": "0"}).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_the_bell_is_one_query(user, count, django_assert_num_queries):
    write_many(user, count)
    with django_assert_num_queries(1):
        bell = bell_for(user)
    assert (bell.unread, len(bell.messages)) == (count, min(count, BELL_SIZE))
    assert bell.newest == Message.objects.latest("id").pk


def test_an_empty_bell(user, client):
    bell = bell_for(user)
    assert (bell.badge, bell.newest, bell.messages) == ("", 0, [])
    assert poll(client, bell).status_code == 204


def test_a_poll_shows_news(user, client):
    before = bell_for(user)
    write_many(user, 1)
    answer = poll(client, before)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert re.search(r'id="bell-count"[^>]*>1<', text)
    assert "Новый заказ №\u00a01: Казань" in text
    assert "1 непрочитанное сообщение" in text
    assert f"since={bell_for(user).newest}&amp;unread=1" in text


def test_what_is_read_elsewhere_is_news(user, client):
    (message,) = write_many(user, 1)
    bell = bell_for(user)
    client.post(reverse("message_read", args=[message.pk]))
    answer = poll(client, bell)
    assert answer.status_code == 200
    assert re.search(r'id="bell-count"[^>]*><', answer.content.decode())


def test_what_is_withdrawn_is_news_and_no_link(user, client):
    (message,) = write_many(user, 1)
    bell = bell_for(user)
    withdraw(subject_key="order:1", event="order_offered", now=NOW)
    answer = poll(client, bell)
    assert answer.status_code == 200
    assert "заказ больше не предлагается" in answer.content.decode()
    assert reverse("message_open", args=[message.pk]) not in answer.content.decode()
    assert bell_for(user).unread == 0


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 400, "\x00", "1 OR 1=1"])
def test_a_poll_with_nonsense_is_answered_in_full(user, client, since):
    write_many(user, 1)
    assert client.get(BELL, {"since": since, "unread": since}).status_code == 200


@pytest.mark.parametrize(("count", "badge"), [(99, "99"), (100, "99+"), (130, "99+")])
def test_counting_stops_at_ninety_nine(user, count, badge):
    write_many(user, count)
    assert bell_for(user).badge == badge


def test_who_is_logged_out_gets_no_login_page_into_the_bell(client, db):
    assert client.get(BELL).status_code == 403


def test_others_messages_are_not_counted_or_shown(user, client):
    write_many(UserFactory(dealer=user.dealer), 3)
    assert bell_for(user).unread == 0
    assert "№\u00a01:" not in client.get(LIST).content.decode()


def test_the_list_takes_as_many_queries_for_one_message_as_for_thirty(
    user, client, django_assert_num_queries
):
    write_many(user, 1)
    with CaptureQueriesContext(connection) as few:
        assert shown_unread(client.get(LIST)) == 1
    write_many(user, 29)
    with django_assert_num_queries(len(few)):
        assert shown_unread(client.get(LIST)) == 30


def shown_unread(answer):
    """How many unread messages the list itself shows."""
    listed = answer.content.decode().split('class="message-rows"')[1]
    return listed.count("message-unread")


def test_a_click_marks_read_and_goes_to_the_order(user, client):
    (message,) = write_many(user, 1)
    answer = client.post(reverse("message_open", args=[message.pk]))
    message.refresh_from_db()
    assert answer.url == "/workspace/orders/1416/"
    assert message.read_at is not None


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "", "javascript:x"])
def test_a_click_never_leads_elsewhere(user, client, url):
    (message,) = write(draft(user=user, url=url))
    assert client.post(reverse("message_open", args=[message.pk])).url == LIST


def test_a_click_on_what_was_withdrawn_meanwhile_stays(user, client):
    (message,) = write_many(user, 1)
    withdraw(subject_key="order:1", event="order_offered", now=NOW)
    assert client.post(reverse("message_open", args=[message.pk])).url == LIST


def test_reading_changes_nothing_twice(user, client):
    (message,) = write_many(user, 1)
    client.post(reverse("message_read", args=[message.pk]))
    first = Message.objects.get().read_at
    client.post(reverse("message_read", args=[message.pk]))
    assert Message.objects.get().read_at == first


def test_all_is_read_up_to_what_the_page_showed(user, client):
    seen = write_many(user, 3)
    later = write_many(user, 1)[0]
    others = write_many(UserFactory(), 1)[0]
    client.post(reverse("messages_read"), {"until": seen[-1].pk})
    unread = Message.objects.filter(read_at__isnull=True).values_list("pk", flat=True)
    assert set(unread) == {later.pk, others.pk}


@pytest.mark.parametrize("until", ["", "x", "-5", "²", "1e9", "9" * 5000])
def test_nonsense_marks_nothing_read(user, client, until):
    write_many(user, 1)
    assert client.post(reverse("messages_read"), {"until": until}).status_code == 302
    assert Message.objects.get().read_at is None


@pytest.mark.parametrize("name", ["message_open", "message_read"])
def test_anothers_message_is_not_found(user, client, name):
    (message,) = write_many(UserFactory(dealer=user.dealer), 1)
    assert client.post(reverse(name, args=[message.pk])).status_code == 404
    assert client.post(reverse(name, args=[2**70])).status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


@pytest.mark.parametrize("name", ["message_open", "message_read"])
def test_getting_changes_nothing(user, client, name):
    (message,) = write_many(user, 1)
    assert client.get(reverse(name, args=[message.pk])).status_code == 405
    assert client.get(reverse("messages_read")).status_code == 405
    message.refresh_from_db()
    assert message.read_at is None


def test_the_list_pages_by_the_last_row_seen(user, client):
    write_many(user, 40)
    first = client.get(LIST)
    second = client.get(LIST, {"after": first.context["page"].after})
    numbers = [
        message.context["order"] for page in (first, second) for message in page.context["page"]
    ]
    assert numbers == list(range(40, 0, -1))
    assert "Показано с 31 по 40 из 40" in " ".join(second.content.decode().split())


def test_only_unread_ones_on_request(user, client):
    messages = write_many(user, 2)
    client.post(reverse("message_read", args=[messages[0].pk]))
    shown = client.get(LIST, {"show": "unread"}).context["page"].rows
    assert shown == [messages[1]]


def test_an_empty_list_says_what_will_come(user, client):
    assert "Сообщений пока нет" in client.get(LIST).content.decode()
    write_many(user, 1)
    client.post(reverse("messages_read"), {"until": Message.objects.get().pk})
    assert "Всё прочитано" in client.get(LIST, {"show": "unread"}).content.decode()


@pytest.mark.parametrize("name", ["message_list", "messages_read"])
def test_the_pages_ask_to_log_in(client, db, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
