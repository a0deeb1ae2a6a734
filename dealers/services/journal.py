"""Taking the journal away as a table; taking an erased person out of it."""

import pgtrigger
from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind, AuditRecord
from dealers.services.audit import record
from dealers.services.errors import Refused

MOST_ROWS = 50_000


class TooManyRecords(Refused):
    """The filter shows more records than one table takes."""

    def __init__(self):
        super().__init__(
            _("More than 50,000 records. Narrow the filters, for example by the dates.")
        )


@transaction.atomic
def record_export(*, records, by, kind):
    """Keep who took how many records away; returns how many. Raises TooManyRecords."""
    count = records.order_by()[: MOST_ROWS + 1].count()
    if count > MOST_ROWS:
        raise TooManyRecords
    record(
        by=by,
        kind=AuditKind.EXPORT,
        data={"table": "journal", "count": count, "format": kind},
    )
    return count


def clean_records(*, object_type, ids, words):
    """Take a person out of what is recorded about these objects; returns how many records changed.

    The one exception from the rule that records stay as they are: the law gives the person a right
    to it. Who did what and when is left. Belongs into the transaction that erases the rest.
    """
    changed = []
    for one in AuditRecord.objects.filter(object_type=object_type, object_id__in=ids):
        label, data = words.clean(one.label), words.clean_facts(one.data)
        if (label, data) != (one.label, one.data):
            one.label, one.data = label, data
            changed.append(one)
    if changed:
        with pgtrigger.ignore("dealers.AuditRecord:append_only"):
            AuditRecord.objects.bulk_update(changed, ["label", "data"])
    return len(changed)
