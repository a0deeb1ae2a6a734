"""The file that Metrika takes, and orders' statuses as a table."""

import csv
import datetime
import io
import uuid

import pytest
from django.urls import reverse

from analytics.conversions.rows import GOALS
from analytics.facts.services import refresh_all
from analytics.models import Channel, Landing, OrderVisit, Origin, Visit
from dealers.models import AuditKind, AuditRecord
from orders.models import Order
from tests.factories import NOW, DealerFactory, ManagerFactory, OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
DAYS = {"since": "2026-06-01", "until": "2026-06-30"}
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def staff(client):
    client.force_login(ManagerFactory(), backend="dealers.auth.WorkspaceBackend")
    return client


@pytest.fixture
def orders():
    """Two completed orders with identifiers of both kinds, one without, one of another month."""
    landing = Landing.objects.create(path="/")
    origin = Origin.objects.create(
        source="yandex", medium="cpc", campaign="Лето",
        channel=Channel.objects.get(code="paid_search"),
    )  # fmt: skip
    made = []
    for number, (metrika, yclid) in enumerate([("111", "900"), ("222", ""), ("", ""), ("333", "")]):
        placed = NOW - (60 if number == 3 else 1) * 24 * HOUR
        order = OrderFactory(
            created_at=placed,
            accepted_at=placed + HOUR,
            contacted_at=placed + 2 * HOUR,
            closed_at=placed + 3 * HOUR,
            contact_kind="hand",
            status="completed",
            dealer=DealerFactory(),
        )
        OrderLineFactory(order=order)
        visitor = uuid.uuid4()
        visit = Visit.objects.create(
            visitor=visitor, started_at=placed, ended_at=placed, origin=origin, landing=landing,
            device="mobile", metrika=metrika, yclid=yclid,
        )  # fmt: skip
        OrderVisit.objects.create(order=order, visitor=visitor, visit=visit)
        made.append(order)
    refresh_all(now=NOW)
    return made


def file_of(staff, **asked):
    address = reverse("conversions_file") + "?" + "&".join(f"{k}={v}" for k, v in asked.items())
    answer = staff.post(address)
    text = b"".join(answer.streaming_content).decode()
    return text, list(csv.reader(io.StringIO(text)))


def test_the_file_is_as_metrika_takes_it(staff, orders):
    text, rows = file_of(staff, **DAYS, goal="order_completed", identifier="ClientId")
    assert text.startswith("ClientId,Target,DateTime,Price,Currency\n")
    first = Order.objects.get(pk=orders[0].pk)
    assert rows[1] == [
        "111",
        "order_completed",
        str(int(first.closed_at.timestamp())),
        f"{first.total:.2f}",
        "RUB",
    ]
    assert [row[0] for row in rows[1:]] == ["111", "222"]
    assert AuditRecord.objects.filter(kind=AuditKind.EXPORT).count() == 1


def test_clicks_of_direct(staff, orders):
    _text, rows = file_of(staff, **DAYS, goal="order_placed", identifier="Yclid")
    assert [row[:2] for row in rows] == [["Yclid", "Target"], ["900", "order_placed"]]


@pytest.mark.parametrize("goal", list(GOALS))
def test_every_goal_has_its_page_and_file(staff, orders, goal):
    page = staff.get(reverse("conversions"), DAYS | {"goal": goal}).content.decode()
    assert goal in page
    _text, rows = file_of(staff, **DAYS, goal=goal, identifier="ClientId")
    assert len(rows) == (1 if goal == "order_cancelled" else 3)


@pytest.mark.parametrize(
    "wrong", ["since=0001-01-01", "until=9999-12-31", "goal=x", "identifier=%00", "since=%00"]
)
def test_nonsense_counts_as_not_said(staff, wrong):
    assert staff.get(f"{reverse('conversions')}?{wrong}").status_code == 200


def test_statuses_come_without_people(staff, orders):
    address = f"{reverse('status_export')}?since=2026-06-01&until=2026-06-30"
    answer = staff.post(address, {"kind": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [int(row[0]) for row in rows[1:]] == [order.pk for order in orders[:3]]
    assert rows[1][1] == "Завершён"
    assert "Лето" in rows[1]
    for order in orders:
        assert order.customer_name not in text
        assert str(order.phone)[2:] not in text


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_as_many_queries_for_thirty(staff, count, django_assert_max_num_queries):
    for _ in range(count):
        OrderFactory(created_at=NOW)
    refresh_all(now=NOW)
    with django_assert_max_num_queries(10):
        assert staff.get(reverse("conversions"), DAYS).status_code == 200
