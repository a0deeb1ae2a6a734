"""Whether it lives, whether it is ready, its figures, and what its logs keep silent about."""

import io
import json
import logging
from datetime import timedelta

import pytest
import sentry_sdk
import structlog
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone
from sentry_sdk.transport import Transport

from analytics.operations import health
from suz.common.logs import JsonLines, WithoutSecrets, clean, masked
from suz.common.reporting import start_reporting
from tests.factories import OrderFactory

TOKEN = "for-prometheus-only"
SESSION = "qwerty-of-anna"
PHONE = "+7 (921) 765-43-21"


@pytest.fixture(autouse=True)
def forget():
    health._known.clear()


def test_it_lives_without_a_database(client):
    # No mark of the database: a query would fail the test.
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_it_is_ready_with_a_database_and_its_migrations(client, django_assert_max_num_queries):
    assert client.get("/readyz").json() == {"ready": True, "reason": ""}
    with django_assert_max_num_queries(3):
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_it_is_not_ready_before_its_migrations(client, monkeypatch):
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan",
        lambda self, targets: [("analytics", "0099")],
    )
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "migrations")


@pytest.mark.django_db
def test_it_is_not_ready_without_a_database(client, monkeypatch):
    def fail():
        raise DatabaseError

    monkeypatch.setattr(health, "_is_migrated", fail)
    monkeypatch.setattr(health.connection, "close", lambda: None)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "database")


@pytest.mark.django_db
def test_figures_are_for_who_has_the_token(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get(reverse("metrics")).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("orders", [1, 30])
def test_figures_take_as_many_queries_for_thirty(
    client, settings, orders, django_assert_max_num_queries
):
    settings.METRICS_TOKEN = TOKEN
    for _ in range(orders):
        OrderFactory(created_at=timezone.now() - timedelta(minutes=5))
    with django_assert_max_num_queries(20):
        text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(lines['suz_open_orders{status="new"}']) == orders
    assert float(lines['suz_due_age_seconds{kind="order"}']) >= 300
    assert float(lines['suz_dead_letters{kind="message"}']) == 0
    assert "Ёлкин" not in text


@pytest.mark.parametrize(
    "secret",
    [PHONE, "89217654321", "anna@example.com", "suz_abcdefghijkl", "whsec_abcdefghijkl"],
)
def test_logs_keep_nobody(secret):
    text = f"to {secret} at /o/abcdef/ and /workspace/?q=Anna"
    event = masked(None, None, {"event": text, "deep": {"list": [text]}, "code": 17})
    for cleaned in (event["event"], event["deep"]["list"][0], clean(text)):
        assert secret not in cleaned
        assert "abcdef/" not in cleaned
        assert "Anna" not in cleaned
    assert event["code"] == 17


def test_a_librarys_line_is_json_and_clean():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutSecrets())
    handler.setFormatter(JsonLines())
    logger = logging.Logger("library")
    logger.addHandler(handler)
    try:
        raise ValueError(f"no answer of {PHONE}")
    except ValueError:
        logger.exception("calling %s", PHONE)
    logger.warning(json.dumps({"timestamp": "2026-11-26T10:00:00.123456Z", "event": "own"}))
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["level"], first["logger"]) == ("error", "library")
    assert "765" not in first["event"] + first["exception"]
    assert second == {"timestamp": "2026-11-26T10:00:00.123456Z", "event": "own"}


def test_our_own_lines_keep_their_time():
    render = structlog.processors.KeyValueRenderer(key_order=["timestamp", "event"])
    event = masked(None, None, {"event": "sent", "to": PHONE})
    line = render(None, None, {"timestamp": "2026-11-26T16:22:21.386698Z", **event})
    record = logging.LogRecord("suz", logging.INFO, "", 0, line, (), None)
    WithoutSecrets().filter(record)
    assert "16:22:21.386698" in record.msg
    assert "765" not in record.msg


class Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self, options=None):
        super().__init__(options)
        self.events = []

    def capture_envelope(self, envelope):
        self.events += [item.payload.json for item in envelope.items if item.payload.json]


@pytest.fixture
def reported():
    transport = Kept()
    start_reporting("https://key@sentry.example.com/1", transport=transport)
    yield transport
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


def test_errors_are_reported_without_people(reported):
    sentry_sdk.set_user({"id": 5, "email": "anna@example.com"})
    try:
        phone = PHONE
        raise ValueError(f"no answer of {phone}")
    except ValueError:
        sentry_sdk.capture_exception()
    [event] = reported.events
    text = json.dumps(event, ensure_ascii=False)
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert "765-43" not in text
    assert "anna@" not in text
    assert "user" not in event


@pytest.mark.django_db
def test_a_request_that_fails_is_reported_without_what_was_typed(reported, client, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("broken")

    monkeypatch.setattr("catalog.views.category_menu", fail)
    client.raise_request_exception = False
    client.get("/?phone=89217654321", headers={"Cookie": f"sessionid={SESSION}"})
    events = [one for one in reported.events if "exception" in one]
    text = json.dumps(events)
    assert events
    assert "9217654321" not in text
    assert SESSION not in text


def test_without_an_address_nothing_is_reported():
    start_reporting("")
    assert not sentry_sdk.get_client().is_active()
