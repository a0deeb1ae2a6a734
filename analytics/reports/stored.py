"""Results are kept for some minutes, so that looking again, sorting and exporting cost nothing."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

FRESH = timedelta(minutes=10)
# No report may hold the database longer, in milliseconds.
TIME_LIMIT = 15_000
# Groups and joins of a year fit into it, where the server's own few megabytes spill to files.
MEMORY = "64MB"


class TooMuch(Exception):
    """The report takes too long; the message is for people."""


@dataclass(frozen=True)
class Stored:
    """``result`` as it was worked out at ``at``."""

    result: object
    at: datetime


def stored(key, work, *, now, anew=False):
    """The Stored result of ``work()`` for this key; ``anew`` works it out once more.

    ``key`` holds everything that the result depends on. Raises TooMuch.
    """
    name = "report:" + hashlib.sha256(repr(key).encode()).hexdigest()
    if not anew and (found := cache.get(name)) is not None:
        return found
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true),"
                    " set_config('work_mem', %s, true)",
                    [str(TIME_LIMIT), MEMORY],
                )
            result = work()
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise TooMuch(_("This takes too long. Choose a shorter period.")) from error
    found = Stored(result, now)
    cache.set(name, found, FRESH.total_seconds())
    return found
