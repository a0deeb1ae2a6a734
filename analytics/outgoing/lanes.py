"""A tick's sending: several systems at once, one tick at a time."""

from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connection
from django.utils import timezone

from analytics.outgoing.delivery import drain, waiting_endpoints
from suz.common.locks import alone

LOCK = 0x53555A06
# So many systems are served in one tick.
MOST = 20


def send_due(*, clock=timezone.now):
    """Send what is due as far as a tick goes; returns how many were taken."""
    endpoints = _waiting(clock())
    if not endpoints:
        return 0
    with alone(LOCK) as is_mine:
        if not is_mine:
            return 0
        threads = min(settings.OUTGOING_CONCURRENCY, len(endpoints))
        if threads == 1:
            return sum(drain(endpoint, clock=clock) for endpoint in endpoints)
        with ThreadPoolExecutor(threads, thread_name_prefix="outgoing") as pool:
            return sum(pool.map(lambda endpoint: _drain_alone(endpoint, clock), endpoints))


def _waiting(now):
    # Those that work come first, else by chance: none is always the last.
    found = waiting_endpoints(now=now).order_by("failures", "?")
    return list(found.values_list("pk", flat=True)[:MOST])


def _drain_alone(endpoint, clock):
    try:
        return drain(endpoint, clock=clock)
    finally:
        # A thread has a connection of its own.
        connection.close()
