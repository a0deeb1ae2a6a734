"""Two hundred dealers and one order, in turns with two hundred plain conditional updates."""

import threading
import time
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench import world
from bench.report import Row, check
from dealers.models import User
from orders.models import Assignment, Offer, Order
from orders.services.accepting import accept_offer
from orders.services.errors import OrderGone
from orders.statuses import Status

CROWD = 200
WARM_UP, ROUNDS = 1, 7
PATIENCE = 60


@dataclass(frozen=True)
class Run:
    """What each thread's call gave, and how long it took until all had answered."""

    results: list[Any]
    seconds: float


class Crowd:
    """Threads that stay, each with its own open connection, and act together when told to."""

    def __init__(self, size):
        self._call = None
        self._results = [None] * size
        self._begin = threading.Barrier(size + 1, timeout=PATIENCE)
        self._end = threading.Barrier(size + 1, timeout=PATIENCE)
        self._threads = [
            threading.Thread(target=self._work, args=[index], daemon=True) for index in range(size)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._call = None
        self._begin.wait()
        for thread in self._threads:
            thread.join()

    def run(self, call):
        """Let thread number i do ``call(i)``, all at once."""
        self._call = call
        self._begin.wait()
        started = time.perf_counter()
        self._end.wait()
        return Run(list(self._results), time.perf_counter() - started)

    def _work(self, index):
        connection.ensure_connection()
        try:
            while True:
                self._begin.wait()
                if self._call is None:
                    return
                try:
                    self._results[index] = self._call(index)
                except Exception as error:
                    self._results[index] = error
                self._end.wait()
        finally:
            connection.close()


def measure(products):
    """The row of acceptances."""
    territory = world.make_territory(CROWD)
    # As a request has them: the user's dealer is read with the user.
    ids = [user.pk for user in territory.managers]
    managers = list(User.objects.filter(pk__in=ids).select_related("dealer"))
    seconds, floor = [], []
    with Crowd(CROWD) as crowd:
        for number in range(WARM_UP + ROUNDS):
            plain = _update(crowd, managers, *world.make_orders(territory.city, 1, products))
            real = _accept(crowd, managers, world.offered_order(territory, products))
            if number >= WARM_UP:
                floor.append(plain)
                seconds.append(real)
    return Row(
        f"{CROWD} dealers accept one order, all answered",
        seconds,
        floor_name=f"{CROWD} conditional updates",
        floor=floor,
        target=6,
    )


def _update(crowd, managers, order_id):
    def update(index):
        with transaction.atomic():
            return Order.objects.filter(pk=order_id, status=Status.NEW).update(
                status=Status.ACCEPTED,
                dealer_id=managers[index].dealer_id,
                manager=managers[index],
                accepted_at=timezone.now(),
            )

    run = crowd.run(update)
    check(sorted(map(str, run.results))[-2:] == ["0", "1"], f"plain updates: {set(run.results)}")
    return run.seconds


def _accept(crowd, managers, order_id):
    offers = Offer.objects.filter(order=order_id)
    check(offers.filter(state="open").count() == CROWD, "not every dealer has an offer")

    def accept(index):
        return accept_offer(order_id=order_id, by=managers[index], now=timezone.now())

    run = crowd.run(accept)
    winners = [result for result in run.results if isinstance(result, Order)]
    gone = [result for result in run.results if isinstance(result, OrderGone)]
    check(len(winners) == 1, f"{len(winners)} dealers were told that they have the order")
    check(len(gone) == CROWD - 1, f"{CROWD - 1 - len(gone)} dealers got an error")
    assignment = Assignment.objects.get(order=order_id)
    check(assignment.dealer_id == winners[0].dealer_id, "the order is another dealer's")
    check(offers.filter(state="accepted").count() == 1, "not exactly one offer is accepted")
    check(not offers.filter(state="open").exists(), "offers stay open")
    return run.seconds
