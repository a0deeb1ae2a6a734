"""A checked price list becomes the dealer's prices, or these become what they were."""

from dataclasses import dataclass
from decimal import Decimal

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.importing.comparison import Terms
from catalog.importing.models import RowKind, UploadState
from catalog.importing.services.errors import PricesEdited, UploadRefused
from catalog.importing.services.reading import terms_of
from catalog.importing.services.receiving import drop_file, locked
from catalog.models import DealerProduct
from catalog.services.related import settle_prices
from dealers.models import AuditKind, Dealer
from dealers.services.audit import record

MATCHED = (RowKind.NEW, RowKind.CHANGED, RowKind.UNCHANGED)
CHANGING = (RowKind.NEW, RowKind.CHANGED)
PART = 2_000


@dataclass(frozen=True)
class Edit:
    """A product whose terms are no longer what the upload has set; None: nothing is said of it."""

    product: object
    applied: Terms
    current: Terms | None


def apply(*, upload_id, revision, by, now):
    """Set all that the upload changes, or nothing; ``revision`` is the comparison that was shown.

    Raises UploadRefused where rows are rejected, where nothing would change, or where the dealer's
    prices or stock are no longer those of the preview: then the preview is made anew.
    """
    with transaction.atomic():
        upload = locked(upload_id)
        if upload.state == UploadState.APPLIED:
            return upload
        _check_ready(upload, revision)
        is_current = _is_preview_current(upload)
        if is_current:
            _write(upload, upload.rows.filter(kind__in=CHANGING), _new, by, "price list applied")
            upload.state, upload.applied_at, upload.applied_by = UploadState.APPLIED, now, by
            upload.save(update_fields=["state", "applied_at", "applied_by"])
            drop_file(upload)
            _record(upload, AuditKind.PRICES, by, now)
        else:
            upload.state, upload.due_at, upload.attempts = UploadState.WAITING, now, 0
            upload.save(update_fields=["state", "due_at", "attempts"])
    if not is_current:
        raise UploadRefused(
            _(
                "Prices or stock were changed after the file had been read. Nothing is applied; "
                "the file is being compared again."
            )
        )
    return upload


def roll_back(*, upload_id, by, now):
    """Give every product of an applied upload the terms that it had before, or none.

    Raises PricesEdited, with what has changed since, where any of them was changed meanwhile.
    """
    with transaction.atomic():
        upload = locked(upload_id)
        if upload.state == UploadState.ROLLED_BACK:
            return upload
        if upload.state != UploadState.APPLIED:
            raise UploadRefused(_("Only an applied price list can be rolled back."))
        Dealer.objects.select_for_update(no_key=True).get(pk=upload.dealer_id)
        edits = edits_since(upload, lock=True)
        if edits:
            raise PricesEdited(
                _("Some of these prices were changed after the price list had been applied."), edits
            )
        rows = upload.rows.filter(kind__in=CHANGING)
        _write(upload, rows.filter(had_terms=True), _old, by, "price list rolled back")
        with pghistory.context(user=by.pk, reason="price list rolled back", upload=upload.pk):
            DealerProduct.objects.filter(
                dealer=upload.dealer_id,
                product__in=rows.filter(had_terms=False).values("product"),
            ).delete()
        upload.state, upload.rolled_back_at = UploadState.ROLLED_BACK, now
        upload.rolled_back_by = by
        upload.save(update_fields=["state", "rolled_back_at", "rolled_back_by"])
        _record(upload, AuditKind.PRICES_BACK, by, now)
    return upload


def edits_since(upload, *, lock=False):
    """Products whose terms differ from what the applied upload has set, by row."""
    rows = list(upload.rows.filter(kind__in=CHANGING).select_related("product").order_by("row"))
    current = _current(upload.dealer_id, rows, lock)
    return [
        Edit(row.product, _new(row), current.get(row.product_id))
        for row in rows
        if current.get(row.product_id) != _new(row)
    ]


def _check_ready(upload, revision):
    if upload.state != UploadState.READY:
        raise UploadRefused(_("This price list cannot be applied now: open it again."))
    if upload.revision != revision:
        raise UploadRefused(
            _("The file has been compared anew meanwhile: check the preview again.")
        )
    if upload.count(RowKind.REJECTED):
        raise UploadRefused(
            _("Some rows are rejected. Correct them in the file and upload it again.")
        )
    if not upload.count(*CHANGING):
        raise UploadRefused(_("The price list changes nothing."))


def _is_preview_current(upload):
    """Whether the dealer's terms are those that the preview was made from; locks them."""
    dealer = Dealer.objects.select_for_update(no_key=True).get(pk=upload.dealer_id)
    if dealer.whole_line != upload.whole_line:
        return False
    rows = list(upload.rows.filter(kind__in=MATCHED))
    current = _current(upload.dealer_id, rows, lock=True)
    return all(current.get(row.product_id) == _old(row) for row in rows)


def _current(dealer_id, rows, lock):
    ids = [row.product_id for row in rows]
    if lock:
        # In the order of ids, as every other change of many rows takes them.
        list(
            DealerProduct.objects.select_for_update(no_key=True)
            .filter(dealer=dealer_id, product__in=ids)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    return terms_of(dealer_id, ids)


def _write(upload, rows, terms, by, reason):
    with pghistory.context(user=by.pk, reason=reason, upload=upload.pk):
        DealerProduct.objects.bulk_create(
            (
                DealerProduct(
                    dealer_id=upload.dealer_id,
                    product_id=row.product_id,
                    in_stock=terms(row).in_stock,
                    price=terms(row).price,
                )
                for row in rows.order_by("product_id")
            ),
            batch_size=PART,
            update_conflicts=True,
            unique_fields=["dealer", "product"],
            update_fields=["in_stock", "price"],
        )
        settle_prices(upload.dealer_id)


def _record(upload, kind, by, now):
    data = {"count": upload.count(*CHANGING), "upload": upload.pk, "file": upload.file_name}
    record(by=by, changed=upload.dealer, kind=kind, data=data, now=now)


def _new(row):
    return Terms(row.new_in_stock, _price(row.new_price))


def _old(row):
    return Terms(row.old_in_stock, _price(row.old_price)) if row.had_terms else None


def _price(value):
    return None if value is None else Decimal(value)
