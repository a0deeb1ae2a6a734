"""Messages to test with."""

import datetime

import pytest
from django.db import transaction

from notifications.events import EVENTS
from notifications.outbox import Draft, enqueue
from notifications.transports import TRANSPORTS, Transport
from tests.factories import NOW, AdministratorFactory, ManagerFactory, UserFactory

CONTEXT = {
    "order": 1416,
    "place": "Казань",
    "region": "Республика Татарстан",
    "sum_low": "38120",
    "sum_high": "41990.50",
    "lines": [
        {"name": "Панель «Дуб светлый»", "quantity": 24, "unit": "шт"},
        {"name": "Плинтус «Орех»", "quantity": 8, "unit": "м"},
    ],
    "line_count": 4,
    "dealer": "ООО «Панель»",
    "manager": "Иван Петров",
    "customer": "Роман Ильин",
    "reason": "Нет товара на складе",
    "party": "dealer",
    "attention": "no_dealer",
    "due_on": "2026-06-08",
    "choice": "stay",
    "changes": ["Панель «Дуб светлый» × 24 шт → Панель «Дуб тёмный» × 24 шт, 223 ₽ → 231 ₽"],
    "sum_before": "39\u202f844\u00a0₽",
    "changed": ["address", "due_on"],
    "rating": 2,
    "complaint": 27,
    "category": "Нарушены сроки",
    "said": "Доставку ждём вторую неделю.",
    "link": "/workspace/orders/1416/",
}
# Every event of an order; the others have tests of their own.
PAIRS = [
    (event.code, audience)
    for event in EVENTS.values()
    for audience in event.audiences
    if "order" in event.variables
]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now

    def move(self, **time):
        self.now += datetime.timedelta(**time)


class FakeTransport(Transport):
    """Keeps what it is given; ``fail`` is raised instead, ``before`` is called first."""

    sent = []
    fail = None
    before = None

    def send(self, delivery, mail):
        kind = type(self)
        if kind.before:
            kind.before(delivery)
        if kind.fail:
            raise kind.fail
        kind.sent.append((delivery.address, mail.subject))

    def close(self):
        """Nothing is open."""


@pytest.fixture
def transport(monkeypatch):
    """A transport in place of e-mail."""
    kind = type("Fake", (FakeTransport,), {"sent": []})
    monkeypatch.setitem(TRANSPORTS, "email", kind)
    return kind


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def dealer_manager(db):
    return UserFactory()


@pytest.fixture
def manager(db):
    return ManagerFactory()


@pytest.fixture
def administrator(db):
    return AdministratorFactory()


def draft(event="order_offered", audience="dealer", **fields):
    fields.setdefault("subject_key", "order:1416")
    fields.setdefault("url", "/workspace/orders/1416/")
    fields["context"] = CONTEXT | fields.get("context", {})
    return Draft(event=event, audience=audience, **fields)


def write(*drafts, now=NOW):
    """Write drafts in a transaction of their own and return the messages."""
    with transaction.atomic():
        return enqueue(drafts, now=now)


def write_many(user, count, *, now=NOW):
    return write(
        *(
            draft(user=user, subject_key=f"order:{number}", context={"order": number})
            for number in range(1, count + 1)
        ),
        now=now,
    )
