"""Several workers at once, on the real database, in threads."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from notifications import delivery as delivering
from notifications import lanes
from notifications.models import Delivery, DeliveryState
from notifications.tests.conftest import Clock, draft, write, write_many
from tests.factories import UserFactory
from tests.sms_provider import sms_provider

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4
MAILS = 40


@pytest.fixture
def recorded(transport):
    """Ids of deliveries in the order of sending; sending takes a moment, as in life."""
    sent = []
    lock = threading.Lock()

    def record(delivery):
        time.sleep(0.002)
        with lock:
            sent.append(delivery.pk)

    transport.before = record
    return sent


def in_threads(count, work):
    errors = []
    barrier = threading.Barrier(count)

    def run():
        try:
            barrier.wait(timeout=10)
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert errors == []


def drain_in_threads():
    clock = Clock()
    in_threads(WORKERS, lambda: delivering.drain(clock=clock, limit=3))


def test_workers_at_once_send_every_mail_once(recorded):
    write_many(UserFactory(), MAILS)
    drain_in_threads()
    assert len(recorded) == MAILS
    assert len(set(recorded)) == MAILS
    assert Delivery.objects.filter(state=DeliveryState.SENT, attempts=1).count() == MAILS


def test_a_claim_without_locks_would_send_twice(recorded, monkeypatch):
    """The negative control: the same race with a claim that only reads and then writes."""
    write_many(UserFactory(), MAILS)

    def careless_claim(*, now, limit, channels):
        deliveries = list(
            Delivery.objects.filter(state=DeliveryState.PENDING)
            .select_related("message")
            .order_by("id")[:limit]
        )
        time.sleep(0.01)
        return delivering.Claim(None, now + delivering.LEASE, deliveries)

    monkeypatch.setattr(delivering, "claim", careless_claim)
    monkeypatch.setattr(delivering, "_begin", lambda batch, delivery, content, now: True)
    monkeypatch.setattr(
        delivering,
        "_record_sent",
        lambda batch, delivery, *sent, now: Delivery.objects.filter(pk=delivery.pk).update(
            state=DeliveryState.SENT, sent_at=now
        ),
    )
    drain_in_threads()
    assert len(recorded) > len(set(recorded))


def test_nothing_is_locked_while_a_mail_is_on_its_way(transport):
    """Another connection can lock the row at once, and no transaction is open here."""
    write_many(UserFactory(), 1)
    seen = []

    def look(delivery):
        seen.append(connection.in_atomic_block)

        def lock_row():
            with transaction.atomic():
                list(Delivery.objects.select_for_update(nowait=True).filter(pk=delivery.pk))
            seen.append("free")

        in_threads(1, lock_row)

    transport.before = look
    delivering.drain(clock=Clock())
    assert seen == [False, "free"]


def test_a_claim_passes_over_what_another_is_claiming():
    write_many(UserFactory(), 2)
    first, second = Delivery.objects.order_by("id")
    found = []
    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=first.pk)
        in_threads(1, lambda: found.extend(delivering.claim(now=Clock()()).deliveries))
    assert [delivery.pk for delivery in found] == [second.pk]


def test_a_locked_row_is_seen_as_locked():
    """The negative control of the one about nothing being locked."""
    write_many(UserFactory(), 1)
    refused = []

    def lock_row():
        try:
            with transaction.atomic():
                list(Delivery.objects.select_for_update(nowait=True))
        except OperationalError as error:
            refused.append(error)

    with transaction.atomic():
        list(Delivery.objects.select_for_update())
        in_threads(1, lock_row)
    assert len(refused) == 1


@pytest.fixture
def provider(settings):
    """A provider that answers in 100 ms, and as many at once as are configured."""
    settings.SMS_PROVIDER, settings.SMS_CONCURRENCY = "twilio", 8
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "secret"
    settings.TWILIO_SMS_FROM = "+15005550006"
    with sms_provider(delay=0.1) as server:
        settings.TWILIO_API_URL = server.url
        yield server


def write_sms(count):
    write(
        *(
            draft(
                "order_completed",
                "customer",
                phone=f"+7911{number:07d}",
                subject_key=f"order:{number}",
                context={"order": number},
                wishes={"email": False, "sms": True},
            )
            for number in range(count)
        )
    )


def test_as_many_are_under_way_at_once_as_configured(provider):
    write_sms(MAILS)
    assert lanes.send_due(clock=Clock()) == MAILS
    assert provider.book.most_under_way == 8
    assert set(provider.book.copies().values()) == {1}


def test_one_tick_sends_at_a_time(provider):
    write_sms(8)
    sent = []

    def second():
        deadline = time.monotonic() + 10
        while not provider.book.under_way and time.monotonic() < deadline:
            time.sleep(0.005)
        sent.append(("second", lanes.send_due(clock=Clock())))

    other = threading.Thread(target=lambda: in_threads(1, second))
    other.start()
    sent.append(("first", lanes.send_due(clock=Clock())))
    other.join()
    assert dict(sent) == {"first": 8, "second": 0}
    # Whoever comes afterwards finds the lock free.
    write_sms(1)
    assert lanes.send_due(clock=Clock()) == 1
