"""The pages of the reports, their files, and the orders behind the numbers."""

import csv
import datetime
import io

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from analytics.facts.services import refresh_all
from analytics.models import Channel, Cost, Landing, OrderVisit, Origin, Visit
from analytics.reports.figures import FIGURES
from analytics.reports.pages import REPORTS
from analytics.reports.words import change, duration
from dealers.models import AuditRecord
from orders.statuses import Status
from tests.factories import (
    AdministratorFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    OrderLineFactory,
    RegionFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_stored():
    cache.clear()


@pytest.fixture
def staff(client):
    client.force_login(ManagerFactory(), backend="dealers.auth.WorkspaceBackend")
    return client


@pytest.fixture
def channel():
    return Channel.objects.create(code="paid", name="Платный поиск", position=1, is_paid=True)


def sow(channel, count=3, *, name="Лето"):
    """So many completed orders of an own region and dealer each, with visits of one campaign."""
    now = timezone.now() - 5 * DAY
    origin, _ = Origin.objects.get_or_create(
        source="yandex", medium="cpc", campaign=name, channel=channel
    )
    landing, _ = Landing.objects.get_or_create(path="/")
    orders = []
    for number in range(count):
        order = OrderFactory(
            created_at=now,
            region=RegionFactory(),
            dealer=DealerFactory(),
            status=Status.COMPLETED,
            accepted_at=now + datetime.timedelta(minutes=15),
            contacted_at=now + datetime.timedelta(hours=1),
            closed_at=now + DAY,
        )
        OrderLineFactory(order=order, position=31_000)
        visitor = f"00000000-0000-0000-0000-{order.pk:012d}"
        seen = Visit.objects.create(
            visitor=visitor, started_at=now, ended_at=now, origin=origin, landing=landing,
            device="mobile", hits=number + 1, placed_order=True,
        )  # fmt: skip
        OrderVisit.objects.create(order=order, visitor=visitor, visit=seen)
        orders.append(order)
    refresh_all(now=timezone.now())
    return orders


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode().replace("\u202f", "").replace("\xa0", " ")


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.code)
def test_every_report_shows_its_figures_and_how_they_are_counted(staff, channel, report):
    sow(channel)
    text = text_of(staff.get(reverse("report", args=[report.code])))
    for code in report.figures:
        assert str(FIGURES[code].name) in text
        assert str(FIGURES[code].definition).replace("’", "’") in text
    assert "Как считаются показатели" in text


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.code)
@pytest.mark.parametrize("count", [1, 30])
def test_a_report_takes_as_many_queries_for_one_row_as_for_thirty(
    staff, channel, report, count, django_assert_max_num_queries
):
    sow(channel, count)
    address = reverse("report", args=[report.code])
    with django_assert_max_num_queries(42):
        assert staff.get(address).status_code == 200
    # What is stored is not counted again: two queries of the stored result beside the page's own.
    with django_assert_max_num_queries(15):
        assert staff.get(address).status_code == 200


def test_stored_figures_say_how_old_they_are_and_are_worked_out_anew_when_asked(staff, channel):
    [order] = sow(channel, 1)
    address = reverse("reports")
    assert "Данные на" in text_of(staff.get(address))
    order.deleted_at = timezone.now()
    order.save(update_fields=["deleted_at"])
    refresh_all(now=timezone.now())
    assert staff.get(address).context["table"].total["orders"] == 1
    assert staff.get(address, {"anew": "1"}).context["table"].total["orders"] == 0


def test_a_campaign_that_costs_more_than_it_brings_is_marked(staff, channel):
    sow(channel, 1, name="Дорогая")
    Cost.objects.create(
        day=timezone.localdate() - 5 * DAY, source="yandex", campaign="дорогая", amount=10_000_000
    )
    page = staff.get(reverse("report", args=["traffic"]), {"by": "campaign"})
    [row] = page.context["table"].rows
    assert row.label == "Дорогая"
    assert row.values["return"] < 0
    assert "в убыток" in text_of(page)


def test_a_row_leads_to_exactly_its_orders(staff, channel):
    orders = sow(channel, 3)
    for by, key in (("region", orders[1].region_id), ("dealer", orders[1].dealer_id)):
        page = staff.get(reverse("report_orders"), {"by": by, "key": key})
        assert [one.order_id for one in page.context["page"].rows] == [orders[1].pk]
    everything = staff.get(reverse("report_orders"), {"by": "channel", "key": channel.pk})
    assert len(everything.context["page"].rows) == 3
    without = staff.get(reverse("report_orders"), {"by": "channel", "key": ""})
    assert not without.context["page"].rows
    by_text = staff.get(reverse("report_orders"), {"by": "campaign", "key": "Лето"})
    assert len(by_text.context["page"].rows) == 3


@pytest.mark.parametrize(
    "query",
    [
        {"by": "region", "key": "много"},
        {"by": "region", "key": "9" * 40},
        {"by": "nothing", "key": "1"},
        {"region": "x", "since": "31.02.2026", "period": "-1", "touch": "?", "sort": "-зло"},
        {"since": "0001-01-01", "until": "9999-12-31", "period": "own"},
        {"by": "source", "key": "\x00"},
    ],
)
def test_nonsense_is_no_fault(staff, channel, query):
    sow(channel, 1)
    for address in (
        reverse("report_orders"),
        reverse("reports"),
        reverse("report", args=["times"]),
    ):
        assert staff.get(address, query).status_code in (200, 400)


def test_an_unknown_report_is_not_there(staff):
    assert staff.get(reverse("report", args=["secret"])).status_code == 404


@pytest.mark.parametrize("address", ["reports", "report_orders"])
def test_a_dealer_finds_no_reports(client, address):
    client.force_login(UserFactory(), backend="dealers.auth.WorkspaceBackend")
    assert client.get(reverse(address)).status_code == 404


def test_the_file_holds_the_table_and_who_took_it_is_kept(client, channel):
    orders = sow(channel, 3)
    administrator = AdministratorFactory()
    client.force_login(administrator, backend="dealers.auth.WorkspaceBackend")
    address = reverse("report_export", args=["regions"])
    answer = client.post(address, {"kind": "csv"})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert rows[0][:2] == ["Регион", "Заказы"]
    assert {row[0] for row in rows[1:]} == {order.region.name for order in orders}
    assert [row[1] for row in rows[1:]] == ["1"] * 3
    assert AuditRecord.objects.filter(actor=administrator).exists()


def test_refusals_count_cancelled_orders_alone(staff, channel):
    [order] = sow(channel, 1)
    why = reason("cancel", "dealer")
    OrderFactory(
        created_at=timezone.now() - 2 * DAY, status=Status.CANCELLED, closed_at=timezone.now(),
        cancel_reason=why, dealer=order.dealer,
    )  # fmt: skip
    refresh_all(now=timezone.now())
    [row] = staff.get(reverse("report", args=["refusals"])).context["table"].rows
    assert (row.label, row.values["cancelled"]) == (why.text, 1)


def test_rows_are_sorted_by_a_figure_and_unknown_ones_stand_last(staff, channel):
    orders = sow(channel, 3)
    for number, order in enumerate(orders):
        order.accepted_at = None if number == 1 else order.created_at + (number + 1) * DAY
        order.save(update_fields=["accepted_at"])
    refresh_all(now=timezone.now())
    address = reverse("report", args=["times"])
    for sort, expected in (("to_accept", [0, 2, 1]), ("-to_accept", [2, 0, 1])):
        page = staff.get(address, {"by": "region", "sort": sort})
        keys = [row.key for row in page.context["table"].rows]
        assert keys == [orders[number].region_id for number in expected]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 с"),
        (59.4, "59 с"),
        (61, "1 мин"),
        (3_600, "1 ч"),
        (8_100, "2 ч 15 мин"),
        (97_200, "1 дн 3 ч"),
        (172_800, "2 дн"),
    ],
)
def test_lengths_of_time_in_words(seconds, words):
    assert duration(seconds) == words


def test_a_change_is_told_with_what_it_means():
    assert change("orders", 12, 10) == ("+20\xa0%", True)
    assert change("cancelled", 12, 10) == ("+20\xa0%", False)
    assert change("conversion", 2.5, 3)[1] is False
    assert change("cost", 5, 10)[1] is None
    assert change("orders", 5, 0) is None
    assert change("orders", 5, None) is None
