"""Costs as Direct and Ads write them, applied, taken back, and told whose they are."""

import datetime
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from xlsxwriter import Workbook

from analytics.costs import services
from analytics.costs.matching import Owners, unmatched
from analytics.costs.reading import Line, NoTable, read_lines
from analytics.models import Channel, Cost, CostUpload, Origin
from analytics.models.costs import UploadState
from analytics.reports.loading import today
from analytics.reports.measuring import measure
from analytics.reports.scope import Scope
from dealers.models import AuditKind, AuditRecord
from tests.factories import NOW, ManagerFactory

TODAY = datetime.date(2026, 11, 26)
DAY = datetime.date(2026, 9, 1)

DIRECT = [
    (1, ["Отчёт с 01.09.2026 по 03.09.2026"]),
    (3, ["День", "№ Кампании", "Кампания", "Показы", "Клики", "Расход, ₽"]),
    (4, ["01.09.2026", "17", "Поиск: панели", "1 200", "37", "1 234,50"]),
    (5, ["01.09.2026", "17", "Поиск: панели", "100", "3", "65,50"]),
    (6, ["2026-09-02T00:00:00", "17", "поиск: ПАНЕЛИ", 50, 1.0, 10.25]),
    (7, ["Итого", "", "", "1 350", "41", "1 310,25"]),
]
ADS = [
    (1, ["Campaign report"]),
    (2, ["September 1, 2026 - September 2, 2026"]),
    (3, ["Day", "Campaign", "Currency code", "Impr.", "Clicks", "Cost"]),
    (4, ["2026-09-01", "Brand", "RUB", "900", "30", "1,234.50"]),
    (5, ["Sep 2, 2026", "Brand", "RUB", "10", "--", "0"]),
    (6, ["Total: Campaigns", " --", "", "910", "30", "1,234.50"]),
]


def read(rows, source="yandex", vat=Decimal(0)):
    return read_lines(rows, source=source, vat=vat, today=TODAY)


def test_a_report_of_direct():
    lines, bad = read(DIRECT)
    assert not bad
    assert lines == [
        Line(DAY, "yandex", "Поиск: панели", Decimal("1300.00"), 40, 1300),
        Line(DAY.replace(day=2), "yandex", "поиск: ПАНЕЛИ", Decimal("10.25"), 1, 50),
    ]


def test_a_report_of_ads():
    lines, bad = read(ADS, "google")
    assert not bad
    assert [(line.day.day, line.amount, line.clicks) for line in lines] == [
        (1, Decimal("1234.50"), 30),
        (2, Decimal(0), None),
    ]


def test_vat_is_added_and_a_column_with_the_source_counts():
    rows = [(1, ["дата", "источник", "кампания", "расход (руб.)"])]
    rows.append((2, ["1 сент. 2026 г.", "VK", "Дача", "100"]))
    [line], _bad = read(rows, vat=Decimal(22))
    assert (line.source, line.amount, line.day) == ("vk", Decimal("122.00"), DAY)


@pytest.mark.parametrize(
    "cells",
    [
        ["31.02.2026", "A", "1"],
        ["вчера", "A", "1"],
        ["01.01.2030", "A", "1"],
        ["01.01.2001", "A", "1"],
        ["01.09.2026", "A", "-5"],
        ["01.09.2026", "A", "много"],
        ["01.09.2026", "A", ""],
        ["01.09.2026", "A", "1e308"],
    ],
)
def test_a_row_that_says_nothing_usable_is_told(cells):
    lines, bad = read([(1, ["День", "Кампания", "Расход"]), (2, cells)])
    assert not lines
    assert [one.row for one in bad] == [2]
    assert bad[0].reason
    assert not bad[0].reason.isascii()


def test_without_headings_there_is_no_table():
    with pytest.raises(NoTable):
        read([(1, ["Имя", "Телефон"])])


@pytest.fixture
def by(db):
    return ManagerFactory()


def upload(rows, by, now=NOW):
    return services.receive(
        rows=rows, file_name="direct.csv", source="yandex", vat=Decimal(0), by=by, now=now,
        today=TODAY,
    )  # fmt: skip


def test_a_preview_changes_nothing_and_says_what_would(by):
    Cost.objects.create(day=DAY, source="Yandex", campaign="ПОИСК: панели", amount="5")
    kept = upload(DIRECT, by)
    assert services.compared(kept) == {"new": 1, "changed": 1, "same": 0}
    assert Cost.objects.get().amount == 5


def test_applying_replaces_and_taking_back_restores(by):
    Cost.objects.create(day=DAY, source="Yandex", campaign="ПОИСК: панели", amount="5", clicks=2)
    kept = upload(DIRECT, by)
    for _ in range(2):
        services.apply(upload_id=kept.pk, by=by, now=NOW)
    assert sorted(Cost.objects.values_list("amount", flat=True)) == [
        Decimal("10.25"),
        Decimal("1300.00"),
    ]
    again = upload(DIRECT, by)
    assert services.compared(again) == {"new": 0, "changed": 0, "same": 2}
    for _ in range(2):
        services.undo(upload_id=kept.pk, by=by, now=NOW)
    cost = Cost.objects.get()
    assert (cost.source, cost.amount, cost.clicks) == ("Yandex", Decimal(5), 2)
    with pytest.raises(services.CostsRefused):
        services.apply(upload_id=kept.pk, by=by, now=NOW)
    assert AuditRecord.objects.filter(kind=AuditKind.COSTS).count() == 1
    assert AuditRecord.objects.filter(kind=AuditKind.COSTS_BACK).count() == 1


def test_only_the_last_upload_is_taken_back(by):
    first, second = upload(DIRECT, by), upload(DIRECT, by)
    services.apply(upload_id=first.pk, by=by, now=NOW)
    services.apply(upload_id=second.pk, by=by, now=NOW + datetime.timedelta(minutes=1))
    with pytest.raises(services.CostsRefused):
        services.undo(upload_id=first.pk, by=by, now=NOW)
    services.undo(upload_id=second.pk, by=by, now=NOW)
    services.undo(upload_id=first.pk, by=by, now=NOW)
    assert not Cost.objects.exists()


@pytest.mark.django_db
def test_a_cost_without_visits_is_shown_until_it_is_named(by):
    channel = Channel.objects.get(code="paid_search")
    Origin.objects.create(source="yandex", medium="cpc", campaign="Лето", channel=channel)
    Cost.objects.create(day=DAY, source="YANDEX", campaign="лето", amount="7")
    Cost.objects.create(day=DAY, source="yandex", campaign="summer_old", amount="3.50")
    assert [row["campaign"] for row in unmatched()] == ["summer_old"]
    scope = Scope(since=DAY, until=DAY)
    table = measure(scope, ["cost"], "campaign")
    assert {row.label: row.values["cost"] for row in table.rows} == {
        "Лето": Decimal(7),
        "summer_old": Decimal("3.50"),
    }
    services.call_it(
        source="Yandex", campaign="SUMMER_OLD", visit_source="yandex", visit_campaign="Лето",
        by=by, now=NOW,
    )  # fmt: skip
    assert unmatched() == []
    assert Owners().of("yandex", "summer_old") == ("yandex", "Лето", channel.pk)
    table = measure(scope, ["cost"], "campaign")
    assert [(row.label, row.values["cost"]) for row in table.rows] == [("Лето", Decimal("10.50"))]
    by_channel = measure(scope, ["cost"], "channel")
    assert [(row.key, row.values["cost"]) for row in by_channel.rows] == [
        (channel.pk, Decimal("10.50"))
    ]
    with pytest.raises(services.CostsRefused):
        services.call_it(
            source="a", campaign="b", visit_source="no", visit_campaign="no", by=by, now=NOW
        )


def book():
    output = io.BytesIO()
    with Workbook(output, {"in_memory": True}) as written:
        sheet = written.add_worksheet()
        day = written.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["Дата", "Кампания", "Расход, ₽"])
        sheet.write_datetime(1, 0, datetime.date(2026, 9, 1), day)
        sheet.write_row(1, 1, ["Лето", 99.9])
    return output.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", book()),
        ("a.csv", "Дата;Кампания;Расход (руб.)\n01.09.2026;Лето;99,90\n".encode("cp1251")),
        ("a.csv", "Дата\tКампания\tРасход\n01.09.2026\tЛето\t99,90\n".encode("utf-16")),
    ],
    ids=["xlsx", "cp1251", "utf-16"],
)
def test_from_the_file_to_the_list(client, by, name, content):
    client.force_login(by, backend="dealers.auth.WorkspaceBackend")
    data = {"file": SimpleUploadedFile(name, content), "source": "yandex", "vat": "0"}
    page = client.post(reverse("cost_uploads"), data)
    kept = CostUpload.objects.get()
    assert page.url == reverse("cost_upload", args=[kept.pk])
    assert "Лето" in client.get(page.url).content.decode()
    client.post(reverse("cost_upload_apply", args=[kept.pk]))
    cost = Cost.objects.get()
    assert (cost.day, cost.amount) == (DAY, Decimal("99.90"))
    assert "99,90" in client.get(reverse("costs")).content.decode()
    client.post(reverse("cost_upload_undo", args=[kept.pk]))
    assert CostUpload.objects.get().state == UploadState.UNDONE
    assert not Cost.objects.exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"name;phone\n1;2\n", b"\x00" * 50])
def test_a_file_that_is_none_is_refused_with_words(client, by, content):
    client.force_login(by, backend="dealers.auth.WorkspaceBackend")
    data = {"file": SimpleUploadedFile("a.csv", content), "source": "yandex", "vat": "0"}
    page = client.post(reverse("cost_uploads"), data)
    assert page.status_code == 422
    assert "invalid-feedback" in page.content.decode()
    assert not CostUpload.objects.exists()


def test_by_hand(client, by):
    client.force_login(by, backend="dealers.auth.WorkspaceBackend")
    given = {"day": "2026-06-01", "source": "Radio", "campaign": "Весна", "amount": "100,50"}
    assert client.post(reverse("costs"), given).status_code == 302
    assert client.post(reverse("costs"), given | {"amount": "90"}).status_code == 302
    cost = Cost.objects.get()
    assert (cost.source, cost.amount) == ("radio", Decimal(90))
    later = (today() + datetime.timedelta(days=2)).isoformat()
    for wrong in ({"amount": "-1"}, {"day": later}, {"campaign": ""}, {"amount": "1e308"}):
        assert client.post(reverse("costs"), given | wrong).status_code == 422
    client.post(reverse("cost_remove", args=[cost.pk]))
    client.post(reverse("cost_remove", args=[cost.pk]))
    assert not Cost.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_as_many_queries_for_thirty(
    client, by, count, django_assert_max_num_queries
):
    for number in range(count):
        Cost.objects.create(day=DAY, source="yandex", campaign=f"c{number}", amount=1)
    client.force_login(by, backend="dealers.auth.WorkspaceBackend")
    for name in ("costs", "costs_unmatched", "cost_uploads"):
        with django_assert_max_num_queries(14):
            assert client.get(reverse(name)).status_code == 200
