"""«Синхронизировать»: all orders since a day are sent once more, each with the key of its state.

The run is a row that goes on wherever its process ended; the outbox never holds more than a window
of it, so that what happens meanwhile does not wait behind a million orders.
"""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.leadsdb.queueing import current, queue_orders
from analytics.models import Dispatch, DispatchState, SyncRun, SyncState
from analytics.models.integrations import UNFINISHED
from dealers.models import AuditKind
from dealers.services.audit import record
from orders.models import Order

# So many are in the outbox at once, and so many are queued in one transaction.
WINDOW = 1_000
BATCH = 500


class SyncRefused(Exception):
    """The synchronisation cannot be begun or stopped; the message is for people."""


@dataclass(frozen=True)
class SyncProgress:
    """How far a run has come: orders in all, dealt with, and those that failed among them."""

    run: SyncRun
    done: int
    failed: int

    @property
    def is_running(self):
        return self.run.state == SyncState.RUNNING

    @property
    def total(self):
        # Orders that were deleted meanwhile never come; others may have been restored.
        return max(self.run.total, self.done)


@transaction.atomic
def start_sync(*, since, by, now):
    """Begin to send all orders placed from the day ``since`` on. Raises SyncRefused."""
    if current() is None:
        raise SyncRefused(_("Switch the sending to LeadsDB on first."))
    begins = timezone.make_aware(datetime.combine(since, time.min))
    if begins > now:
        raise SyncRefused(_("There are no orders of that day yet."))
    try:
        with transaction.atomic():
            run = SyncRun.objects.create(
                since=since,
                by=by,
                started_at=now,
                mark_at=begins,
                total=_orders(begins, 0, now).count(),
            )
    except IntegrityError as error:
        raise SyncRefused(_("A synchronisation is running already.")) from error
    record(by=by, changed=run, kind=AuditKind.LEADSDB_SYNC, now=now)
    return run


@transaction.atomic
def stop_sync(*, by, now):
    """Stop the run; what waits of it is not sent. Raises SyncRefused where none is running."""
    run = SyncRun.objects.select_for_update().filter(state=SyncState.RUNNING).first()
    if run is None:
        raise SyncRefused(_("No synchronisation is running."))
    Dispatch.objects.filter(run=run, state=DispatchState.PENDING).update(
        state=DispatchState.CANCELLED, tried_at=now, error=_("The synchronisation was stopped.")
    )
    _end(run, SyncState.STOPPED, now)
    record(by=by, changed=run, kind=AuditKind.LEADSDB_SYNC_STOP, now=now)
    return run


def advance_sync(*, now):
    """Queue the next orders of the run as far as the window goes; end it where all is done."""
    while run := _advance(now):
        if not run.queued:
            # An outbox that was empty a moment ago would be searched by plans for an empty one.
            with connection.cursor() as cursor:
                cursor.execute(f'ANALYZE "{Dispatch._meta.db_table}"')


@transaction.atomic
def _advance(now):
    """One step; returns the run as it was before where there may be another step at once."""
    run = (
        SyncRun.objects.select_for_update(skip_locked=True).filter(state=SyncState.RUNNING).first()
    )
    if run is None:
        return None
    endpoint = current()
    if endpoint is None:
        _end(run, SyncState.STOPPED, now)
        return None
    waiting = Dispatch.objects.filter(run=run, state__in=UNFINISHED)[:WINDOW].count()
    if waiting >= WINDOW:
        return None
    orders = list(
        _orders(run.mark_at, run.mark_id, run.started_at)
        .order_by("created_at", "id")
        .values_list("created_at", "pk")[: min(BATCH, WINDOW - waiting)]
    )
    if not orders:
        if not waiting:
            _end(run, SyncState.FINISHED, now)
        return None
    queue_orders(endpoint, [pk for _created, pk in orders], now=now, run=run)
    mark_at, mark_id = orders[-1]
    SyncRun.objects.filter(pk=run.pk).update(
        mark_at=mark_at, mark_id=mark_id, queued=F("queued") + len(orders)
    )
    return run


def progress_of(run):
    """The SyncProgress of a run: two small counts."""
    own = Dispatch.objects.filter(run=run)
    waiting = own.filter(state__in=UNFINISHED).count()
    failed = own.filter(state=DispatchState.DEAD).count()
    return SyncProgress(run=run, done=max(0, run.queued - waiting), failed=failed)


def _orders(mark_at, mark_id, until):
    """Orders placed after the mark, until the run was begun."""
    beyond = Q(created_at__gt=mark_at) | Q(created_at=mark_at, pk__gt=mark_id)
    return Order.objects.alive().filter(beyond, created_at__gte=mark_at, created_at__lte=until)


def _end(run, state, now):
    SyncRun.objects.filter(pk=run.pk).update(state=state, finished_at=now)
