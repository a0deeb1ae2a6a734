"""Pages of price lists, as their people use them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.importing.files.limits import MAX_BYTES
from catalog.importing.models import PriceUpload, UploadState
from catalog.importing.services import reading
from catalog.models import DealerProduct
from catalog.tests.price_files import csv_file, xlsx
from dealers.models import AuditRecord
from tests.factories import (
    NOW,
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    ProductFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW.replace(year=2100)


@pytest.fixture
def manager():
    return UserFactory(dealer=DealerFactory(own_prices=True))


@pytest.fixture
def browser(client, manager):
    client.force_login(manager, backend="dealers.auth.WorkspaceBackend")
    return client


@pytest.fixture
def product():
    return ProductFactory(name="Панель дуб")


@pytest.fixture
def upload(browser):
    """Uploads a file through the page and reads it; returns the upload."""

    def upload(content, name="prices.csv"):
        response = browser.post(
            reverse("price_uploads"), {"file": SimpleUploadedFile(name, content)}
        )
        assert response.status_code == 302
        reading.read_due(clock=lambda: LATER)
        return PriceUpload.objects.latest("pk")

    return upload


def page(browser, one, **query):
    return browser.get(reverse("price_upload", args=[one.pk]), query)


def act(browser, one, verb, **data):
    return browser.post(reverse(f"price_upload_{verb}", args=[one.pk]), data)


def test_a_price_list_goes_from_upload_to_prices_and_back(browser, upload, product, manager):
    DealerProductFactory(dealer=manager.dealer, product=product, price=100)
    one = upload(csv_file((product.pk, product.name, "1 234,50", "да")))
    text = page(browser, one).text
    assert "100\u00a0₽" in text
    assert "1\u202f234,50\u00a0₽" in text
    assert act(browser, one, "apply", revision=one.revision).status_code == 302
    assert DealerProduct.objects.get().price == 1234.5
    assert "Применён" in page(browser, one).text
    act(browser, one, "roll_back")
    assert DealerProduct.objects.get().price == 100


def test_rejected_rows_stand_with_row_column_and_reason_and_cannot_be_applied(
    browser, upload, product
):
    one = upload(csv_file((product.pk, product.name, "по запросу", "да")))
    text = page(browser, one).text
    assert "C, «Цена»" in text
    assert "по запросу" in text
    assert "Цена — не число." in text
    assert reverse("price_upload_apply", args=[one.pk]) not in text
    act(browser, one, "apply", revision=one.revision)
    assert not DealerProduct.objects.exists()


def test_what_was_edited_since_is_listed_instead_of_rolling_back(browser, upload, product):
    one = upload(csv_file((product.pk, product.name, "150", "да")))
    act(browser, one, "apply", revision=one.revision)
    DealerProduct.objects.update(price=170)
    response = act(browser, one, "roll_back")
    assert response.status_code == 200
    assert product.name in response.text
    assert "170\u00a0₽" in response.text
    assert DealerProduct.objects.get().price == 170


def test_columns_are_chosen_where_they_are_not_recognised(browser, upload, product):
    one = upload(csv_file((product.pk, "150"), headings=("Раз", "Два")))
    assert "не распознаны" in page(browser, one).text
    response = act(browser, one, "columns", heading_rows=1, number=0)
    assert response.status_code == 200
    assert "Укажите столбец" in response.text
    act(browser, one, "columns", heading_rows=1, number=0, price=1)
    reading.read_due(clock=lambda: LATER)
    one.refresh_from_db()
    assert (one.state, one.counts) == (UploadState.READY, {"new": 1})


@pytest.mark.parametrize(
    "data",
    [
        {"heading_rows": "9" * 50},
        {"heading_rows": "\0", "number": "1e308"},
        {"heading_rows": 1, "number": "-1", "price": "🙂"},
        {"heading_rows": 1, "number": 0, "price": 0},
    ],
)
def test_nonsense_in_the_choice_of_columns_is_refused(browser, upload, product, data):
    one = upload(csv_file((product.pk, "150"), headings=("Раз", "Два")))
    assert act(browser, one, "columns", **data).status_code == 200
    one.refresh_from_db()
    assert one.state == UploadState.COLUMNS


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "\0", "²"])
def test_a_wrong_revision_applies_nothing(browser, upload, product, revision):
    one = upload(csv_file((product.pk, "", "150", "да")))
    assert act(browser, one, "apply", revision=revision).status_code == 302
    assert not DealerProduct.objects.exists()


def test_progress_is_shown_until_the_file_is_read(browser, product):
    content = csv_file((product.pk, "", "150", "да"))
    browser.post(reverse("price_uploads"), {"file": SimpleUploadedFile("a.csv", content)})
    one = PriceUpload.objects.get()
    progress = reverse("price_upload_progress", args=[one.pk])
    assert progress in page(browser, one).text
    assert "ждёт очереди" in browser.get(progress).text
    reading.read_due(clock=lambda: LATER)
    response = browser.get(progress)
    assert response.status_code == 204
    assert response["HX-Redirect"] == reverse("price_upload", args=[one.pk])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "Выберите файл"),
        (SimpleUploadedFile("a.csv", b""), "пуст"),
        (SimpleUploadedFile("a.csv", b"1" * (MAX_BYTES + 1)), "больше 2 МБ"),
        ("a.csv", "Выберите файл"),
    ],
    ids=["none", "empty", "large", "text"],
)
def test_what_cannot_be_uploaded_is_told_beside_the_field(browser, file, words):
    response = browser.post(reverse("price_uploads"), {"file": file} if file else {})
    assert response.status_code == 200
    assert words in response.text
    assert not PriceUpload.objects.exists()


def test_a_damaged_file_is_told_and_changes_nothing(browser, upload):
    one = upload(b"PK\x03\x04 nonsense", "a.xlsx")
    assert "Файл повреждён" in page(browser, one).text
    assert page(browser, one, rows="x", after="nonsense", before="\0").status_code == 200


def test_the_preview_costs_as_many_queries_for_many_rows(
    browser, upload, product, django_assert_max_num_queries
):
    one = upload(xlsx(*((ProductFactory().pk, "", 5, "да") for _number in range(60))))
    with django_assert_max_num_queries(14):
        response = page(browser, one)
    assert response.text.count('data-label="Цена"') == 50


def test_the_report_has_every_row_and_no_formulas(browser, upload, product):
    one = upload(csv_file((product.pk, "", "150", "да"), ("", "=HYPERLINK(1)", "5", "да")))
    text = browser.get(reverse("price_upload_report", args=[one.pk, "csv"])).getvalue().decode()
    assert "Панель дуб" in text
    assert ";'=HYPERLINK(1);" in text
    response = browser.get(reverse("price_upload_report", args=[one.pk, "xlsx"]))
    assert response.getvalue().startswith(b"PK")


def test_downloading_is_recorded(browser, manager):
    response = browser.get(reverse("price_download", args=[manager.dealer_id, "csv"]))
    assert "attachment" in response["Content-Disposition"]
    entry = AuditRecord.objects.get(kind="export")
    assert (entry.actor, entry.object_id) == (manager, manager.dealer_id)


@pytest.mark.parametrize("kind", ["exe", "pdf"])
def test_other_formats_are_not_there(browser, manager, upload, product, kind):
    address = reverse("price_download", args=[manager.dealer_id, kind])
    assert browser.get(address).status_code == 404
    one = upload(csv_file((product.pk, "", "150", "да")))
    address = reverse("price_upload_report", args=[one.pk, kind])
    assert browser.get(address).status_code == 404


def test_another_dealer_finds_nothing(browser, upload, product, client):
    one = upload(csv_file((product.pk, "", "150", "да")))
    client.force_login(UserFactory(), backend="dealers.auth.WorkspaceBackend")
    assert page(client, one).status_code == 404
    assert act(client, one, "apply", revision=one.revision).status_code == 404
    address = reverse("price_download", args=[one.dealer_id, "csv"])
    assert client.get(address).status_code == 404
    assert not DealerProduct.objects.exists()


def test_the_manufacturer_reads_and_does_not_change(browser, upload, product, client):
    one = upload(csv_file((product.pk, "", "150", "да")))
    client.force_login(ManagerFactory(), backend="dealers.auth.WorkspaceBackend")
    listed = client.get(reverse("dealer_price_uploads", args=[one.dealer_id]))
    assert "prices.csv" in listed.text
    assert 'type="file"' not in listed.text
    text = page(client, one).text
    assert reverse("price_upload_apply", args=[one.pk]) not in text
    assert act(client, one, "apply", revision=one.revision).status_code == 404
    assert client.get(reverse("price_download", args=[one.dealer_id, "yml"])).status_code == 200
