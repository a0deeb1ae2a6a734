"""A tick's sending: several systems at once, one tick at a time."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

from django.conf import settings
from django.db import connection
from django.utils import timezone

from analytics.outgoing.delivery import BATCH, drain, due, waiting_endpoints
from suz.common.locks import alone

LOCK = 0x53555A06
# So many systems are served in one tick.
MOST = 20


def send_due(*, clock=timezone.now):
    """Send what is due as far as a tick goes; returns how many were taken."""
    lanes = _lanes(clock())
    if not lanes:
        return 0
    with alone(LOCK) as is_mine:
        if not is_mine:
            return 0
        threads = min(settings.OUTGOING_CONCURRENCY, len(lanes))
        if threads == 1:
            return sum(drain(endpoint, clock=clock) for endpoint in lanes)
        with ThreadPoolExecutor(threads, thread_name_prefix="outgoing") as pool:
            return sum(pool.map(lambda endpoint: _drain_alone(endpoint, clock), lanes))


def _lanes(now):
    """A system for each thread to start: each that waits, and where threads are left over, those
    with much to be sent once more, for a server far away answers slowly.
    """
    # Those that work come first, else by chance: none is always the last.
    found = waiting_endpoints(now=now).order_by("failures", "?")
    endpoints = list(found.values_list("pk", "failures")[:MOST])
    lanes = [endpoint for endpoint, _failures in endpoints]
    spare = settings.OUTGOING_CONCURRENCY - len(lanes)
    if spare > 0:
        # One that failed last is tried by one thread alone.
        busy = [
            endpoint
            for endpoint, failures in endpoints
            if not failures and due(now=now).filter(endpoint=endpoint)[: BATCH + 1].count() > BATCH
        ]
        lanes += list(islice(cycle(busy), spare))
    return lanes


def _drain_alone(endpoint, clock):
    try:
        return drain(endpoint, clock=clock)
    finally:
        # A thread has a connection of its own.
        connection.close()
