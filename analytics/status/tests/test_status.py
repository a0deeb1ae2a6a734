"""The state of the system: what is late, who is silent, and the banner that says so."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics.status.selectors import figures
from analytics.templatetags.status_tags import span
from catalog.importing.models import PriceUpload
from distribution.models import ChainVersion, Plan
from notifications import signs, tasks
from notifications.models import Delivery, DeliveryState, Heartbeat
from notifications.tests.conftest import draft, write
from telephony.models import Call
from tests.factories import DealerFactory, ManagerFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db
LATE, SOON = timedelta(seconds=61), timedelta(seconds=59)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def manager(client):
    user = ManagerFactory()
    client.force_login(user)
    return user


def due_message(moment):
    write(draft("order_completed", "customer", email="r@example.com"), now=moment)


def due_stage(moment):
    order = OrderFactory(created_at=moment - timedelta(days=1))
    version = ChainVersion.objects.first()
    Plan.objects.create(
        order=order, cycle=order.cycle, version=version, started_at=moment, next_due_at=moment
    )


def due_price_list(moment):
    user = UserFactory()
    PriceUpload.objects.create(
        dealer=user.dealer, created_by=user, created_at=moment, state="waiting", due_at=moment
    )


def new_order(moment):
    OrderFactory(created_at=moment)


def due_call(moment):
    order = OrderFactory(created_at=moment)
    dealer = DealerFactory()
    Call.objects.create(
        order=order, kind="robot", dealer=dealer, cycle=1, due_at=moment, created_at=moment
    )
    Plan.objects.create(
        order=order,
        cycle=order.cycle,
        version=ChainVersion.objects.first(),
        started_at=moment,
        state="stopped",
    )


WORKS = [
    (new_order, 0),
    (due_stage, 1),
    (due_message, 2),
    (due_price_list, 3),
    (due_call, 4),
]


@pytest.mark.parametrize(("make", "position"), WORKS)
@pytest.mark.parametrize(("age", "is_late"), [(LATE, True), (SOON, False)])
def test_each_kind_of_work_has_its_age(now, make, position, age, is_late):
    make(now - age)
    found = figures(now=now)
    assert [work.is_late for work in found.works].count(True) == is_late
    assert found.works[position].seconds == age.total_seconds()
    assert found.is_alarming is is_late


def test_nothing_due_is_nothing_late(now):
    due_message(now + timedelta(hours=1))
    found = figures(now=now)
    assert [work.since for work in found.works] == [None] * 5
    assert not found.is_alarming


def test_a_lost_workers_message_counts_once_its_lease_is_over(now):
    due_message(now - timedelta(minutes=10))
    Delivery.objects.update(state=DeliveryState.SENDING, lease_until=now + timedelta(minutes=1))
    assert not figures(now=now).is_alarming
    Delivery.objects.update(lease_until=now)
    assert figures(now=now).is_alarming


@pytest.mark.parametrize("kind", Heartbeat.Kind.values)
def test_a_process_that_falls_silent_is_missed(now, kind):
    assert not figures(now=now).is_alarming
    signs.beat(kind, now=now - SOON)
    assert not figures(now=now).is_alarming
    signs.beat(kind, now=now - LATE)
    (silent,) = figures(now=now).silent
    assert silent.at == now - LATE
    assert Heartbeat.objects.count() == 1


def test_worker_and_clock_leave_signs():
    tasks.heartbeat()
    tasks.note_clock()
    assert set(Heartbeat.objects.values_list("kind", flat=True)) == {"worker", "beat"}


def test_a_thread_leaves_signs_until_it_is_stopped(monkeypatch):
    seen = []
    monkeypatch.setattr(signs, "EVERY", timedelta(milliseconds=5))
    stop = signs.keep_beating("web")
    monkeypatch.setattr(signs, "beat_safely", lambda kind, now: seen.append(kind) or stop.set())
    stop.wait(5)
    assert seen == ["web"]


def test_the_banner_stands_on_every_page_of_the_staff(client, manager, now):
    due_message(now - timedelta(minutes=2, seconds=5))
    page = client.get(reverse("message_list")).content.decode()
    assert "status-banner" in page
    assert "Отправка сообщений: ждёт 2:0" in page
    client.force_login(UserFactory())
    assert "status-banner" not in client.get(reverse("message_list")).content.decode()


def test_all_well_shows_no_banner(client, manager):
    assert "status-banner" not in client.get(reverse("message_list")).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_all_figures_take_one_query(now, count, django_assert_num_queries):
    for number in range(count):
        due_message(now - timedelta(minutes=number))
        new_order(now - timedelta(minutes=number))
    with django_assert_num_queries(1):
        figures(now=now)


def test_the_page_takes_as_many_queries_for_many_errors(
    client, manager, now, django_assert_num_queries
):
    due_message(now)
    Delivery.objects.update(state=DeliveryState.DEAD, error="550 нет такого ящика")
    with CaptureQueriesContext(connection) as few:
        page = client.get(reverse("status")).content.decode()
    assert "550 нет такого ящика" in page
    for _number in range(12):
        due_message(now)
    Delivery.objects.update(state=DeliveryState.DEAD, error="550 нет такого ящика")
    with django_assert_num_queries(len(few)):
        client.get(reverse("status"))


def test_a_price_list_that_was_not_read_stands_among_the_errors(client, manager, now):
    user = UserFactory(dealer=DealerFactory(name="Панель"))
    PriceUpload.objects.create(
        dealer=user.dealer,
        created_by=user,
        created_at=now,
        state="failed",
        failure="damaged",
        file_name="цены.xlsx",
    )
    assert "цены.xlsx" in client.get(reverse("status")).content.decode()


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (65, "1:05"), (3600, "1:00:00"), (90_061, "25:01:01")]
)
def test_spans(seconds, shown):
    assert span(seconds) == shown
