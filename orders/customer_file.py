"""A person's file: everything kept of a customer, to be handed out on request (152-ФЗ).

A zip with the data for machines (JSON) and for people (HTML), with files and recordings beside.
"""

import json
import tempfile
import zipfile
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename

from dealers.models import AuditKind
from dealers.services.audit import record
from orders.customer_history import sources
from orders.models import CustomerDeed, Order
from orders.services.customers import keep_deed, lock_customer

CHUNK = 64 * 1024


@transaction.atomic
def record_handing_out(*, customer_id, by, now):
    """Keep who took a customer's data; returns the customer. Raises CustomerNotFound."""
    customer = lock_customer(customer_id, by)
    keep_deed(customer, CustomerDeed.Kind.EXPORT, {}, by=by, now=now)
    record(by=by, changed=customer, kind=AuditKind.CUSTOMER_FILE, now=now)
    return customer


def file_response(customer, *, now):
    """The zip as a download."""
    orders = Order.objects.filter(customer=customer)
    sections = [section for source in sources() for section in source.sections(customer, orders)]
    texts = {
        "customer.json": as_json(customer, sections, now),
        "customer.html": as_html(customer, sections, now),
    }
    files = [
        (f"files/{get_valid_filename(name)}", stored)
        for source in sources()
        for name, stored in source.files(orders)
    ]
    response = StreamingHttpResponse(_archive(texts, files), content_type="application/zip")
    name = f"customer-{customer.pk}-{timezone.localdate(now):%Y-%m-%d}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


def _archive(texts, files):
    """The zip in pieces, written to a temporary file first, which is gone once it is sent."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in texts.items():
                archive.writestr(name, text)
            for name, stored in files:
                _add(archive, name, stored)
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def as_json(customer, sections, now):
    """Sections by their codes, values as they are."""
    data = {"customer": customer.pk, "made_at": now.isoformat()}
    data |= {section.code: section.rows for section in sections}
    return json.dumps(data, ensure_ascii=False, indent=2, default=_plain)


def as_html(customer, sections, now):
    """The same to read and print: one page without anything from elsewhere."""
    shown = [
        {
            "title": section.title,
            "columns": list(section.columns.values()),
            "rows": [[row.get(key, "") for key in section.columns] for row in section.rows],
        }
        for section in sections
    ]
    context = {"customer": customer, "sections": shown, "now": now}
    return render_to_string("orders/customers/file.html", context)


def _plain(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else repr(value)


def _add(archive, name, stored):
    """A stored file; one that the storage has lost is left out."""
    try:
        content = stored.open("rb")
    except (OSError, ValueError):
        return
    with content, archive.open(name, "w") as target:
        while piece := content.read(CHUNK):
            target.write(piece)
