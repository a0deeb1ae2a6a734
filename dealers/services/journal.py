"""Taking the journal away as a table."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind
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
