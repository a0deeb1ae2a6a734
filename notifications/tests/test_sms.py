"""SMS: the simulator, Twilio by its own SDK against a server of ours, SMS.ru, their reports."""

import hashlib
import logging

import pytest
import responses
from django.test import Client
from django.urls import reverse
from twilio.request_validator import RequestValidator

from notifications.choices import choose_channels, save_preferences
from notifications.delivery import drain, retry
from notifications.models import Delivery, DeliveryState, RecipientChoice, SimulatedSms
from notifications.outbox import withdraw
from notifications.tests.conftest import draft, write
from tests.sms_provider import sms_provider

pytestmark = pytest.mark.django_db
PHONE = "+79051234567"
TOKEN = "secret"


@pytest.fixture
def row(db):
    """An SMS to a customer that is due."""
    (message,) = write(
        draft("order_accepted", "customer", phone=PHONE, wishes={"email": False, "sms": True})
    )
    return message.deliveries.get()


@pytest.fixture
def twilio(settings):
    """Use Twilio at a server's address."""

    def use(server):
        settings.SMS_PROVIDER = "twilio"
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", TOKEN
        settings.TWILIO_SMS_FROM, settings.TWILIO_API_URL = "+15005550006", server.url
        settings.PROVIDER_TIMEOUT = 0.3

    settings.TWILIO_AUTH_TOKEN = TOKEN
    settings.PUBLIC_URL = "https://suz.example.ru"
    return use


def test_the_simulator_takes_each_sms_once(row, clock):
    assert drain(clock=clock) == 1
    sms = SimulatedSms.objects.get()
    row.refresh_from_db()
    assert (sms.phone, sms.delivery) == (PHONE, row)
    assert "1416" in sms.text
    assert (row.state, row.provider, row.sent_text) == ("delivered", "simulator", sms.text)
    Delivery.objects.update(state=DeliveryState.PENDING)
    assert drain(clock=clock) == 1
    assert SimulatedSms.objects.count() == 1


@pytest.mark.parametrize("phone", ["", "нет", "+7", "+70000000000", "123", "+7905123456789012"])
def test_what_is_no_number_is_final_at_once(row, clock, phone):
    Delivery.objects.update(address=phone)
    assert drain(clock=clock) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("dead", 1, "Это не номер телефона.")


def test_twilio_gets_number_text_and_where_to_report(row, clock, twilio):
    with sms_provider() as server:
        twilio(server)
        assert drain(clock=clock) == 1
    row.refresh_from_db()
    (taken,) = server.book.taken
    assert (taken["to"], taken["body"]) == (PHONE, row.sent_text)
    assert (row.state, row.provider, row.provider_id) == ("sent", "twilio", taken["sid"])


@pytest.mark.parametrize("fault", ["lost", "cut"])
def test_an_sms_whose_answer_was_lost_is_found_and_not_sent_again(row, clock, twilio, fault):
    faults = iter([fault])
    with sms_provider(fault=lambda method: next(faults, ""), silence=0.6) as server:
        twilio(server)
        assert drain(clock=clock) == 0
        row.refresh_from_db()
        assert row.state == DeliveryState.PENDING
        clock.now = row.due_at
        assert drain(clock=clock) == 1
    row.refresh_from_db()
    assert [hit.method for hit in server.book.hits] == ["POST", "GET"]
    assert (row.state, row.provider_id) == ("sent", server.book.taken[0]["sid"])


@pytest.mark.parametrize(("fault", "asks"), [("500", True), ("silence", True), ("429", False)])
def test_what_was_not_taken_goes_out_later(row, clock, twilio, fault, asks):
    faults = iter([fault])
    with sms_provider(fault=lambda method: next(faults, ""), silence=0.6) as server:
        twilio(server)
        drain(clock=clock)
        row.refresh_from_db()
        clock.now = row.due_at
        assert drain(clock=clock) == 1
    expected = ["POST", "GET", "POST"] if asks else ["POST", "POST"]
    assert [hit.method for hit in server.book.hits] == expected
    assert list(server.book.copies().values()) == [1]


def test_a_provider_that_does_not_say_what_it_has_gets_nothing_twice(row, clock, twilio):
    faults = iter(["cut", "500", "silence"])
    with sms_provider(fault=lambda method: next(faults, ""), silence=0.6) as server:
        twilio(server)
        for _attempt in range(4):
            drain(clock=clock)
            row.refresh_from_db()
            # The library's own words hold the address that was asked for.
            assert "905" not in row.error
            clock.now = max(clock(), row.due_at)
    assert (row.state, row.attempts) == ("sent", 4)
    assert [hit.method for hit in server.book.hits] == ["POST", "GET", "GET", "GET"]


def test_the_words_stay_while_it_may_be_out(row, clock, twilio):
    """Texts may be edited between two attempts: the provider is asked for the first one's words."""
    faults = iter(["cut"])
    with sms_provider(fault=lambda method: next(faults, "")) as server:
        twilio(server)
        drain(clock=clock)
        row.refresh_from_db()
        row.message.context["order"] = 99
        row.message.save(update_fields=["context"])
        clock.now = row.due_at
        assert drain(clock=clock) == 1
    assert len(server.book.taken) == 1


def test_the_same_words_of_another_message_are_not_taken_for_it(row, clock, twilio):
    with sms_provider() as server:
        twilio(server)
        drain(clock=clock)
        (again,) = write(
            draft("order_accepted", "customer", phone=PHONE, wishes={"email": False, "sms": True})
        )
        Delivery.objects.filter(message=again).update(
            begun_at=clock(), sent_text=server.book.taken[0]["body"]
        )
        assert drain(clock=clock) == 1
    assert len(server.book.taken) == 2


@pytest.fixture
def twilio_says(twilio, settings, row, clock):
    """What Twilio answers to a sending."""

    def run(status, code):
        settings.SMS_PROVIDER, settings.TWILIO_ACCOUNT_SID = "twilio", "AC1"
        settings.TWILIO_SMS_FROM = "+15005550006"
        with responses.RequestsMock() as mocked:
            mocked.post(
                "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
                status=status,
                json={"code": code, "message": f"To number {PHONE} is wrong", "status": status},
            )
            drain(clock=clock)
        row.refresh_from_db()
        return row

    return run


@pytest.mark.parametrize(
    ("status", "code", "state", "may_be_out"),
    [
        (400, 21211, "dead", True),
        (400, 21614, "dead", True),
        (401, 20003, "pending", False),
        (400, 21606, "pending", False),
        (429, 20429, "pending", False),
        (500, 20500, "pending", True),
        (503, 20503, "pending", True),
    ],
)
def test_which_errors_of_twilio_are_final(twilio_says, status, code, state, may_be_out):
    row = twilio_says(status, code)
    assert row.state == state
    assert (row.begun_at is not None) is may_be_out


def test_no_number_gets_into_errors_or_logs(twilio_says, caplog):
    caplog.set_level(logging.DEBUG)
    row = twilio_says(500, 20500)
    for place in (row.error, caplog.text):
        assert "9051234567" not in place
        assert "905" not in place
    assert "[скрыт]" in row.error


def test_an_offer_taken_meanwhile_is_not_sent_by_sms(dealer_manager, clock):
    dealer_manager.phone = PHONE
    dealer_manager.save(update_fields=["phone"])
    save_preferences(by=dealer_manager, choices={"order_offered": {"sms": True}})
    write(draft(user=dealer_manager))
    withdraw(subject_key="order:1416", event="order_offered", now=clock())
    assert drain(clock=clock) == 0
    assert not SimulatedSms.objects.exists()


def report(row, status, *, token=TOKEN, url=None, **form):
    path = reverse("sms_status", args=[row.pk])
    form = {"MessageSid": "SM1", "MessageStatus": status} | form
    signed = RequestValidator(token).compute_signature(url or f"https://suz.example.ru{path}", form)
    return Client().post(path, form, headers={"X-Twilio-Signature": signed})


@pytest.fixture
def sent(row, clock, twilio):
    """An SMS that Twilio has taken as SM1."""
    Delivery.objects.update(
        state=DeliveryState.SENT, provider="twilio", provider_id="SM1", begun_at=clock()
    )
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        (["delivered"], "delivered"),
        (["sent", "delivered", "delivered"], "delivered"),
        (["delivered", "sent", "failed"], "delivered"),
        (["undelivered"], "dead"),
        (["failed", "failed"], "dead"),
        (["queued", "sending", "sent"], "sent"),
        (["nonsense", ""], "sent"),
    ],
)
def test_reports_of_twilio(sent, reports, state):
    for status in reports:
        assert report(sent, status, ErrorCode="30003").status_code == 204
    sent.refresh_from_db()
    assert sent.state == state
    assert ("30003" in sent.error) is (state == "dead")


def test_a_report_before_the_answer_counts(sent):
    Delivery.objects.update(state=DeliveryState.SENDING, provider_id="")
    assert report(sent, "delivered").status_code == 204
    sent.refresh_from_db()
    assert (sent.state, sent.provider_id) == ("delivered", "SM1")


def test_a_report_about_another_sms_changes_nothing(sent):
    assert report(sent, "delivered", MessageSid="SM2").status_code == 204
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_forged_reports_are_refused(sent, settings):
    path = reverse("sms_status", args=[sent.pk])
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert Client().post(path, form).status_code == 403
    assert Client().post(path, form, headers={"X-Twilio-Signature": "x"}).status_code == 403
    assert report(sent, "delivered", url="https://suz.example.ru/other/").status_code == 403
    assert report(sent, "delivered", token="other").status_code == 403
    assert Client().get(path).status_code == 405
    settings.TWILIO_AUTH_TOKEN = ""
    assert report(sent, "delivered", token="").status_code == 403
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_what_failed_at_the_provider_can_be_sent_again(sent, administrator, clock, twilio):
    report(sent, "failed")
    retry(delivery_id=sent.pk, by=administrator, now=clock())
    with sms_provider() as server:
        twilio(server)
        assert drain(clock=clock) == 1
    assert len(server.book.taken) == 1


@pytest.fixture
def smsru(settings, row, clock):
    """SMS.ru, answering as told."""
    settings.SMS_PROVIDER, settings.SMSRU_API_ID = "smsru", TOKEN

    def run(**answer):
        with responses.RequestsMock() as mocked:
            mocked.post("https://sms.ru/sms/send", **answer)
            drain(clock=clock)
            calls = list(mocked.calls)
        row.refresh_from_db()
        return row, calls

    return run


def taken(code=100, **more):
    sms = {"79051234567": {"status": "OK", "status_code": code, "sms_id": "000-1", **more}}
    return {"status": "OK", "status_code": 100, "sms": sms}


def test_sms_ru_takes_an_sms(smsru):
    row, calls = smsru(json=taken())
    assert (row.state, row.provider, row.provider_id) == ("sent", "smsru", "000-1")
    assert "to=79051234567" in calls[0].request.body


@pytest.mark.parametrize(
    ("answer", "state", "may_be_out"),
    [
        ({"json": taken(202, status_text="wrong")}, "dead", True),
        ({"json": taken(207)}, "dead", True),
        ({"json": {"status": "ERROR", "status_code": 201}}, "pending", False),
        ({"json": {"status": "ERROR", "status_code": 300}}, "pending", False),
        ({"status": 429}, "pending", False),
        ({"status": 500}, "pending", True),
        ({"body": "<html>"}, "pending", True),
        ({"body": ConnectionError("cut")}, "pending", True),
    ],
)
def test_what_sms_ru_refuses(smsru, answer, state, may_be_out):
    row, _calls = smsru(**answer)
    assert row.state == state
    assert (row.begun_at is not None) is may_be_out


def test_where_nobody_can_tell_a_person_decides(smsru, clock, administrator):
    row, _calls = smsru(status=500)
    clock.now = row.due_at
    drain(clock=clock)
    row.refresh_from_db()
    assert row.state == DeliveryState.DEAD
    assert "неизвестно" in row.error
    retry(delivery_id=row.pk, by=administrator, now=clock())
    row, calls = smsru(json=taken())
    assert (row.state, len(calls)) == ("sent", 1)


def test_reports_of_sms_ru(smsru, settings):
    row, _calls = smsru(json=taken())
    entry = "sms_status\n000-1\n103\n1442421600"
    form = {"data[0]": entry, "hash": hashlib.sha256((TOKEN + entry).encode()).hexdigest()}
    url = reverse("sms_status_smsru")
    assert Client().post(url, form | {"hash": "x"}).status_code == 403
    assert Client().post(url).status_code == 403
    assert Client().get(url).status_code == 405
    assert Client().post(url, form).content == b"100"
    row.refresh_from_db()
    assert row.state == "delivered"
    settings.SMSRU_API_ID = ""
    empty = hashlib.sha256(entry.encode()).hexdigest()
    assert Client().post(url, {"data[0]": entry, "hash": empty}).status_code == 403


def test_choosing_needs_no_row_for_what_goes_without_saying(row):
    assert not RecipientChoice.objects.exists()
    choose_channels(key="order:1416", by_email=True, by_sms=True, now=row.due_at)
    assert RecipientChoice.objects.get().by_sms
