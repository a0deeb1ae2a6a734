"""Reading tables that others append to, by id, so that nothing that commits late is missed.

Ids are given out before transactions commit: a row with a lower id may appear after one with a
higher one has been read. An INSERT takes a lock of its table before it takes an id and keeps it
until its transaction ends. So: the highest id that is there is a safe end as soon as those who
held that lock just after it was read are gone.
"""

import time

from django.db import connection, transaction
from django.db.models import Max

from analytics.models import Progress

BATCH = 500
# Seconds that a tick waits for those who are writing; they take a few thousandths each.
PATIENCE = 0.5
PAUSE = 0.01

_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
     WHERE locktype = 'relation' AND relation = %s::regclass AND mode = 'RowExclusiveLock'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND granted AND pid IS DISTINCT FROM pg_backend_pid()
"""


def newest(model):
    """The highest id that is there, 0 without rows."""
    return model.objects.aggregate(newest=Max("pk"))["newest"] or 0


def safe_end(model, after, *, patience=PATIENCE):
    """The highest id up to which no row can appear any more.

    ``after`` where there is nothing newer, or where somebody has been writing all the while.
    """
    end = newest(model)
    if end <= after:
        return after
    writing = _writers(model)
    deadline = time.monotonic() + patience
    while writing:
        if time.monotonic() >= deadline:
            return after
        time.sleep(PAUSE)
        writing &= _writers(model)
    return end


def begin(name, model):
    """Follow the table from now on, where it is not followed yet."""
    if not Progress.objects.filter(name=name).exists():
        Progress.objects.get_or_create(name=name, defaults={"mark": newest(model)})


def skip(name, model):
    """Pass over what has been written: nobody is to be told of it."""
    begin(name, model)
    Progress.objects.filter(name=name, mark__lt=(end := newest(model))).update(mark=end)


def read(name, model, take, *, now, batch=BATCH):
    """Hand every new row to ``take(rows, now)``, once and in the order of ids.

    A batch and the mark that it moves are one transaction. Returns how many rows there were.
    """
    mark = Progress.objects.filter(name=name).values_list("mark", flat=True).first()
    if mark is None:
        begin(name, model)
        return 0
    end = safe_end(model, mark)
    if end == mark:
        return 0
    count = 0
    while rows := _read_batch(name, model, take, end, now, batch):
        count += rows
        if rows < batch:
            break
    return count


@transaction.atomic
def _read_batch(name, model, take, end, now, batch):
    progress = Progress.objects.select_for_update(skip_locked=True).filter(name=name).first()
    if progress is None or progress.mark >= end:
        # Another worker is at it, or has been.
        return 0
    rows = list(model.objects.filter(pk__gt=progress.mark, pk__lte=end).order_by("pk")[:batch])
    take(rows, now)
    is_last = len(rows) < batch
    progress.mark = end if is_last else rows[-1].pk
    if is_last:
        progress.at = now
    progress.save(update_fields=["mark", "at"])
    return len(rows)


def _writers(model):
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [model._meta.db_table])
        return {transaction_id for (transaction_id,) in cursor.fetchall()}
