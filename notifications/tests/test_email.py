"""E-mail against a real SMTP conversation."""

import email
import smtplib
import time
from email.policy import default

import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core import mail as outgoing

from notifications.delivery import drain
from notifications.models import Delivery, DeliveryState
from notifications.tests.conftest import draft, write, write_many
from notifications.tests.smtp import smtp_server
from notifications.transports.email import is_permanent

pytestmark = pytest.mark.django_db


@pytest.fixture
def deliver(settings, clock):
    """Send what is due through a server."""

    def run(server):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 0.3
        return drain(clock=clock)

    return run


@pytest.fixture
def row(dealer_manager):
    (message,) = write(draft(user=dealer_manager))
    return message.deliveries.get()


def parsed(letter):
    return email.message_from_bytes(letter, policy=default)


def lines_of(letter, kind):
    return letter.get_body((kind,)).get_content().splitlines()


def test_a_mail_has_subject_text_and_html(row, deliver, settings):
    with smtp_server() as server:
        assert deliver(server) == 1
    letter = parsed(server.received[0])
    row.refresh_from_db()
    assert letter["Subject"].strip() == row.sent_subject
    assert letter["To"] == row.address
    assert letter["From"] == settings.DEFAULT_FROM_EMAIL
    assert lines_of(letter, "plain") == row.sent_text.splitlines()
    assert lines_of(letter, "html") == row.sent_html.splitlines()


def test_nobody_can_answer_to_anybody(row, deliver):
    with smtp_server() as server:
        deliver(server)
    letter = parsed(server.received[0])
    assert [letter[name] for name in ("Reply-To", "Cc", "Bcc")] == [None, None, None]
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_repeated_mail_carries_the_same_message_id(row, deliver, clock):
    """The server took the mail and its answer was lost: the second one can be told apart."""
    with smtp_server(END="") as server:
        assert deliver(server) == 0
    row.refresh_from_db()
    assert row.state == DeliveryState.PENDING
    clock.now = row.due_at
    with smtp_server() as second:
        assert deliver(second) == 1
    first_id, second_id = (parsed(s.received[0])["Message-ID"] for s in (server, second))
    assert first_id == second_id
    assert first_id.endswith("@suz.demo>")


def test_two_mails_have_different_message_ids(dealer_manager, deliver):
    write_many(dealer_manager, 2)
    with smtp_server() as server:
        assert deliver(server) == 2
    first, second = (parsed(letter)["Message-ID"] for letter in server.received)
    assert first != second


def test_a_batch_takes_one_connection(dealer_manager, deliver):
    write_many(dealer_manager, 5)
    with smtp_server() as server:
        assert deliver(server) == 5
    assert server.connections == 1


def test_a_silent_server_costs_the_time_out_and_no_more(row, deliver):
    started = time.monotonic()
    with smtp_server(CONNECT="") as server:
        assert deliver(server) == 0
    assert time.monotonic() - started < 5
    row.refresh_from_db()
    assert (row.state, bool(row.error)) == (DeliveryState.PENDING, True)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"RCPT": "550 5.1.1 no such box"}, DeliveryState.DEAD),
        ({"RCPT": "450 box is busy"}, DeliveryState.PENDING),
        ({"END": "554 refused"}, DeliveryState.DEAD),
        ({"END": "451 try later"}, DeliveryState.PENDING),
        ({"MAIL": "550 sender is not allowed"}, DeliveryState.PENDING),
        ({"CONNECT": "421 too many"}, DeliveryState.PENDING),
    ],
)
def test_what_a_server_refuses(row, deliver, answers, state):
    with smtp_server(**answers) as server:
        assert deliver(server) == 0
    row.refresh_from_db()
    assert row.state == state
    assert next(iter(answers.values()))[:3] in row.error


def test_a_refused_mail_does_not_stop_the_batch(dealer_manager, deliver):
    write_many(dealer_manager, 2)
    first = Delivery.objects.order_by("id").first()
    Delivery.objects.filter(pk=first.pk).update(address="not an address")
    with smtp_server() as server:
        assert deliver(server) == 1
    first.refresh_from_db()
    assert (first.state, first.error) == (DeliveryState.DEAD, "Это не адрес эл. почты.")


@pytest.mark.parametrize(
    "address", ["", "нет", "a@b", "a@example.com\nBcc: b@example.com", "a@example.com, b@c.ru"]
)
def test_a_bad_address_is_final_at_once(row, clock, address):
    Delivery.objects.update(address=address)
    assert drain(clock=clock) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, outgoing.outbox) == (DeliveryState.DEAD, 1, [])


@pytest.mark.parametrize(
    ("error", "permanent"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no"), "b": (450, b"busy")}), False),
        (smtplib.SMTPAuthenticationError(535, b"password"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (TimeoutError(), False),
        (AnymailRecipientsRefused(), True),
        (AnymailAPIError("server error"), False),
    ],
)
def test_which_errors_are_final(error, permanent):
    assert is_permanent(error) is permanent


def test_in_the_demo_nothing_is_sent_and_everything_kept(row, settings, clock):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert drain(clock=clock) == 1
    row.refresh_from_db()
    assert row.state == DeliveryState.SENT
    assert row.sent_text
    assert outgoing.outbox == []
