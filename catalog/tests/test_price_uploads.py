"""From a file to prices and back: services of price list uploads."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from catalog.importing.files.limits import Failure
from catalog.importing.models import PriceUpload, PriceUploadFile, PriceUploadRow, UploadState
from catalog.importing.services import applying, reading, receiving
from catalog.importing.services.errors import PricesEdited, UploadRefused
from catalog.importing.wording import column_text
from catalog.models import DealerProduct
from catalog.tests.price_files import csv_file, xlsx, yml
from tests.factories import NOW, DealerFactory, DealerProductFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(dealer=DealerFactory(own_prices=True, whole_line=False))


@pytest.fixture
def dealer(manager):
    return manager.dealer


@pytest.fixture
def products():
    return [ProductFactory(name=name) for name in ("Панель дуб", "Панель ясень", "Плинтус")]


@pytest.fixture
def read(manager):
    """Uploads a file and reads it, as the worker does."""

    def read(content, name="prices.xlsx"):
        upload = receiving.receive(
            dealer_id=manager.dealer_id, file_name=name, content=content, by=manager, now=NOW
        )
        assert reading.read_due(clock=lambda: NOW)
        upload.refresh_from_db()
        return upload

    return read


def apply(upload, by):
    return applying.apply(upload_id=upload.pk, revision=upload.revision, by=by, now=NOW)


def roll_back(upload, by):
    return applying.roll_back(upload_id=upload.pk, by=by, now=NOW)


def terms(dealer):
    """The dealer's (stock, price) by product number."""
    rows = DealerProduct.objects.filter(dealer=dealer).order_by("product")
    return {row.product_id: (row.in_stock, row.price) for row in rows}


def outcomes(upload):
    return list(upload.rows.order_by("row").values_list("row", "kind"))


def faults(upload):
    return [(row.row, *fault) for row in upload.rows.order_by("row") for fault in row.faults]


def test_a_preview_tells_new_changed_unchanged_and_unknown_rows(read, dealer, products):
    first, second, third = products
    DealerProductFactory(dealer=dealer, product=first, price=100)
    DealerProductFactory(dealer=dealer, product=second, price=200)
    upload = read(
        xlsx(
            (first.pk, first.name, 150, "да"),
            (second.pk, second.name, 200, "да"),
            (third.pk, third.name, "1 234,50", "нет"),
            (999_999, "Чужой товар", 5, "да"),
        )
    )
    assert upload.state == UploadState.READY
    assert outcomes(upload) == [(2, "changed"), (3, "unchanged"), (4, "new"), (5, "skipped")]
    row = upload.rows.get(row=2)
    assert (row.old_price, row.new_price) == (100, 150)
    assert terms(dealer) == {first.pk: (True, 100), second.pk: (True, 200)}


def test_applying_sets_every_row_at_once_and_leaves_other_products(read, manager, products):
    first, second, third = products
    DealerProductFactory(dealer=manager.dealer, product=first, price=100)
    DealerProductFactory(dealer=manager.dealer, product=third, price=300, in_stock=False)
    upload = read(csv_file((first.pk, "", "150", "нет"), (second.pk, "", "1 234,50", "да")))
    apply(upload, manager)
    assert terms(manager.dealer) == {
        first.pk: (False, 150),
        second.pk: (True, Decimal("1234.50")),
        third.pk: (False, 300),
    }
    assert not PriceUploadFile.objects.exists()


def test_applying_twice_changes_nothing_more(read, manager, products):
    upload = read(csv_file((products[0].pk, "", "150", "да")))
    apply(upload, manager)
    DealerProduct.objects.update(price=170)
    apply(upload, manager)
    assert terms(manager.dealer) == {products[0].pk: (True, 170)}


def test_the_history_of_prices_names_who_applied(read, manager, products):
    apply(read(csv_file((products[0].pk, "", "150", "да"))), manager)
    event = DealerProduct.pgh_event_model.objects.get(product=products[0])
    assert event.pgh_context.metadata["user"] == manager.pk
    assert event.pgh_context.metadata["reason"] == "price list applied"


def test_an_empty_price_is_the_recommended_one_and_an_empty_stock_says_nothing(
    read, manager, products
):
    DealerProductFactory(dealer=manager.dealer, product=products[0], price=100, in_stock=False)
    apply(read(csv_file((products[0].pk, "", "", ""))), manager)
    assert terms(manager.dealer) == {products[0].pk: (False, None)}


def test_a_list_of_stock_alone_leaves_prices(read, manager, products):
    DealerProductFactory(dealer=manager.dealer, product=products[0], price=100)
    content = csv_file((products[0].pk, "0"), headings=("Артикул", "Остаток"))
    apply(read(content), manager)
    assert terms(manager.dealer) == {products[0].pk: (False, 100)}


def test_a_list_of_prices_alone_puts_new_products_in_stock_and_leaves_the_stock_of_others(
    read, manager, products
):
    first, second, _third = products
    DealerProductFactory(dealer=manager.dealer, product=first, in_stock=False)
    content = csv_file((first.name, "5"), (second.name, "6"), headings=("Название", "Цена"))
    apply(read(content), manager)
    assert terms(manager.dealer) == {first.pk: (False, 5), second.pk: (True, 6)}


def test_products_are_found_by_name_as_people_write_it(read, products):
    upload = read(csv_file(("  панель   «ДУБ» ", "5"), headings=("Наименование", "Цена")))
    assert upload.rows.get().product == products[0]


def test_a_product_that_is_off_sale_is_left_out(read, products):
    products[0].is_active = False
    products[0].save()
    assert outcomes(read(csv_file((products[0].pk, "", "5", "да")))) == [(2, "skipped")]


def test_rejected_rows_are_told_with_row_column_and_reason(read, products):
    first, second, third = products
    twin = ProductFactory(name=third.name)
    upload = read(
        xlsx(
            (first.pk, first.name, 0, "да"),
            (second.pk, first.name, 5, "да"),
            (first.pk, "", 7, "да"),
            (second.pk, "", "по запросу", "может быть"),
            ("А-1", "", 5, "да"),
            (None, third.name, 5, "да"),
            (None, None, 5, "да"),
            (twin.pk, "", 1e308, "да"),
            (third.pk, "", -5, "да"),
        )
    )
    assert faults(upload) == [
        (2, "price", "price_not_positive", "0", ""),
        (3, "name", "other_name", first.name, f"{second.pk}: {second.name}"),
        (4, "number", "repeated", str(first.pk), "2"),
        (5, "price", "price_text", "по запросу", ""),
        (5, "stock", "stock_unclear", "может быть", ""),
        (6, "number", "not_a_number", "А-1", ""),
        (7, "name", "ambiguous_name", third.name, ""),
        (8, "name", "no_product", "", ""),
        (9, "price", "price_too_large", "1e+308", ""),
        (10, "price", "price_not_positive", "-5", ""),
    ]
    assert upload.counts == {"rejected": 9}
    assert column_text(upload, "price") == "C, «Цена»"


def test_nothing_is_applied_where_a_row_is_rejected(read, manager, products):
    upload = read(xlsx((products[0].pk, "", 150, "да"), (products[1].pk, "", -5, "да")))
    with pytest.raises(UploadRefused, match="отклонен"):
        apply(upload, manager)
    assert terms(manager.dealer) == {}


def test_a_list_that_changes_nothing_is_not_applied(read, manager, products):
    DealerProductFactory(dealer=manager.dealer, product=products[0], price=150)
    upload = read(csv_file((products[0].pk, "", "150", "да")))
    with pytest.raises(UploadRefused):
        apply(upload, manager)


def test_prices_edited_after_the_preview_are_not_overwritten(read, manager, products):
    DealerProductFactory(dealer=manager.dealer, product=products[0], price=100)
    upload = read(csv_file((products[0].pk, "", "150", "да"), (products[1].pk, "", "6", "да")))
    DealerProduct.objects.update(price=120)
    with pytest.raises(UploadRefused, match="изменил"):
        apply(upload, manager)
    assert terms(manager.dealer) == {products[0].pk: (True, 120)}
    assert reading.read_due(clock=lambda: NOW)
    upload.refresh_from_db()
    assert upload.rows.get(row=2).old_price == 120
    apply(upload, manager)
    assert terms(manager.dealer)[products[0].pk] == (True, 150)


def test_a_preview_that_was_not_seen_is_not_applied(read, manager, products):
    upload = read(csv_file((products[0].pk, "", "150", "да")))
    with pytest.raises(UploadRefused):
        applying.apply(upload_id=upload.pk, revision=upload.revision - 1, by=manager, now=NOW)
    assert terms(manager.dealer) == {}


def test_a_failure_while_applying_leaves_nothing_half_written(read, manager, products):
    DealerProductFactory(dealer=manager.dealer, product=products[0], price=100)
    upload = read(csv_file((products[0].pk, "", "150", "да"), (products[1].pk, "", "6", "да")))
    PriceUploadRow.objects.filter(row=3).update(new_price=Decimal("-1"))
    with pytest.raises(Exception, match="dealer_product_price_positive"):
        apply(upload, manager)
    upload.refresh_from_db()
    assert upload.state == UploadState.READY
    assert terms(manager.dealer) == {products[0].pk: (True, 100)}


def test_rolling_back_gives_every_product_its_former_terms(read, manager, products):
    first, second, _third = products
    DealerProductFactory(dealer=manager.dealer, product=first, price=100, in_stock=False)
    before = terms(manager.dealer)
    upload = read(csv_file((first.pk, "", "150", "да"), (second.pk, "", "6", "да")))
    apply(upload, manager)
    roll_back(upload, manager)
    assert terms(manager.dealer) == before
    upload.refresh_from_db()
    assert (upload.state, upload.rolled_back_by) == (UploadState.ROLLED_BACK, manager)


def test_rolling_back_is_refused_with_what_was_edited_since(read, manager, products):
    first, second, _third = products
    upload = read(csv_file((first.pk, "", "150", "да"), (second.pk, "", "6", "да")))
    apply(upload, manager)
    DealerProduct.objects.filter(product=first).update(price=170)
    with pytest.raises(PricesEdited) as refusal:
        roll_back(upload, manager)
    (edit,) = refusal.value.edits
    assert (edit.product, edit.applied.price, edit.current.price) == (first, 150, 170)
    assert terms(manager.dealer) == {first.pk: (True, 170), second.pk: (True, 6)}


def test_a_file_that_was_not_applied_cannot_be_rolled_back(read, manager, products):
    upload = read(csv_file((products[0].pk, "", "150", "да")))
    with pytest.raises(UploadRefused):
        roll_back(upload, manager)


def test_unknown_headings_wait_for_a_person(read, manager, products):
    content = csv_file((products[0].pk, "150"), headings=("Раз", "Два"))
    upload = read(content)
    assert upload.state == UploadState.COLUMNS
    assert upload.sample[1] == [2, [str(products[0].pk), "150"]]
    places = {"number": 0, "price": 1}
    receiving.choose_columns(
        upload_id=upload.pk, heading_rows=1, places=places, by=manager, now=NOW
    )
    assert reading.read_due(clock=lambda: NOW)
    upload.refresh_from_db()
    apply(upload, manager)
    assert terms(manager.dealer) == {products[0].pk: (True, 150)}


@pytest.mark.parametrize(
    "places", [{}, {"number": 0}, {"price": 0, "stock": 1}, {"number": 1, "price": 1}]
)
def test_columns_that_do_not_suffice_are_refused(read, manager, products, places):
    upload = read(csv_file((products[0].pk, "150"), headings=("Раз", "Два")))
    with pytest.raises(UploadRefused):
        receiving.choose_columns(
            upload_id=upload.pk, heading_rows=1, places=places, by=manager, now=NOW
        )


def test_a_file_that_cannot_be_read_says_why_and_is_forgotten(read, dealer, products):
    upload = read(b"%PDF-1.7")
    assert (upload.state, upload.failure) == (UploadState.FAILED, Failure.UNKNOWN_FORMAT)
    assert not PriceUploadFile.objects.exists()
    assert terms(dealer) == {}


def test_too_many_rows_are_refused_as_a_whole(read, products):
    content = csv_file(*((number, 5) for number in range(1, 20_002)), headings=("№", "Цена"))
    assert read(content).failure == Failure.TOO_MANY_ROWS
    assert not PriceUploadRow.objects.exists()


def test_headings_without_goods_are_an_empty_file(read, products):
    assert read(csv_file()).failure == Failure.EMPTY


def test_a_second_file_waits_for_the_first_to_be_read(manager, products):
    file = {"dealer_id": manager.dealer_id, "file_name": "a", "by": manager, "now": NOW}
    receiving.receive(content=b"1", **file)
    with pytest.raises(UploadRefused):
        receiving.receive(content=b"2", **file)
    assert PriceUpload.objects.count() == 1


def test_a_new_file_sets_the_one_that_was_not_applied_aside(read, products):
    old = read(csv_file((products[0].pk, "", "150", "да")))
    read(csv_file((products[0].pk, "", "160", "да")))
    old.refresh_from_db()
    assert old.state == UploadState.DISCARDED
    assert not old.rows.exists()


def test_a_discarded_file_is_not_read_and_not_applied(manager, read, products):
    upload = read(csv_file((products[0].pk, "", "150", "да")))
    assert receiving.discard(upload_id=upload.pk, by=manager, now=NOW)
    assert not receiving.discard(upload_id=upload.pk, by=manager, now=NOW)
    assert not reading.read_due(clock=lambda: NOW)
    with pytest.raises(UploadRefused):
        apply(upload, manager)


def test_an_interrupted_reading_starts_again_when_its_lease_has_run_out(
    manager, products, monkeypatch
):
    content = csv_file((products[0].pk, "", "150", "да"))
    upload = receiving.receive(
        dealer_id=manager.dealer_id, file_name="a.csv", content=content, by=manager, now=NOW
    )
    with monkeypatch.context() as patch:
        patch.setattr(reading, "read_apart", lambda content: 1 / 0)
        assert reading.read_due(clock=lambda: NOW)
    assert not reading.read_due(clock=lambda: NOW)
    later = NOW + reading.LEASE + datetime.timedelta(seconds=1)
    assert reading.read_due(clock=lambda: later)
    upload.refresh_from_db()
    assert (upload.state, upload.rows.count()) == (UploadState.READY, 1)


def test_a_file_that_is_always_interrupted_is_given_up(manager, monkeypatch):
    monkeypatch.setattr(reading, "read_apart", lambda content: 1 / 0)
    upload = receiving.receive(
        dealer_id=manager.dealer_id, file_name="a.csv", content=b"1", by=manager, now=NOW
    )
    for number in range(reading.MAX_ATTEMPTS + 1):
        moment = NOW + number * 2 * reading.LEASE
        reading.read_due(clock=lambda moment=moment: moment)
    upload.refresh_from_db()
    assert (upload.state, upload.failure) == (UploadState.FAILED, Failure.INTERRUPTED)


def test_names_of_files_are_shown_without_folders(manager):
    upload = receiving.receive(
        dealer_id=manager.dealer_id,
        file_name="C:\\Users\\я\\..\\прайс\u202e.xlsx",
        content=b"1",
        by=manager,
        now=NOW,
    )
    assert upload.file_name == "прайс.xlsx"


def test_comparing_costs_as_many_queries_for_many_rows(
    read, products, django_assert_max_num_queries
):
    rows = [(ProductFactory().pk, "", 5, "да") for _number in range(60)]
    with django_assert_max_num_queries(40):
        upload = read(xlsx(*rows))
    assert upload.counts == {"new": 60}


@pytest.mark.parametrize("kind", ["xlsx", "csv", "yml"])
def test_a_downloaded_list_uploaded_again_changes_nothing(
    client, read, manager, dealer, products, kind
):
    DealerProductFactory(dealer=dealer, product=products[0], price=Decimal("150.50"))
    DealerProductFactory(dealer=dealer, product=products[1], in_stock=False)
    ProductFactory(name="=HYPERLINK(1) «дуб»")
    client.force_login(manager, backend="dealers.auth.WorkspaceBackend")
    response = client.get(reverse("price_download", args=[dealer.pk, kind]))
    upload = read(response.getvalue())
    assert upload.file_format == kind
    assert upload.counts == {"unchanged": 4}


def test_yml_sets_prices_and_stock(read, manager, products):
    offers = (
        f'<offer id="{products[0].pk}" available="false"><price>150</price></offer>'
        f'<offer id="{products[1].pk}"><price>1 200,50</price></offer>'
    )
    apply(read(yml(offers)), manager)
    assert terms(manager.dealer) == {
        products[0].pk: (False, 150),
        products[1].pk: (True, Decimal("1200.50")),
    }


def test_the_claim_of_a_due_file_is_served_by_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM catalog_priceupload WHERE due_at <= now() ORDER BY due_at"
        )
        assert "price_upload_due" in str(cursor.fetchall())
