"""How late the work is that nobody presses a button for, and which processes live."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from catalog.importing.models import PriceUpload, UploadState
from distribution.attention import open_lines
from distribution.models import Plan, PlanState
from notifications.delivery import due
from notifications.models import Delivery, DeliveryState, Heartbeat
from notifications.signs import SILENT
from notifications.transports import TRANSPORTS
from orders.models import Order
from orders.statuses import Status
from telephony.models import Call
from telephony.states import CallState

# Work is begun every second; what is older than this waits for a person.
LATE = timedelta(seconds=60)
ERRORS = 10
# So many orders that need attention are counted for the menu; past them it says so.
MOST_ATTENTION = 99


@dataclass(frozen=True)
class Work:
    """A kind of work; ``since`` is when the oldest piece of it was due, None for nothing due."""

    name: str
    since: object
    now: object

    @property
    def seconds(self):
        return max(0, int((self.now - self.since).total_seconds())) if self.since else 0

    @property
    def is_late(self):
        return self.since is not None and self.now - self.since > LATE


@dataclass(frozen=True)
class Process:
    """A kind of process; ``at`` is its last sign of life, None where it never gave one."""

    name: str
    at: object
    now: object

    @property
    def is_silent(self):
        return self.at is not None and self.now - self.at > SILENT


@dataclass(frozen=True)
class Figures:
    """What the menu and the banner of every page show of it.

    ``attention`` are the orders that need a person, counted to MOST_ATTENTION and one more.
    """

    attention: int
    works: tuple[Work, ...]
    processes: tuple[Process, ...]

    @property
    def attention_label(self):
        """The number as the menu shows it, empty for none."""
        if self.attention > MOST_ATTENTION:
            return f"{MOST_ATTENTION}+"
        return str(self.attention or "")

    @property
    def late(self):
        return [work for work in self.works if work.is_late]

    @property
    def silent(self):
        return [process for process in self.processes if process.is_silent]

    @property
    def is_alarming(self):
        return bool(self.late or self.silent)


def due_stages(now):
    """Plans whose next stage is due."""
    return Plan.objects.exclude(state=PlanState.STOPPED).filter(next_due_at__lte=now)


def due_calls(now):
    """Calls that are to be placed."""
    return Call.objects.filter(state__in=(CallState.WAITING, CallState.PLACING), due_at__lte=now)


def figures(*, now):
    """Everything of Figures in one query of one row, each part by an index."""
    oldest = {
        "new": Order.objects.alive()
        .filter(status=Status.NEW, plans__isnull=True)
        .order_by("created_at")
        .values("created_at")[:1],
        "stage": due_stages(now).order_by("next_due_at").values("next_due_at")[:1],
        "message": due(now=now, channels=list(TRANSPORTS)).order_by("due_at").values("due_at")[:1],
        "call": due_calls(now).order_by("due_at").values("due_at")[:1],
        "prices": PriceUpload.objects.filter(
            state__in=(UploadState.WAITING, UploadState.READING), due_at__lte=now
        )
        .order_by("due_at")
        .values("due_at")[:1],
    }
    for kind in Heartbeat.Kind:
        oldest[kind.value] = Heartbeat.objects.filter(kind=kind).values("at")
    parts, parameters = [], []
    for query in oldest.values():
        sql, values = query.query.sql_with_params()
        parts.append(f"({sql})")
        parameters += values
    lines = open_lines().order_by().values("order").distinct()[: MOST_ATTENTION + 1]
    sql, values = lines.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT count(*) FROM ({sql}) AS lines), {', '.join(parts)}",  # noqa: S608 - our own SQL
            [*values, *parameters],
        )
        attention, *found = cursor.fetchone()
    found = dict(zip(oldest, found, strict=True))
    return Figures(
        attention=attention,
        works=(
            Work(_("distribution of new orders"), found["new"], now),
            Work(_("next stage of distribution"), found["stage"], now),
            Work(_("sending of messages"), found["message"], now),
            Work(_("reading of price lists"), found["prices"], now),
            Work(_("dialling of calls"), found["call"], now),
        ),
        processes=tuple(Process(kind.label, found[kind.value], now) for kind in Heartbeat.Kind),
    )


def last_errors():
    """The last messages that were not sent or wait for another attempt, the newest first."""
    return (
        Delivery.objects.filter(state__in=(DeliveryState.DEAD, DeliveryState.PENDING))
        .exclude(error="")
        .select_related("message__user")
        .order_by("-id")[:ERRORS]
    )


def unread_price_lists():
    """The last price lists that could not be read, the newest first."""
    return (
        PriceUpload.objects.filter(state=UploadState.FAILED)
        .select_related("dealer")
        .order_by("-id")[:ERRORS]
    )
