"""Entry points: the tick, and catching up on the orders that somebody is looking at."""

import logging
import time

from django.db import OperationalError

from distribution.services.batch import work_on
from distribution.services.selection import due_order_ids, new_order_ids

logger = logging.getLogger(__name__)

# Orders in one transaction: many share the reading of facts, few keep an acceptance waiting.
BATCH = 50
# How many due orders one look takes up at most.
TICK_LIMIT = 5_000
# What a page is made to wait for at most.
PAGE_LIMIT = 50


def start_plans(*, now, limit=BATCH):
    """Start the distribution of new orders (and new cycles); returns how many were worked on."""
    return _in_batches(new_order_ids(limit=limit), now)


def advance_due(*, now, limit=BATCH):
    """Do what is due, new orders first; returns how many orders were worked on."""
    return _in_batches(due_order_ids(now=now, limit=limit), now)


def advance(*, order_id, now):
    """Bring one order up to date, waiting for whoever works on it; whether there was work."""
    return catch_up(now=now, order_ids=[order_id]) > 0


def catch_up(*, now, order_ids=None, dealer_id=None, limit=PAGE_LIMIT):
    """Bring orders up to date before they are read; one query where nothing is due.

    Some orders, or those that a dealer might be shown, or (neither given) any. Waits for the locks,
    in the order of ids, so that what is read afterwards is complete.
    """
    due = due_order_ids(now=now, limit=limit, order_ids=order_ids, dealer_id=dealer_id)
    return _batch(due, now, wait=True) if due else 0


def run_tick(*, now, budget=0.8):
    """Do what is due for at most ``budget`` seconds; returns how many orders were worked on.

    Orders that somebody else holds are left to them. The batch under way is finished.
    """
    ends = time.monotonic() + budget
    due = due_order_ids(now=now, limit=TICK_LIMIT)
    return _in_batches(due, now, ends=ends)


def _in_batches(order_ids, now, *, ends=None):
    done = 0
    for start in range(0, len(order_ids), BATCH):
        if ends is not None and start and time.monotonic() >= ends:
            break
        done += _batch(order_ids[start : start + BATCH], now)
    return done


def _batch(order_ids, now, *, wait=False):
    """One batch; where it fails, each order alone, so that one bad order stops no other."""
    try:
        return work_on(order_ids, now=now, wait=wait)
    except OperationalError:
        # The database is away or chose this transaction to break a deadlock: the next tick.
        raise
    except Exception:
        logger.exception("a batch of %d orders failed, trying them one by one", len(order_ids))
    done = 0
    for order_id in order_ids:
        try:
            done += work_on([order_id], now=now, wait=wait)
        except OperationalError:
            raise
        except Exception:
            logger.exception("order %d cannot be distributed", order_id)
    return done
