"""A price list of 20,000 rows: read, compared and applied, in turns with its rows copied by SQL."""

import io
import time

from django.db import connection
from django.utils import timezone
from xlsxwriter import Workbook

from bench.report import Row, check
from catalog.importing.models import PriceUploadRow, UploadState
from catalog.importing.services.applying import apply
from catalog.importing.services.reading import read_due
from catalog.importing.services.receiving import receive
from catalog.models import DealerProduct, Product
from tests.factories import DealerFactory, ProductFactory, ProductFamilyFactory, UserFactory

ROWS = 20_000
ROUNDS = 2


def measure():
    """The row of uploads, and the seconds that the slowest of them took."""
    family = ProductFamilyFactory()
    Product.objects.bulk_create(ProductFactory.build_batch(ROWS, family=family))
    products = list(Product.objects.filter(family=family).values_list("pk", "name"))
    manager = UserFactory(dealer=DealerFactory(own_prices=True), password=None)
    seconds, floor = [], []
    for number in range(1, ROUNDS + 1):
        content = _file(products, number)
        seconds.append(_upload(content, manager, number))
        floor.append(_copy(manager.dealer))
    row = Row(
        f"price list of {ROWS:,} rows: read, compared, applied",
        seconds,
        floor_name="its rows copied by SQL",
        floor=floor,
    )
    return row, max(seconds)


def _file(products, number):
    output = io.BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Номер", "Название", "Цена", "Наличие"))
        for line, (pk, name) in enumerate(products, start=1):
            sheet.write_row(line, 0, (pk, name, 100 + number + line % 900, "да"))
    return output.getvalue()


def _upload(content, manager, number):
    begin = time.perf_counter()
    upload = receive(
        dealer_id=manager.dealer_id,
        file_name=f"{number}.xlsx",
        content=content,
        by=manager,
        now=timezone.now(),
    )
    check(read_due(clock=timezone.now), "the price list was not read")
    upload.refresh_from_db()
    check(upload.state == UploadState.READY, f"the price list is {upload.state}")
    apply(upload_id=upload.pk, revision=upload.revision, by=manager, now=timezone.now())
    seconds = time.perf_counter() - begin
    prices = DealerProduct.objects.filter(dealer=manager.dealer).values_list("price", flat=True)
    wanted = sum(100 + number + line % 900 for line in range(1, ROWS + 1))
    check(len(prices) == ROWS, f"{len(prices)} prices, not {ROWS}")
    check(sum(prices) == wanted, "the prices are not those of the file")
    return seconds


def _copy(dealer):
    """Seconds in which the database writes the upload's rows and prices once more."""
    event = DealerProduct.pgh_event_model
    latest = PriceUploadRow.objects.order_by("-upload").values("upload")[:1]
    written = (
        PriceUploadRow.objects.filter(upload=latest).values("pk"),
        DealerProduct.objects.filter(dealer=dealer).values("pk"),
        event.objects.filter(dealer=dealer).order_by("-pgh_id").values("pk")[:ROWS],
    )
    with connection.cursor() as cursor:
        tables = [rows.model._meta.db_table for rows in written]
        for table in tables:
            cursor.execute(f'CREATE TABLE "bench_{table}" (LIKE "{table}" INCLUDING ALL)')
        begin = time.perf_counter()
        for table, rows in zip(tables, written, strict=True):
            query, parameters = rows.query.sql_with_params()
            key = rows.model._meta.pk.column
            cursor.execute(
                f'INSERT INTO "bench_{table}" SELECT * FROM "{table}" WHERE {key} IN ({query})',
                parameters,
            )
        seconds = time.perf_counter() - begin
        for table in tables:
            cursor.execute(f'DROP TABLE "bench_{table}"')
    return seconds
