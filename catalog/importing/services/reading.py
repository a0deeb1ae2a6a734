"""Reads due files in the background and works out what each would change.

A file is claimed with a lease; one at a time is read, so that reading never takes every worker.
Rows are written in parts so that people see how far it is; a reading that was interrupted starts
again when its lease has run out.
"""

import datetime
from collections import Counter

import structlog
from django.db import connection, transaction
from django.db.models import Q

from catalog.importing.comparison import Comparison, Terms
from catalog.importing.files.limits import MAX_ROWS, Failure, Unreadable
from catalog.importing.files.process import read_apart
from catalog.importing.headings import Columns, recognise
from catalog.importing.models import (
    PriceUpload,
    PriceUploadFile,
    PriceUploadRow,
    UploadState,
)
from catalog.models import DealerProduct, Product

LEASE = datetime.timedelta(minutes=3)
MAX_ATTEMPTS = 3
PART = 2_000
SAMPLE_ROWS, SAMPLE_COLUMNS, SAMPLE_CELL = 12, 26, 40
# Any number of ours: held while a claim is made, so that two workers do not both find none in work.
CLAIM_LOCK = 7_290_001

log = structlog.get_logger(__name__)


def read_due(*, clock):
    """Read the file that is due first, if any; tells whether there was one."""
    upload = _claim(clock())
    if upload is None:
        return False
    try:
        _read(upload)
    except Unreadable as error:
        _finish(upload, state=UploadState.FAILED, failure=error.failure)
    except Exception:
        # The lease runs out and it is tried again; what the file says is not for the log.
        log.exception("price_upload_interrupted", upload=upload.pk)
    return True


@transaction.atomic
def _claim(now):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CLAIM_LOCK])
        if not cursor.fetchone()[0]:
            return None
    in_work = PriceUpload.objects.filter(state=UploadState.READING, leased_to__gt=now)
    if in_work.exists():
        return None
    upload = (
        PriceUpload.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(Q(state=UploadState.WAITING) | Q(state=UploadState.READING), due_at__lte=now)
        .order_by("due_at", "id")
        .first()
    )
    if upload is None:
        return None
    if upload.attempts >= MAX_ATTEMPTS:
        _finish(upload, state=UploadState.FAILED, failure=Failure.INTERRUPTED)
        return None
    upload.state = UploadState.READING
    upload.attempts += 1
    upload.revision += 1
    upload.leased_to = now + LEASE
    upload.done = upload.total = 0
    upload.save(update_fields=["state", "attempts", "revision", "leased_to", "done", "total"])
    upload.rows.all().delete()
    return upload


def _read(upload):
    content = PriceUploadFile.objects.values_list("content", flat=True).get(upload=upload)
    table = read_apart(bytes(content))
    upload.file_format = table.format
    columns = (
        Columns(upload.heading_rows, upload.columns) if upload.columns else recognise(table.rows)
    )
    upload.sample = _sample(table.rows)
    if columns is None:
        _finish(upload, state=UploadState.COLUMNS)
        return
    goods = table.rows[columns.heading_rows :]
    if len(goods) > MAX_ROWS:
        raise Unreadable(Failure.TOO_MANY_ROWS)
    if not goods:
        raise Unreadable(Failure.EMPTY)
    upload.columns, upload.heading_rows = columns.places, columns.heading_rows
    upload.headings = _headings(table.rows[: columns.heading_rows])
    upload.whole_line = upload.dealer.whole_line
    upload.total = len(goods)
    _save(upload, "total")
    comparison = Comparison(
        names=dict(Product.objects.sold_by(upload.dealer_id).order_by().values_list("pk", "name")),
        current=terms_of(upload.dealer_id),
        whole_line=upload.whole_line,
        places=columns.places,
    )
    counts = Counter()
    for start in range(0, len(goods), PART):
        outcomes = [
            comparison.judge(number, cells) for number, cells in goods[start : start + PART]
        ]
        counts.update(str(outcome.kind) for outcome in outcomes)
        PriceUploadRow.objects.bulk_create(_row(upload, outcome) for outcome in outcomes)
        upload.done = start + len(outcomes)
        _save(upload, "done")
    upload.counts = dict(counts)
    _finish(upload, state=UploadState.READY)


def terms_of(dealer_id, product_ids=None):
    """What the dealer says of products now: ``Terms`` by product id."""
    rows = DealerProduct.objects.filter(dealer=dealer_id)
    if product_ids is not None:
        rows = rows.filter(product__in=product_ids)
    return {
        product: Terms(in_stock, price)
        for product, in_stock, price in rows.values_list("product_id", "in_stock", "price")
    }


def _save(upload, *fields):
    PriceUpload.objects.filter(pk=upload.pk, state=UploadState.READING).update(
        **{field: getattr(upload, field) for field in fields}
    )


def _finish(upload, *, state, failure=""):
    """Record the end of a reading, where the upload has not been discarded meanwhile."""
    with transaction.atomic():
        kept = PriceUpload.objects.filter(pk=upload.pk, state=UploadState.READING).update(
            state=state,
            failure=failure,
            due_at=None,
            leased_to=None,
            file_format=upload.file_format,
            columns=upload.columns,
            heading_rows=upload.heading_rows,
            headings=upload.headings,
            sample=upload.sample,
            whole_line=upload.whole_line,
            done=upload.done,
            total=upload.total,
            counts=upload.counts,
        )
        if not kept or state == UploadState.FAILED:
            upload.rows.all().delete()
            PriceUploadFile.objects.filter(upload=upload).delete()


def _row(upload, outcome):
    old, new = outcome.old, outcome.new
    return PriceUploadRow(
        upload=upload,
        row=outcome.row,
        kind=outcome.kind,
        title=outcome.title,
        product_id=outcome.product_id,
        had_terms=old is not None,
        old_in_stock=old and old.in_stock,
        old_price=old and old.price,
        new_in_stock=new and new.in_stock,
        new_price=new and new.price,
        faults=[
            [fault.field, str(fault.reason), fault.value, fault.detail] for fault in outcome.faults
        ],
    )


def _sample(rows):
    return [
        [number, ["" if cell is None else str(cell)[:SAMPLE_CELL] for cell in cells]]
        for number, cells in (
            (number, cells[:SAMPLE_COLUMNS]) for number, cells in rows[:SAMPLE_ROWS]
        )
    ]


def _headings(rows):
    """The words over each column; of two rows of headings the lower one that has any."""
    headings = []
    for _number, cells in rows:
        for index, cell in enumerate(cells):
            while len(headings) <= index:
                headings.append("")
            if isinstance(cell, str):
                headings[index] = cell[:SAMPLE_CELL]
    return headings
