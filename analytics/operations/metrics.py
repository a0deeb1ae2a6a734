"""/metrics: figures for Prometheus, read from the database when they are asked for.

No figure is kept in a process: every web host tells the same, so one of them is asked. Counts of
rows are capped, for a scrape must not read a large table.
"""

import hmac

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from analytics.models import Dispatch, DispatchState, Hit, Progress
from analytics.status.selectors import due_calls, due_stages, figures
from catalog.importing.models import PriceUpload, UploadState
from notifications.models import Delivery, DeliveryState, Heartbeat
from orders.models import Order
from orders.statuses import OPEN

# Rows are counted so far.
MOST = 10_000
KINDS = ("order", "stage", "message", "price_list", "call")


@never_cache
@require_safe
def metrics(request):
    """The figures as text; 404 for whoever does not send METRICS_TOKEN, and without one."""
    expected = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Collector(timezone.now()))
    return HttpResponse(
        generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8"
    )


class _Collector:
    """Reads everything in a fixed number of queries."""

    def __init__(self, now):
        self.now = now

    def collect(self):
        found = figures(now=self.now)
        yield self._family(
            "suz_due_age_seconds",
            "Age of the oldest piece of work that is due, 0 for none.",
            "kind",
            {kind: work.seconds for kind, work in zip(KINDS, found.works, strict=True)},
        )
        yield self._family(
            "suz_due", f"Pieces of work that are due, counted to {MOST}.", "kind", self._due()
        )
        yield self._family(
            "suz_dead_letters",
            f"Messages that were given up, counted to {MOST}.",
            "kind",
            {
                "message": _count(Delivery.objects.filter(state=DeliveryState.DEAD)),
                "dispatch": _count(Dispatch.objects.filter(state=DispatchState.DEAD)),
                "price_list": _count(PriceUpload.objects.filter(state=UploadState.FAILED)),
            },
        )
        yield self._family(
            "suz_tick_age_seconds",
            "Since the last sign of life of a kind of process; missing where it never gave one.",
            "process",
            self._ages(Heartbeat.objects.values_list("kind", "at")),
        )
        yield self._family(
            "suz_follow_age_seconds",
            "Since a job of analytics last had nothing left to read.",
            "job",
            self._ages(Progress.objects.values_list("name", "at")),
        )
        yield self._family(
            "suz_open_orders",
            f"Orders that are not closed, each status counted to {MOST}.",
            "status",
            {str(status): _count(Order.objects.alive().filter(status=status)) for status in OPEN},
        )
        attention = GaugeMetricFamily(
            "suz_attention_orders", "Orders that wait for a person, counted to 100."
        )
        attention.add_metric([], found.attention)
        yield attention
        connections = GaugeMetricFamily("suz_database_connections", "Connections to this database.")
        connections.add_metric([], _connections())
        yield connections

    def _due(self):
        now = self.now
        return {
            "stage": _count(due_stages(now)),
            "message": _count(
                Delivery.objects.filter(state=DeliveryState.PENDING, due_at__lte=now)
            ),
            "call": _count(due_calls(now)),
            "dispatch": _count(
                Dispatch.objects.filter(state=DispatchState.PENDING, due_at__lte=now)
            ),
            "hit": _count(Hit.objects.filter(is_folded=False)),
        }

    def _ages(self, rows):
        return {name: max(0, (self.now - at).total_seconds()) for name, at in rows if at}

    @staticmethod
    def _family(name, words, label, values):
        family = GaugeMetricFamily(name, words, labels=[label])
        for value, number in values.items():
            family.add_metric([value], number)
        return family


def _count(rows):
    return rows.order_by()[:MOST].count()


def _connections():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]
