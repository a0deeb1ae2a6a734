"""Messages go out while the worker is killed again and again, and to a provider that fails.

`FAULT_KILLS=50 FAULT_MESSAGES=1000` in the environment asks for more than the suite has time for.
"""

import random
import threading
import time

import environ
import pytest
from django.db import transaction
from django.utils import timezone

from notifications.delivery import retry
from notifications.models import Channel, Delivery, DeliveryState
from notifications.outbox import Draft, enqueue
from tests.factories import AdministratorFactory
from tests.faults.mailbox import message_ids
from tests.faults.processes import eventually
from tests.faults.state import WAITING, sent_ids
from tests.sms_provider import sms_provider

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
env = environ.Env()
KILLS = env.int("FAULT_KILLS", default=5)
MESSAGES = env.int("FAULT_MESSAGES", default=160)
SECONDS = 600


def write(mails, sms):
    """Messages to customers that are due: so many mails, so many SMS."""
    with transaction.atomic():
        enqueue(
            [
                Draft(
                    event="order_completed",
                    audience="customer",
                    subject_key=f"order:{number}",
                    context={"order": number},
                    url=f"/o/{number}/",
                    email=f"roman{number}@example.com",
                    phone=f"+7911{number:07d}",
                    wishes={"email": number <= mails, "sms": number > mails},
                )
                for number in range(1, mails + sms + 1)
            ],
            now=timezone.now(),
        )


def bring_forward():
    """Let what waits for another attempt, or for a killed worker's lease, be due at once."""
    now = timezone.now()
    Delivery.objects.filter(state=DeliveryState.PENDING, due_at__gt=now).update(due_at=now)
    Delivery.objects.filter(state=DeliveryState.SENDING).update(lease_until=now)


def bring_waiting_forward():
    """The same for another attempt only: whoever holds a lease lives."""
    now = timezone.now()
    Delivery.objects.filter(state=DeliveryState.PENDING, due_at__gt=now).update(due_at=now)


def all_done():
    bring_waiting_forward()
    time.sleep(0.2)
    return not Delivery.objects.filter(state__in=WAITING).exists()


def begun_mails():
    """Mails of which nobody knows yet whether the mail server has them."""
    begun = Delivery.objects.filter(
        channel=Channel.EMAIL, state=DeliveryState.SENDING, begun_at__isnull=False
    )
    return set(begun.values_list("pk", flat=True))


def test_a_worker_killed_again_and_again_loses_nothing_and_doubles_no_sms(
    process_environment, broker, start, mail_server
):
    write(MESSAGES // 2, MESSAGES - MESSAGES // 2)
    with sms_provider(delay=0.05) as provider:
        variables = process_environment | {
            "REDIS_URL": broker.url,
            "TWILIO_API_URL": provider.url,
        }
        worker = start.supervised("worker", variables)
        start.supervised("beat", variables)

        def arrived():
            return len(mail_server.received) + len(provider.book.taken)

        under_way, left_begun = [], set()
        for number in range(1, KILLS + 1):
            enough = MESSAGES * number // (KILLS + 2)
            eventually(lambda enough=enough: arrived() >= enough, "more arrive", seconds=SECONDS)
            eventually(worker.child, "a worker runs", seconds=SECONDS)
            under_way.append(Delivery.objects.filter(state=DeliveryState.SENDING).count())
            worker.kill_child()
            new = begun_mails() - left_begun
            assert len(new) <= 1, "a kill leaves one mail at most of which nobody knows"
            left_begun |= new
            # What the killed one had handed over comes to the provider before anybody asks for it.
            eventually(lambda: not provider.book.under_way, "the provider is idle")
            time.sleep(0.3)
            bring_forward()
        eventually(all_done, "everything due is done", seconds=SECONDS)

    assert sum(under_way) > 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    copies = provider.book.copies()
    assert len(copies) == Delivery.objects.filter(channel=Channel.SMS).count()
    assert set(copies.values()) == {1}
    mails = message_ids(mail_server)
    mailed = Delivery.objects.filter(channel=Channel.EMAIL).count()
    assert len(mails) == mailed
    assert set(mails) <= sent_ids()
    doubled = sum(mails.values()) - mailed
    print(f"{KILLS} kills, {under_way} under way: {doubled} mails twice, no SMS twice, none lost")
    assert doubled <= KILLS


def test_a_provider_that_fails_four_times_of_five_gets_every_sms_once(
    process_environment, broker, start
):
    amount = MESSAGES // 2
    write(0, amount)
    chance, lock = random.Random(4), threading.Lock()
    faults = ["500", "429", "cut", "silence", "lost"]

    def fault(method):
        # A fifth each of 500, 429, cut and no answer (taken or not); asking fails less often.
        weights = [20, 20, 20, 10, 10, 20] if method == "POST" else [10, 10, 0, 10, 0, 70]
        with lock:
            return chance.choices([*faults, ""], weights)[0]

    with sms_provider(fault=fault, silence=0.8) as provider:
        variables = process_environment | {
            "REDIS_URL": broker.url,
            "TWILIO_API_URL": provider.url,
        }
        start.supervised("worker", variables)
        start.supervised("beat", variables)
        eventually(all_done, "everything due is done", seconds=SECONDS)
        # What has used up its attempts stands on the page of messages; a person repeats it.
        administrator = AdministratorFactory()
        given_up = Delivery.objects.filter(state=DeliveryState.DEAD)
        dead = given_up.count()
        while given_up.exists():
            for delivery in given_up.all():
                retry(delivery_id=delivery.pk, by=administrator, now=timezone.now())
            eventually(all_done, "everything due is done", seconds=SECONDS)

    outcomes = {hit.outcome for hit in provider.book.hits if hit.method == "POST"}
    assert outcomes >= {"ok", *faults}
    copies = provider.book.copies()
    print(f"{len(provider.book.hits)} hits for {amount} SMS, {dead} given up at first")
    assert len(copies) == amount
    assert set(copies.values()) == {1}
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
