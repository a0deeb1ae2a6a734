"""Taking a list away as a table: allowed up to a size, and kept in the journal."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind
from dealers.services.audit import record
from dealers.services.errors import Refused

MOST_ROWS = 50_000


class TooManyRows(Refused):
    """The filter shows more rows than one table takes."""

    def __init__(self):
        super().__init__(_("More than 50,000 rows. Narrow the filters, for example by the dates."))


@transaction.atomic
def record_export(*, count, table, by, kind):
    """Keep who took how many rows of a table away.

    ``table`` is what the journal calls it, see dealers.journal; ``kind`` the format. Raises
    TooManyRows where there are more than MOST_ROWS.
    """
    if count > MOST_ROWS:
        raise TooManyRows
    record(by=by, kind=AuditKind.EXPORT, data={"table": table, "count": count, "format": kind})
