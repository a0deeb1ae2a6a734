"""A thousand due messages and a provider that answers in 100 ms, against the ideal time."""

import subprocess
import sys
import time
from contextlib import contextmanager

import requests
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bench.report import Row, check
from notifications import lanes
from notifications.choices import choose_channels
from notifications.models import Channel, Delivery, DeliveryState
from notifications.outbox import Draft, enqueue

MESSAGES = 1_000
ANSWER_SECONDS = 0.1
TARGET = 3


def measure():
    """The row of messages; the floor is what the provider's answers alone take."""
    now = timezone.now()
    # What other measurements have left must not take part.
    Delivery.objects.filter(state=DeliveryState.PENDING).update(state=DeliveryState.CANCELLED)
    _write(now)
    ideal = MESSAGES * ANSWER_SECONDS / settings.SMS_CONCURRENCY
    with _provider() as address:
        settings.SMS_PROVIDER, settings.TWILIO_API_URL = "twilio", address
        settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = str(now)
        settings.TWILIO_SMS_FROM = "+15005550006"
        seconds = _drain()
        book = requests.get(f"{address}/book", timeout=10).json()
    check(book["messages"] == MESSAGES, f"{book['messages']} messages arrived, not {MESSAGES}")
    check(book["most"] == 1, "a message arrived twice")
    return Row(
        f"messages: {MESSAGES:,} due, {settings.SMS_CONCURRENCY} at once",
        [seconds],
        floor_name="the provider's answers alone",
        floor=[ideal],
        target=TARGET,
    )


@contextmanager
def _provider():
    """A provider in a process of its own, so that it takes no time of the sender's."""
    command = [sys.executable, "-m", "tests.sms_provider", str(ANSWER_SECONDS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def _write(now):
    with transaction.atomic():
        drafts = []
        for number in range(MESSAGES):
            key = f"order:{10_000_000 + number}"
            choose_channels(key=key, by_email=False, by_sms=True, now=now)
            drafts.append(
                Draft(
                    event="order_completed",
                    audience="customer",
                    subject_key=key,
                    context={"order": 10_000_000 + number},
                    url="/",
                    phone=f"+7911{number:07d}",
                )
            )
        enqueue(drafts, now=now)


def _drain():
    """Ticks one after another, as beat sends them: the next one within a second."""
    begin = time.perf_counter()
    while Delivery.objects.filter(channel=Channel.SMS, state=DeliveryState.PENDING).exists():
        started = time.perf_counter()
        lanes.send_due()
        time.sleep(max(0.0, 1 - (time.perf_counter() - started) % 1))
    return time.perf_counter() - begin
