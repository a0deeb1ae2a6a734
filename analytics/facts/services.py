"""Keeping the facts of orders up: for those that changed, and for all."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Max

from analytics.facts import statement
from analytics.models import AnalyticsSettings, OrderVisit, Progress
from orders.models import Attention, Complaint, HistoryEntry, Order
from surveys.models import Invitation

FOLLOWING, SWEEPING = "facts", "facts_sweep"
# Entries are read in the order of their ids, and ids are given before a transaction commits. What
# is younger than this is read again the next time: no transaction of ours lasts as long.
LATE = timedelta(minutes=5)
# So many entries at a time, and so many orders in one statement.
BATCH, RANGE = 5_000, 20_000


def refresh(order_ids):
    """Work out the facts of these orders anew; returns how many rows were written or removed."""
    ids = sorted(set(order_ids))
    if not ids:
        return 0
    values = _parameters() | {"orders": ids}
    return _execute(statement.OF_SOME, values)


def refresh_range(low, high):
    """The same for the orders from ``low`` to ``high``."""
    values = _parameters() | {"low": low, "high": high}
    return _execute(statement.OF_RANGE, values)


@transaction.atomic
def follow(*, now):
    """Take in what has changed since the last time; returns how many orders were looked at.

    Whoever comes while another does it goes away. Killed at any line it begins where it began:
    what was not committed is read again, and reading twice changes nothing.
    """
    progress = _claim(FOLLOWING)
    if progress is None:
        return 0
    entries = list(
        HistoryEntry.objects.filter(pk__gt=progress.mark)
        .order_by("pk")
        .values_list("pk", "order_id", "created_at")[:BATCH]
    )
    orders = {order for _entry, order, _at in entries} | _aside(progress, now)
    refresh(orders)
    settled = [entry for entry, _order, at in entries if at < now - LATE]
    if settled:
        progress.mark = settled[-1]
    if len(entries) < BATCH:
        progress.at = now
    progress.save()
    return len(orders)


@transaction.atomic
def sweep(*, now):
    """Compare a range of all orders with their facts and mend; returns (rows mended, has ended).

    Ranges follow one another and begin again at the end: what following missed is found so.
    """
    progress = _claim(SWEEPING)
    if progress is None:
        return 0, True
    newest = Order.objects.aggregate(newest=Max("pk"))["newest"] or 0
    low = progress.mark + 1
    high = min(low + RANGE - 1, newest)
    mended = refresh_range(low, high) if low <= newest else 0
    has_ended = high >= newest
    progress.mark = 0 if has_ended else high
    if has_ended:
        progress.at = now
    progress.save()
    return mended, has_ended


def refresh_all(*, now, say=lambda done, newest: None):
    """Work out the facts of all orders, range by range; returns how many rows were written.

    What happens meanwhile is followed from where history stood at the beginning.
    """
    newest = Order.objects.aggregate(newest=Max("pk"))["newest"] or 0
    mark = HistoryEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    written = 0
    for low in range(1, newest + 1, RANGE):
        written += refresh_range(low, min(low + RANGE - 1, newest))
        say(min(low + RANGE - 1, newest), newest)
    Progress.objects.update_or_create(name=FOLLOWING, defaults={"mark": mark, "at": now})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE analytics_orderfact, analytics_linefact")
    return written


def _aside(progress, now):
    """Orders of which something changed that their history does not tell."""
    since = (progress.at or now) - LATE
    found = set(Complaint.objects.filter(created_at__gte=since).values_list("order_id", flat=True))
    surveys = Invitation.objects.filter(order__closed_at__isnull=False)
    for field in ("answered_at__gte", "voided_at__gte"):
        found.update(surveys.filter(**{field: since}).values_list("order_id", flat=True)[:BATCH])
    raised = Attention.objects.filter(resolved_at__isnull=True, raised_at__gte=since)
    found.update(raised.values_list("order_id", flat=True))
    placed = OrderVisit.objects.filter(visit__ended_at__gte=since)
    found.update(placed.values_list("order_id", flat=True)[:BATCH])
    return found


def _claim(name):
    """The job's progress, locked, or None where another has it."""
    Progress.objects.get_or_create(name=name)
    return Progress.objects.select_for_update(skip_locked=True).filter(name=name).first()


def _parameters():
    return statement.PARAMETERS | {"look_back": AnalyticsSettings.load().look_back_days}


def _execute(statements, values):
    with connection.cursor() as cursor:
        done = 0
        for one in statements:
            cursor.execute(one, values)
            done += cursor.rowcount
        return done
