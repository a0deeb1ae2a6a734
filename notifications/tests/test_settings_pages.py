"""The tab of messages in the settings, and each person's own page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.choices import save_modes, save_preferences
from notifications.delivery import drain
from notifications.models import (
    ChannelSetting,
    Delivery,
    Message,
    Mode,
    Preferences,
    SettingChange,
)
from notifications.selectors import bell_for
from notifications.tests.conftest import NOW, draft, write, write_many

pytestmark = pytest.mark.django_db
TAB = reverse("settings_notifications")
MINE = reverse("my_notifications")
PHONE = "+79051234567"
KEY = {"event": "order_offered", "audience": "dealer", "channel": "email"}
CELL = "order_offered-dealer-email"


def text_url(name="settings_notification_text", **changes):
    return reverse(name, kwargs=KEY | changes)


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return administrator


def test_the_tab_shows_every_event_with_its_channels(client, admin):
    page = words(client.get(TAB))
    for name in ("Заказ оформлен", "Предложен новый заказ", "Заказ требует внимания"):
        assert name in page
    # What cannot be switched off is no choice.
    assert 'name="order_unclaimed-manufacturer-site"' not in page
    assert 'name="order_unclaimed-manufacturer-email"' in page
    assert 'name="invitation-' not in page


def test_a_mode_is_saved_with_its_history(client, admin):
    answer = client.post(TAB, {CELL: "off"}, follow=True)
    assert ChannelSetting.objects.get().mode == Mode.OFF
    page = words(answer)
    assert "Настройки сохранены" in page
    assert admin.name in page
    assert "по желанию (вкл.) → выключено" in page


@pytest.mark.parametrize("value", ["always", "\x00", "😀", "a" * 5000, "<script>"])
def test_a_mode_that_is_none_is_told_beside_the_field(client, admin, value):
    answer = client.post(TAB, {CELL: value})
    assert answer.status_code == 422
    assert f'id="id_{CELL}-error"' in words(answer)
    assert not ChannelSetting.objects.exists()


def test_a_locked_or_unknown_field_is_ignored(client, admin):
    client.post(TAB, {"order_unclaimed-manufacturer-site": "off", "x-y-z": "off"})
    assert not ChannelSetting.objects.exists()


@pytest.mark.parametrize("count", [0, 25])
def test_the_tab_takes_as_many_queries_with_many_changes(
    client, admin, count, django_assert_max_num_queries
):
    for number in range(count):
        mode = Mode.OFF if number % 2 else Mode.MANDATORY
        save_modes(modes={tuple(KEY.values()): mode}, by=admin, now=NOW)
    with django_assert_max_num_queries(6):
        client.get(TAB)


def test_the_editor_begins_with_the_products_own_text(client, admin):
    page = client.get(text_url()).content.decode()
    assert "{{ order }}: {{ town }}, {{ amount }}" in page
    assert "Вам доступен новый заказ" in page
    assert "Новый заказ №\u00a01416: Казань" in page


def test_a_text_is_saved_and_taken_back(client, admin):
    body = "Заказ {{ order }} ждёт"
    page = words(client.post(text_url(), {"subject": "Тема {{ town }}", "body": body}, follow=True))
    assert "Действует свой текст" in page
    assert ChannelSetting.objects.get().body == body
    page = words(client.post(text_url(), {"reset": "1"}, follow=True))
    assert "Действует текст по умолчанию" in page
    assert (ChannelSetting.objects.get().subject, ChannelSetting.objects.get().body) == ("", "")
    assert SettingChange.objects.count() == 4


def test_the_products_own_text_is_not_kept_as_ones_own(client, admin):
    page = client.get(text_url()).content.decode()
    subject = re.search(r'name="subject" value="([^"]*)"', page)[1]
    body = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)[1]
    client.post(text_url(), {"subject": subject, "body": body.replace("\n", "\r\n")})
    assert not SettingChange.objects.exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ phone }}", "нет переменной «phone»"),
        ("Раз\n{% if x %}", "Строка 2: лишнее «{%»"),
        ("", "Обязательное поле"),
        ("ы" * 2001, "2000"),
        ("x\x00y", "ul"),
    ],
)
def test_a_wrong_text_is_told_beside_the_field_and_kept(client, admin, body, said):
    answer = client.post(text_url(), {"subject": "Тема", "body": body})
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="Тема"' in words(answer)
    assert not ChannelSetting.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "no_such"},
        {"audience": "customer"},
        {"audience": "nobody"},
        {"channel": "fax"},
        {"event": "invitation"},
        {"event": "order_placed", "audience": "customer", "channel": "site"},
    ],
)
def test_a_text_of_nothing_is_not_found(client, admin, wrong):
    for name in ("settings_notification_text", "settings_notification_test"):
        assert client.post(text_url(name, **wrong), {"body": "x"}).status_code == 404


def test_the_preview_follows_what_is_typed(client, admin):
    url = text_url("settings_notification_preview", channel="sms")
    page = words(client.post(url, {"body": "<b>{{ town }}</b>: {{ order }}"}))
    assert "&lt;b&gt;Казань&lt;/b&gt;: 1416" in page
    assert "нет переменной" in words(client.post(url, {"body": "{{ nobody }}"}))


def test_a_test_goes_to_oneself_with_what_was_typed(client, admin, transport, clock):
    url = text_url("settings_notification_test")
    assert client.post(url, {"subject": "Проба {{ order }}", "body": "Т"}).status_code == 200
    message = Message.objects.get()
    clock.now = message.created_at
    assert (message.user, message.on_site) == (admin, False)
    assert drain(clock=clock) == 1
    assert transport.sent == [(admin.email, "Проба 1416")]
    assert not ChannelSetting.objects.exists()


def test_a_test_by_sms_needs_a_number(client, admin):
    url = text_url("settings_notification_test", channel="sms")
    assert "укажите свой телефон" in words(client.post(url, {"body": "Т"}))
    admin.phone = PHONE
    admin.save(update_fields=["phone"])
    client.post(url, {"body": "Т {{ order }}"})
    assert Delivery.objects.get().address == PHONE


def form(**changes):
    return {"phone": "", "quiet_from": "", "quiet_until": "", "digest_hour": ""} | changes


def test_everybody_chooses_for_himself(client, dealer_manager):
    client.force_login(dealer_manager)
    data = form(
        phone="8 (905) 123-45-67",
        quiet_from="22:00",
        quiet_until="08:00",
        digest_hour="9",
        sound="on",
        **{"order_offered-sms": "on", "order_cancelled-site": "on"},
    )
    page = words(client.post(MINE, data, follow=True))
    assert "Сохранено" in page
    dealer_manager.refresh_from_db()
    chosen = Preferences.objects.get(user=dealer_manager)
    assert dealer_manager.phone == PHONE
    assert chosen.choices["order_offered"] == {"email": False, "sms": True}
    assert (chosen.digest_hour, chosen.sound, chosen.title_count) == (9, True, False)
    offered, cancelled = write(
        draft(user=dealer_manager), draft("order_cancelled", user=dealer_manager)
    )
    assert offered.on_site
    assert set(offered.deliveries.values_list("channel", flat=True)) == {"sms"}
    assert cancelled.on_site
    assert not cancelled.deliveries.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": "123"}, "Введите телефон с кодом"),
        ({"phone": "\x00"}, "Введите телефон с кодом"),
        ({"quiet_from": "25:00"}, "Укажите время в виде 22:00"),
        ({"quiet_from": "22:00"}, "Укажите оба времени"),
        ({"quiet_until": "22:00"}, "Укажите оба времени"),
        ({"digest_hour": "24"}, "Выберите из списка"),
        ({"digest_hour": "1e308"}, "Выберите из списка"),
        ({"order_offered-sms": "on"}, "укажите номер"),
    ],
)
def test_a_wrong_choice_is_told_beside_the_field(client, dealer_manager, wrong, said):
    client.force_login(dealer_manager)
    answer = client.post(MINE, form(**wrong))
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Preferences.objects.exists()


def test_what_the_settings_decide_is_no_choice(client, administrator, dealer_manager):
    save_modes(modes={tuple(KEY.values()): Mode.OFF}, by=administrator, now=NOW)
    client.force_login(dealer_manager)
    page = words(client.get(MINE))
    assert 'name="order_offered-email"' not in page
    assert 'name="order_offered-site"' not in page
    assert "order_unclaimed" not in page
    client.post(MINE, form(**{"order_offered-email": "on"}))
    (message,) = write(draft(user=dealer_manager))
    assert not message.deliveries.exists()


def test_the_own_page_takes_few_queries(client, dealer_manager, django_assert_max_num_queries):
    client.force_login(dealer_manager)
    with django_assert_max_num_queries(6):
        client.get(MINE)


def poll(client, bell):
    url = reverse("bell")
    return client.get(url, {"since": bell.newest, "unread": bell.unread}).content.decode()


@pytest.mark.parametrize("sound", [True, False])
@pytest.mark.parametrize("browser", [True, False])
def test_a_new_order_is_heard_as_chosen(client, dealer_manager, sound, browser):
    save_preferences(by=dealer_manager, choices={}, sound=sound, browser=browser)
    client.force_login(dealer_manager)
    before = bell_for(dealer_manager)
    write_many(dealer_manager, 1)
    text = poll(client, before)
    assert 'id="bell-ring"' in text
    assert ("data-sound" in text) is sound
    assert ("data-browser" in text) is browser
    assert ("data-heard" in text) is (sound or browser)


def test_what_is_no_new_order_rings_not(client, dealer_manager):
    client.force_login(dealer_manager)
    before = bell_for(dealer_manager)
    write(draft("order_completed", user=dealer_manager))
    assert 'id="bell-ring"' not in poll(client, before)


@pytest.mark.parametrize("wanted", [True, False])
def test_the_number_in_the_title_can_be_switched_off(client, dealer_manager, wanted):
    save_preferences(by=dealer_manager, choices={}, title_count=wanted)
    write_many(dealer_manager, 1)
    client.force_login(dealer_manager)
    page = client.get(reverse("message_list")).content.decode()
    assert ("data-in-title" in page) is wanted


def sms_to_customer():
    (message,) = write(
        draft("order_accepted", "customer", phone=PHONE, wishes={"email": False, "sms": True})
    )
    return message.deliveries.get()


def test_numbers_are_masked_on_the_pages_of_messages(client, manager, clock):
    row = sms_to_customer()
    drain(clock=clock)
    client.force_login(manager)
    for url in (reverse("mail_list"), reverse("mail", args=[row.pk]), reverse("status")):
        text = client.get(url).content.decode()
        assert "9051234567" not in re.sub(r"\D", "", text)
    assert "+7 905 [скрыт]" in client.get(reverse("mail_list")).content.decode()
    assert "доставлено" in client.get(reverse("mail", args=[row.pk])).content.decode()
    assert client.get(reverse("mail_html", args=[row.pk])).status_code == 404


def test_messages_are_found_by_channel(client, manager, dealer_manager):
    row = sms_to_customer()
    write_many(dealer_manager, 2)
    client.force_login(manager)
    found = client.get(reverse("mail_list"), {"channel": "sms"}).context["page"].rows
    assert [one.pk for one in found] == [row.pk]
    assert client.get(reverse("mail_list"), {"channel": "fax"}).context["page"].rows == []


def test_the_poll_stays_at_three_queries_with_preferences(client, dealer_manager):
    save_preferences(by=dealer_manager, choices={}, browser=True)
    write_many(dealer_manager, 3)
    client.force_login(dealer_manager)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("bell"), {"since": "0", "unread": "0"})
    assert len(queries) == 3
