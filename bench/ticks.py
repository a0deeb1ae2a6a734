"""A tick with a thousand due orders, in turns with the same rows written by SQL alone."""

import time

from django.db import connection
from django.utils import timezone

from bench import world
from bench.report import Row, check
from distribution.models import Decision, Plan, Stage
from distribution.services import run_tick
from notifications.models import Delivery, Message
from orders.models import DealerQuote, HistoryEntry, Offer

ORDERS, DEALERS = 1_000, 10
ROUNDS = 3


def measure(territory, products):
    """The row of ticks, and how many orders a second that is."""
    run_tick(now=timezone.now(), budget=float("inf"))
    seconds, floor = [], []
    for _number in range(ROUNDS):
        orders = world.make_orders(territory.city, ORDERS, products)
        seconds.append(_tick(orders))
        floor.append(_copy(orders))
    row = Row(
        f"tick: {ORDERS:,} due orders, {DEALERS} candidates each",
        seconds,
        floor_name="its rows copied by SQL",
        floor=floor,
    )
    return row, ORDERS / row.p50


def _tick(orders):
    begin = time.perf_counter()
    done = run_tick(now=timezone.now(), budget=float("inf"))
    seconds = time.perf_counter() - begin
    check(done == ORDERS, f"the tick worked on {done} orders, not {ORDERS}")
    again = run_tick(now=timezone.now(), budget=float("inf"))
    check(again == 0, f"the next tick worked on {again} of the orders again")
    offers = list(Offer.objects.filter(order__in=orders).values_list("order", "dealer"))
    check(len(offers) == ORDERS * DEALERS, f"{len(offers)} offers, not {ORDERS * DEALERS}")
    check(len(set(offers)) == len(offers), "a dealer was offered an order twice")
    keys = [f"order:{pk}" for pk in orders]
    told = Message.objects.filter(subject_key__in=keys, event="order_offered").count()
    check(told == len(offers), f"{told} messages about {len(offers)} offers")
    return seconds


def _copy(orders):
    """Seconds in which the database writes the tick's rows once more, indexes and all."""
    keys = [f"order:{pk}" for pk in orders]
    written = (
        Plan.objects.filter(order__in=orders),
        Stage.objects.filter(plan__order__in=orders),
        Decision.objects.filter(stage__plan__order__in=orders),
        Offer.objects.filter(order__in=orders),
        DealerQuote.objects.filter(order__in=orders),
        HistoryEntry.objects.filter(order__in=orders),
        Message.objects.filter(subject_key__in=keys),
        Delivery.objects.filter(message__subject_key__in=keys),
    )
    with connection.cursor() as cursor:
        for rows in written:
            table = rows.model._meta.db_table
            cursor.execute(f'CREATE TABLE "bench_{table}" (LIKE "{table}" INCLUDING ALL)')
        begin = time.perf_counter()
        for rows in written:
            table = rows.model._meta.db_table
            query, parameters = rows.order_by().values("pk").query.sql_with_params()
            cursor.execute(
                f'INSERT INTO "bench_{table}" SELECT * FROM "{table}" WHERE id IN ({query})',
                parameters,
            )
        seconds = time.perf_counter() - begin
        for rows in written:
            cursor.execute(f'DROP TABLE "bench_{rows.model._meta.db_table}"')
    return seconds
