"""A synchronisation of 10,000 orders with LeadsDB whose worker is killed five times."""

from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from analytics.leadsdb.syncing import start_sync
from analytics.models import Dispatch, DispatchState, SyncRun, SyncState
from analytics.outgoing.delivery import BATCH
from analytics.outgoing.services import save_leadsdb
from orders.models import Order
from suz.settings import OUTGOING_CONCURRENCY
from tests.factories import AdministratorFactory, OrderFactory
from tests.faults.processes import eventually
from tests.receiver import receiver

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
ORDERS, KILLS = 10_000, 5
# Copies of an order and its line, each with a customer of its own: by hand in SQL, for making
# each by a service takes longer than sending it.
_CUSTOMERS = """
    INSERT INTO orders_customer (name, phone, email, created_at)
    SELECT 'Роман', '+7912' || lpad(n::text, 7, '0'), '', now() FROM generate_series(1, %s) AS n
    RETURNING id
"""


def copied(table, order_id, column, overrides):
    """SQL that copies a row of the table once for each of the ids in its parameter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> 'id' AND is_generated = 'NEVER'",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
        values = [overrides.get(name, f'row."{name}"') for name in names]
        columns = ", ".join(f'"{name}"' for name in names)
        return (
            f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)}"
            f" FROM {table} AS row, unnest(%s::bigint[]) AS one WHERE row.{column} = {order_id}"
            " RETURNING id"
        )


def make_orders(count):
    """So many orders of one line; they are as the first of them was placed."""
    first = OrderFactory(created_at=timezone.now())
    with connection.cursor() as cursor:
        # Copies of what is right need no triggers.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_CUSTOMERS, [count - 1])
        customers = [row[0] for row in cursor.fetchall()]
        overrides = {"form_key": "gen_random_uuid()", "customer_id": "one"}
        cursor.execute(copied("orders_order", first.pk, "id", overrides), [customers])
        orders = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            copied("orders_orderline", first.pk, "order_id", {"order_id": "one"}), [orders]
        )
        cursor.execute("RESET session_replication_role")
        cursor.execute("ANALYZE")
    return {first.pk, *orders}


def test_a_synchronisation_killed_five_times_brings_each_order_exactly_once(
    process_environment, broker, start, settings
):
    settings.OUTGOING_ALLOWED = ["127.0.0.1"]
    orders = make_orders(ORDERS)
    administrator = AdministratorFactory()
    with receiver() as server:
        save_leadsdb(
            url=server.url,
            user="suz",
            secret="тайна",
            is_on=True,
            by=administrator,
            now=timezone.now(),
        )
        start_sync(since=timezone.localdate(), by=administrator, now=timezone.now())
        variables = process_environment | {
            "REDIS_URL": broker.url,
            "OUTGOING_ALLOWED": "127.0.0.1",
        }
        worker = start.supervised("worker", variables)
        start.supervised("beat", variables)
        broken_off = 0
        for number in range(1, KILLS + 1):
            eventually(
                lambda part=ORDERS * number // (KILLS + 1): len(server.book.taken) >= part,
                f"part {number} of the orders is taken",
                seconds=120,
            )
            eventually(worker.child, "a worker runs")
            worker.kill_child()
            # What the killed worker had: its lease would run out by itself after some minutes.
            broken_off += Dispatch.objects.filter(state=DispatchState.SENDING).update(
                lease_until=timezone.now()
            )
        eventually(
            lambda: SyncRun.objects.get().state == SyncState.FINISHED,
            "the synchronisation ends",
            seconds=120,
        )
        taken, attempts = dict(server.book.taken), server.book.attempts
    assert broken_off
    # Each order once by its key, with its own contents.
    assert len(taken) == ORDERS
    assert {post.content["number"] for post in taken.values()} == orders
    assert all(
        key == f"order-{p.content['number']}-{p.content['revision']}" for key, p in taken.items()
    )
    states = Counter(Dispatch.objects.values_list("state", flat=True))
    assert states == {DispatchState.SENT: ORDERS}
    assert Order.objects.count() == ORDERS
    # A kill repeats what was sent and not recorded: one message at most of each thread.
    assert sum(attempts.values()) - ORDERS <= KILLS * OUTGOING_CONCURRENCY
    assert broken_off <= KILLS * OUTGOING_CONCURRENCY * BATCH
