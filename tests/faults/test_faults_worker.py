"""The worker is killed twenty times in the middle of its work."""

import threading
from datetime import timedelta
from itertools import cycle

import pytest
from django.db import connection
from django.utils import timezone

from bench.world import make_cart, make_territory
from dealers.models import Dealer
from distribution.models import Plan, PlanState, Stage
from distribution.tests.worlds import base, rating, set_chain
from notifications.models import Delivery, DeliveryState, Message
from orders.models import HistoryEntry, HistoryKind, Offer
from orders.promise import items_of, promise_for
from orders.services.placing import OrderDetails, place_order
from tests.factories import ProductFactory
from tests.faults.mailbox import message_ids
from tests.faults.processes import eventually
from tests.faults.state import WAITING, at_work, is_all_done, locked, sent_ids

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
KILLS = 20
DEALERS, BEST = 5, 2
# What a tick of distribution writes, in the order in which it does.
TABLES = (
    "distribution_plan",
    "distribution_eligibility",
    "distribution_stage",
    "distribution_decision",
    "orders_offer",
)
# Orders placed so many seconds ago that their second stage is due soon.
AGES = (58, 56, 54, 52)
# Orders for each worker that is killed.
ORDERS = 3


class Customers(threading.Thread):
    """Order while others work; ``orders`` are the ids of what they ordered."""

    def __init__(self, city, products):
        super().__init__()
        self._city, self._products = city, products
        self._wanted = threading.Semaphore(0)
        self._is_enough = False
        self.orders = []
        self.error = None

    def want(self, number):
        """Order so many times more; returns at once."""
        self._wanted.release(number)

    def run(self):
        try:
            for age in cycle(AGES):
                self._wanted.acquire()
                if self._is_enough:
                    break
                self.orders.append(self._order(age))
        except Exception as error:
            self.error = error
        finally:
            connection.close()

    def stop(self):
        """Let them order no more; raises what went wrong."""
        self._is_enough = True
        self.want(1)
        self.join()
        if self.error:
            raise self.error

    def _order(self, age):
        cart = make_cart(self._products)
        items = items_of(cart.lines.select_related("product"))
        number = len(self.orders)
        order = place_order(
            cart_token=cart.token,
            form_key=cart.form_key,
            details=OrderDetails(
                customer_name="Роман",
                phone=f"+7912{number:07d}",
                email=f"roman{number}@example.com",
                place=self._city,
            ),
            receipt=promise_for(
                place=self._city, items=items, services=(), now=timezone.now()
            ).receipt,
            network_address=None,
            now=timezone.now() - timedelta(seconds=age),
        )
        return order.pk


@pytest.fixture
def territory():
    set_chain(rating(1, 100), base())
    found = make_territory(DEALERS)
    best = [dealer.pk for dealer in found.dealers[:BEST]]
    Dealer.objects.filter(pk__in=best).update(points=150)
    return found


def test_a_worker_killed_twenty_times_loses_and_doubles_nothing(
    territory, process_environment, broker, start, mail_server, hold
):
    variables = process_environment | {"REDIS_URL": broker.url}
    worker = start.supervised("worker", variables)
    start.supervised("beat", variables)
    customers = Customers(territory.city, ProductFactory.create_batch(2))
    customers.start()
    broken_off, half_sent = [], []
    try:
        for number in range(KILLS):
            eventually(worker.child, "a worker runs")
            if number % 2:
                with hold:
                    customers.want(ORDERS)
                    eventually(hold.taken.is_set, "the worker sends a mail")
                    half_sent.append(hold.message_id)
                    worker.kill_child()
            else:
                table = TABLES[number // 2 % len(TABLES)]
                with locked(table):
                    customers.want(ORDERS)
                    eventually(
                        lambda: at_work("worker", waiting_for_table=True),
                        f"a tick comes to {table}",
                    )
                    broken_off.append(table)
                    worker.kill_child()
        eventually(lambda: len(customers.orders) == KILLS * ORDERS, "all orders are placed")
    finally:
        customers.stop()
    orders = customers.orders
    assert len(broken_off) + len(half_sent) == KILLS
    assert len(orders) == KILLS * ORDERS

    # The killed workers' leases would run out by themselves after some minutes.
    leased = Delivery.objects.filter(state=DeliveryState.SENDING)
    assert leased.update(lease_until=timezone.now())
    eventually(
        lambda: (
            Plan.objects.filter(order__in=orders, state=PlanState.EXHAUSTED).count() == len(orders)
        ),
        "all stages are opened",
    )
    eventually(is_all_done, "everything due is done")

    for order_id in orders:
        stages = Stage.objects.filter(plan__order=order_id).order_by("id")
        assert [(stage.strategy, stage.is_empty) for stage in stages] == [
            ("rating", False),
            ("base", False),
        ]
        offers = list(Offer.objects.filter(order=order_id).values_list("dealer", flat=True))
        assert sorted(offers) == sorted(dealer.pk for dealer in territory.dealers)
        told = Message.objects.filter(subject_key=f"order:{order_id}", event="order_offered")
        assert sorted(told.values_list("user__dealer", flat=True)) == sorted(offers)
    opened = HistoryEntry.objects.filter(kind=HistoryKind.DISTRIBUTED)
    assert opened.count() == Stage.objects.count() == 2 * len(orders)
    assert Message.objects.count() == Delivery.objects.count() == len(orders) * (1 + DEALERS)
    assert not Delivery.objects.exclude(state=DeliveryState.SENT).exists()
    assert not Delivery.objects.filter(state__in=WAITING).exists()

    arrived = message_ids(mail_server)
    assert set(arrived) == sent_ids()
    assert len(arrived) == Delivery.objects.count()
    # What was taken by the mail server but not recorded went out again, as the same mail.
    assert all(arrived[one] > 1 for one in half_sent)
