"""Who is told by which channel, and when."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from notifications.choices import (
    ChannelLocked,
    TextWrong,
    choose_channels,
    save_modes,
    save_preferences,
    save_text,
)
from notifications.choosing import after_quiet, next_hour, takes
from notifications.delivery import drain
from notifications.digests import make_digests
from notifications.events import EVENTS
from notifications.models import (
    ChannelSetting,
    Delivery,
    DeliveryState,
    Message,
    Mode,
    SettingChange,
    SimulatedSms,
)
from notifications.outbox import withdraw
from notifications.rendering import render_mail, render_sms
from notifications.tests.conftest import NOW, PAIRS, draft, write
from notifications.texts import fill, problems

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
OFFERED = ("order_offered", "dealer")
PHONE = "+79051234567"


def at(text):
    return datetime.datetime.fromisoformat(f"2026-06-15T{text}").replace(tzinfo=MOSCOW)


def channels(message):
    found = set(message.deliveries.values_list("channel", flat=True))
    return found | ({"site"} if message.on_site else set())


@pytest.fixture
def dealer_manager(dealer_manager):
    dealer_manager.phone = PHONE
    dealer_manager.save(update_fields=["phone"])
    return dealer_manager


@pytest.mark.parametrize("wish", [True, False, None])
@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Mode.OFF, {True: False, False: False, None: False}),
        (Mode.MANDATORY, {True: True, False: True, None: True}),
        (Mode.OPTIONAL, {True: True, False: False, None: True}),
        (Mode.ON_REQUEST, {True: True, False: False, None: False}),
    ],
)
def test_what_the_settings_allow_and_people_wish(mode, expected, wish):
    assert takes(mode, wish) is expected[wish]


@pytest.mark.parametrize("mode", Mode.values)
@pytest.mark.parametrize("wish", [True, False, None])
@pytest.mark.parametrize("channel", ["site", "email", "sms"])
def test_each_person_gets_what_it_chose(administrator, dealer_manager, mode, wish, channel):
    save_modes(modes={(*OFFERED, channel): Mode(mode)}, by=administrator, now=NOW)
    if wish is not None:
        save_preferences(by=dealer_manager, choices={"order_offered": {channel: wish}})
    (message,) = write(draft(user=dealer_manager))
    assert (channel in channels(message)) is takes(Mode(mode), wish)


def test_a_locked_channel_stays_on_whatever_is_stored_or_wished(administrator, manager):
    key = ("order_unclaimed", "manufacturer", "site")
    with pytest.raises(ChannelLocked):
        save_modes(modes={key: Mode.OFF}, by=administrator, now=NOW)
    ChannelSetting.objects.update_or_create(
        event=key[0], audience=key[1], channel=key[2], defaults={"mode": Mode.OFF}
    )
    save_preferences(by=manager, choices={"order_unclaimed": {"site": False}})
    (message,) = write(draft("order_unclaimed", "manufacturer", user=manager))
    assert message.on_site


def test_sms_without_a_number_are_not_written(administrator, manager):
    save_preferences(by=manager, choices={"order_overdue": {"sms": True}})
    (message,) = write(draft("order_overdue", "manufacturer", user=manager))
    assert channels(message) == {"site", "email"}


@pytest.mark.parametrize(
    ("by_email", "by_sms"), [(True, False), (False, True), (True, True), (False, False)]
)
def test_a_customer_is_told_as_it_chose(by_email, by_sms):
    choose_channels(key="order:1416", by_email=by_email, by_sms=by_sms, now=NOW)
    (message,) = write(draft("order_accepted", "customer", email="r@example.com", phone=PHONE))
    expected = {name for name, wish in (("email", by_email), ("sms", by_sms)) if wish}
    assert channels(message) == expected


def test_one_customers_choice_is_not_anothers():
    choose_channels(key="order:7", by_email=False, by_sms=True, now=NOW)
    (message,) = write(draft("order_accepted", "customer", email="r@example.com", phone=PHONE))
    assert channels(message) == {"email"}


@pytest.mark.parametrize(
    ("begin", "end", "now", "due"),
    [
        ("22:00", "08:00", "23:30", "2026-06-16T08:00"),
        ("22:00", "08:00", "03:00", "2026-06-15T08:00"),
        ("22:00", "08:00", "08:00", None),
        ("22:00", "08:00", "21:59", None),
        ("13:00", "14:00", "13:00", "2026-06-15T14:00"),
        ("13:00", "14:00", "12:59", None),
        ("00:00", "06:30", "00:00", "2026-06-15T06:30"),
    ],
)
def test_quiet_hours_end_by_the_persons_clock(begin, end, now, due):
    found = after_quiet(
        datetime.time.fromisoformat(begin), datetime.time.fromisoformat(end), MOSCOW, at(now)
    )
    expected = datetime.datetime.fromisoformat(due).replace(tzinfo=MOSCOW) if due else at(now)
    assert found == expected


def test_quiet_hours_hold_mails_and_sms_but_nothing_urgent(dealer_manager):
    quiet = {"quiet_from": datetime.time(22), "quiet_until": datetime.time(8)}
    wishes = {"order_cancelled": {"sms": True}, "order_offered": {"sms": True}}
    save_preferences(by=dealer_manager, choices=wishes, **quiet)
    night = at("23:00")
    cancelled, offered = write(
        draft("order_cancelled", user=dealer_manager), draft(user=dealer_manager), now=night
    )
    due = dict(cancelled.deliveries.values_list("channel", "due_at"))
    assert set(due) == {"email", "sms"}
    assert set(due.values()) == {at("08:00") + datetime.timedelta(days=1)}
    assert set(offered.deliveries.values_list("due_at", flat=True)) == {night}


@pytest.mark.parametrize(
    ("hour", "now", "day"), [(9, "08:59", 15), (9, "09:00", 16), (0, "00:01", 16)]
)
def test_the_next_hour(hour, now, day):
    assert next_hour(hour, MOSCOW, at(now)) == datetime.datetime(2026, 6, day, hour, tzinfo=MOSCOW)


def test_low_priority_goes_out_once_a_day_together(dealer_manager, transport, clock):
    save_preferences(by=dealer_manager, choices={}, digest_hour=9)
    clock.now = at("10:00")
    first, second, normal = write(
        draft("order_completed", user=dealer_manager),
        draft("order_completed", user=dealer_manager, context={"order": 17}),
        draft("order_cancelled", user=dealer_manager),
        now=clock(),
    )
    assert drain(clock=clock) == 1
    assert make_digests(now=clock()) == 0
    clock.move(hours=23)
    assert drain(clock=clock) == 0
    assert make_digests(now=clock()) == 1
    assert make_digests(now=clock()) == 0
    assert drain(clock=clock) == 1
    digest = Message.objects.get(event="digest")
    sent = digest.deliveries.get()
    assert (sent.sent_subject, digest.user) == ("Сводка: 2 новости", dealer_manager)
    assert "Заказ №\u00a01416 завершён" in sent.sent_text
    assert "Заказ №\u00a017 завершён" in sent.sent_html
    states = set(Delivery.objects.filter(in_digest=True).values_list("state", flat=True))
    assert states == {DeliveryState.DIGESTED}
    assert not digest.on_site
    assert first.on_site
    assert second.on_site
    assert normal.deliveries.get().state == DeliveryState.SENT


def test_what_is_withdrawn_is_in_no_digest(dealer_manager):
    save_preferences(by=dealer_manager, choices={}, digest_hour=9)
    write(draft("order_completed", user=dealer_manager))
    withdraw(subject_key="order:1416", event="order_completed", now=NOW)
    assert make_digests(now=NOW + datetime.timedelta(days=2)) == 0


def test_changes_of_settings_are_kept_with_who_and_what(administrator):
    key = (*OFFERED, "email")
    assert save_modes(modes={key: Mode.OFF}, by=administrator, now=NOW) == 1
    assert save_modes(modes={key: Mode.OFF}, by=administrator, now=NOW) == 0
    assert save_modes(modes={key: Mode.OPTIONAL}, by=administrator, now=NOW) == 1
    kept = SettingChange.objects.values_list("before", "after", "by", "at")
    assert list(kept) == [
        ("off", "optional", administrator.pk, NOW),
        ("optional", "off", administrator.pk, NOW),
    ]
    # Back at what the catalogue says: nothing is stored that could go out of date.
    assert ChannelSetting.objects.get().mode == ""


@pytest.mark.parametrize(
    "text",
    [
        "{{ phone }}",
        "{{ order.pk }}",
        "{{ order|upper }}",
        "{% now 'Y' %}",
        "{{ order",
        "order }}",
        "{# note #}",
        "{{ customer }}",
        "{{}}",
        "{{ __class__ }}",
    ],
)
def test_texts_hold_listed_variables_and_nothing_else(administrator, text):
    assert problems(text, ("order", "town"))
    with pytest.raises(TextWrong):
        save_text(
            event=OFFERED[0],
            audience=OFFERED[1],
            channel="email",
            subject="Тема",
            body=text,
            by=administrator,
            now=NOW,
        )
    assert not ChannelSetting.objects.exists()


def test_values_are_put_in_once():
    assert fill("{{ dealer }}", {"dealer": "{{ order }}", "order": "1"}) == "{{ order }}"
    assert fill("{{order}} {{ town }}!", {"order": "1"}) == "1 !"


def write_text(by, channel, body, subject=""):
    save_text(
        event=OFFERED[0],
        audience=OFFERED[1],
        channel=channel,
        subject=subject,
        body=body,
        by=by,
        now=NOW,
    )


def test_a_text_of_ones_own_is_what_people_get(administrator, dealer_manager, clock, transport):
    write_text(administrator, "email", "Есть <b>заказ</b> в {{ town }}.\n\nЖдём.", "№ {{ order }}")
    write_text(administrator, "site", "Новое: {{ order }}, {{ amount }}")
    write_text(administrator, "sms", "Заказ {{ order }}: {{ link }}")
    save_preferences(by=dealer_manager, choices={"order_offered": {"sms": True}})
    (message,) = write(draft(user=dealer_manager))
    assert message.line.startswith("Новое: 1416, от 38")
    assert drain(clock=clock) == 2
    mail = message.deliveries.get(channel="email")
    assert mail.sent_subject == "№ 1416"
    assert "Есть <b>заказ</b> в Казань." in mail.sent_text
    assert "Есть &lt;b&gt;заказ&lt;/b&gt; в Казань." in mail.sent_html
    sms = SimulatedSms.objects.get()
    assert sms.text == "Заказ 1416: http://localhost:8000/workspace/orders/1416/"
    assert sms.phone == PHONE


def test_an_empty_text_falls_back_to_the_products(administrator, dealer_manager):
    write_text(administrator, "email", "Своё", "Своё")
    write_text(administrator, "email", "", "")
    (message,) = write(draft(user=dealer_manager))
    assert "Вам доступен новый заказ" in render_mail(message).text


@pytest.mark.parametrize(("event", "audience"), PAIRS)
def test_every_event_has_an_sms_with_number_and_link(event, audience):
    (message,) = write(draft(event, audience, email="a@example.com"))
    text = render_sms(message).text
    assert "1416" in text
    assert text.endswith("http://localhost:8000/workspace/orders/1416/")
    assert "\u00a0" not in text


def test_every_event_declares_what_its_texts_may_use():
    assert all(event.variables for event in EVENTS.values() if not event.is_fixed)
