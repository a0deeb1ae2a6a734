"""A tick's sending: several at once for each channel, one tick at a time.

The tick that holds the lock of the database sends; another that comes meanwhile leaves at once, so
that a slow provider keeps one process of the worker busy and the others free.
"""

from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connection
from django.utils import timezone

from notifications.delivery import drain, due
from notifications.models import Channel
from suz.common.locks import alone

LOCK = 0x53555A04
# What one thread takes at a time: little, so that none is left alone with much at the end.
SHARE = 5


def concurrency():
    """How many deliveries of each channel may be under way at once."""
    return {Channel.EMAIL: settings.EMAIL_CONCURRENCY, Channel.SMS: settings.SMS_CONCURRENCY}


def send_due(*, clock=timezone.now):
    """Send what is due as far as a tick goes; returns how many went out."""
    lanes = _lanes(clock())
    if not lanes:
        return 0
    with alone(LOCK) as is_mine:
        if not is_mine:
            return 0
        if len(lanes) == 1:
            return drain(clock=clock, channels=lanes)
        with ThreadPoolExecutor(len(lanes), thread_name_prefix="sending") as pool:
            return sum(pool.map(lambda channel: _drain_alone(channel, clock), lanes))


def _lanes(now):
    """A channel for each thread to start: no more than there is to send."""
    lanes = []
    for channel, most in concurrency().items():
        waiting = due(now=now, channels=[channel])[:most].count()
        lanes += [channel] * waiting
    return lanes


def _drain_alone(channel, clock):
    try:
        return drain(clock=clock, limit=SHARE, channels=[channel])
    finally:
        # A thread has a connection of its own.
        connection.close()
