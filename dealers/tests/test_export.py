"""The list of dealers as a table: what the filters show, safe cells, recorded."""

from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.urls import reverse

from dealers.models import AuditRecord, DealerPhone
from tests.factories import NOW, DealerFactory, ManagerFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def manager(client):
    user = ManagerFactory()
    client.force_login(user)
    return user


def rows(client, kind="xlsx", query=""):
    answer = client.post(reverse("dealer_export") + query, {"kind": kind})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    if kind == "csv":
        return [line.split(";") for line in content.decode("utf-8-sig").splitlines()]
    with ZipFile(BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    assert not list(sheet.iter(f"{SHEET}f"))
    return [["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{SHEET}row")]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_has_the_columns_of_the_list(client, manager, kind):
    dealer = DealerFactory(name="Альфа", main_region__name="Пермский край", email="a@example.com")
    DealerPhone.objects.create(dealer=dealer, number="+79001234567")
    OrderFactory(dealer=dealer, status="accepted", accepted_at=NOW)
    titles, row = rows(client, kind)
    shown = dict(zip(titles, row, strict=False))
    assert shown["Название дилера"] == "Альфа"
    assert shown["Основной регион"] == "Пермский край"
    assert shown["Авторизованный"] == "да"
    assert shown["Звонок с сайта"] == "нет"
    assert int(shown["Количество заказов"]) == 1
    assert shown["Телефоны"] == "'+79001234567"


def test_holds_what_the_filters_show(client, manager):
    DealerFactory(name="Альфа")
    DealerFactory(name="Бета", is_authorised=False)
    assert [row[0] for row in rows(client, query="?is_authorised=no")[1:]] == ["Бета"]
    assert len(rows(client)) == 3


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@a", "＝1"])
def test_no_cell_is_a_formula(client, manager, kind, name):
    DealerFactory(name=name)
    assert rows(client, kind)[1][0].lstrip('"').startswith("'")


def test_is_recorded(client, manager):
    DealerFactory()
    rows(client)
    entry = AuditRecord.objects.get(kind="export")
    assert entry.actor == manager
    assert entry.data == {"table": "dealers", "count": 1, "format": "xlsx"}


def test_takes_the_same_number_of_queries(client, manager, django_assert_max_num_queries):
    DealerFactory.create_batch(12)
    with django_assert_max_num_queries(9):
        rows(client)


def test_dealers_find_nothing(client):
    client.force_login(UserFactory())
    assert client.post(reverse("dealer_export")).status_code == 404
