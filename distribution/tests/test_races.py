"""Two at once, in threads on the real database, with controls that prove the tests can fail."""

import logging
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from distribution.models import Decision, Plan, PlanState, Stage
from distribution.services import advance, batch, catch_up, run_tick
from distribution.tests.worlds import World, accept, base, decline, minutes, rating, set_chain
from notifications.models import Message
from orders.models import Assignment, Offer, Order
from orders.services.errors import OrderError
from orders.statuses import Status
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS, DEALERS, PATIENCE = 12, 3, 20


@pytest.fixture
def world():
    set_chain(base())
    world = World()
    world.dealers = [world.dealer() for _ in range(DEALERS)]
    return world


def together(*actions):
    """Run actions at the same moment, each in a thread; what each returned or raised."""
    start = threading.Barrier(len(actions), timeout=PATIENCE)

    def run(action):
        try:
            start.wait()
            return action()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@pytest.fixture
def meeting(monkeypatch):
    """Make two batches read plans before either writes, where nothing keeps them apart.

    Returns how often two batches met. With the lock the second never gets there, and the first goes
    on alone after a while.
    """
    barrier, met, load_jobs = threading.Barrier(2), [], batch.load_jobs

    def load_and_wait(*arguments):
        jobs = load_jobs(*arguments)
        try:
            barrier.wait(timeout=2)
            met.append(True)
        except threading.BrokenBarrierError:
            barrier.reset()
        return jobs

    monkeypatch.setattr(batch, "load_jobs", load_and_wait)
    return met


def twice():
    """Orders, dealers and messages that were served more than once."""
    offers = Counter(Offer.objects.values_list("order_id", "dealer_id"))
    told = Counter(
        Message.objects.filter(event="order_offered").values_list("subject_key", "user_id")
    )
    stages = Counter(Stage.objects.values_list("plan__order_id", "index", "round"))
    return [key for counts in (offers, told, stages) for key, n in counts.items() if n > 1]


def two_ticks(world):
    orders = [world.order() for _ in range(ORDERS)]
    together(lambda: run_tick(now=NOW), lambda: run_tick(now=NOW))
    run_tick(now=NOW)
    return orders


def test_two_ticks_at_once_never_offer_twice(world, meeting, caplog):
    orders = two_ticks(world)
    assert not meeting
    assert twice() == []
    assert Offer.objects.count() == len(orders) * DEALERS
    assert Message.objects.filter(event="order_offered").count() == len(orders) * DEALERS
    assert Decision.objects.count() == len(orders) * DEALERS
    assert not caplog.records


@pytest.fixture
def unlocked(monkeypatch):
    """Control: batches read orders without locking them."""

    def read(order_ids, wait):
        orders = Order.objects.filter(pk__in=order_ids).select_related("place", "region")
        return list(orders.order_by("pk"))

    monkeypatch.setattr(batch, "_lock", read)


def test_control_without_the_lock_the_constraints_refuse(world, meeting, unlocked, caplog):
    with caplog.at_level(logging.ERROR):
        two_ticks(world)
    assert meeting
    assert "failed, trying them one by one" in caplog.text
    assert twice() == []


@pytest.fixture
def unconstrained():
    """Control: neither one plan a cycle nor one offer a cycle."""
    drops = (
        "ALTER TABLE distribution_plan DROP CONSTRAINT plan_once_a_cycle",
        "DROP INDEX plan_one_going",
        "ALTER TABLE orders_offer DROP CONSTRAINT offer_once_a_cycle",
    )
    adds = (
        "ALTER TABLE distribution_plan ADD CONSTRAINT plan_once_a_cycle UNIQUE (order_id, cycle)",
        "CREATE UNIQUE INDEX plan_one_going ON distribution_plan (order_id)"
        " WHERE NOT (state = 'stopped')",
        "ALTER TABLE orders_offer ADD CONSTRAINT offer_once_a_cycle"
        " UNIQUE (order_id, dealer_id, cycle)",
    )
    with connection.cursor() as cursor:
        for statement in drops:
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE distribution_plan, orders_offer CASCADE")
        for statement in adds:
            cursor.execute(statement)


def test_control_without_lock_and_constraints_two_ticks_offer_twice(
    world, meeting, unlocked, unconstrained
):
    two_ticks(world)
    assert meeting
    assert len(twice()) >= ORDERS * DEALERS


def test_a_tick_leaves_orders_that_somebody_holds_to_the_holder(world, meeting):
    order = world.order()
    results = together(lambda: advance(order_id=order.pk, now=NOW), lambda: run_tick(now=NOW))
    assert not any(isinstance(result, Exception) for result in results)
    assert twice() == []
    assert Offer.objects.count() == DEALERS


def test_two_pages_at_once_wait_for_each_other_and_both_find_the_order(world):
    """Each reads after catching up; whoever came second has waited for the first."""
    order = world.order()

    def page(dealer):
        catch_up(now=NOW, dealer_id=dealer.pk)
        return Offer.objects.filter(order=order, dealer=dealer).count()

    pages = [lambda dealer=dealer: page(dealer) for dealer in world.dealers]
    assert together(*pages) == [1] * DEALERS
    assert twice() == []


@pytest.mark.parametrize("attempt", range(3))
def test_an_order_accepted_while_the_next_stage_opens_has_one_dealer_and_no_open_offers(
    world, attempt
):
    set_chain(rating(5, 100), base())
    first = world.dealer(points=100)
    orders = [world.order() for _ in range(6)]
    run_tick(now=NOW)
    together(
        lambda: run_tick(now=NOW + minutes(5)),
        lambda: [accept(order, first, 5) for order in orders],
    )
    run_tick(now=NOW + minutes(5))
    assert Order.objects.filter(status=Status.ACCEPTED, dealer=first).count() == len(orders)
    assert Assignment.objects.count() == len(orders)
    assert not Offer.objects.filter(state="open").exists()
    assert not Plan.objects.exclude(state=PlanState.STOPPED).exists()


@pytest.mark.parametrize("attempt", range(3))
def test_a_refusal_during_a_tick_is_not_lost(world, attempt):
    set_chain(rating(30, 100), base(60))
    first = world.dealer(points=100)
    order = world.order()
    run_tick(now=NOW)
    together(
        lambda: run_tick(now=NOW + minutes(2)),
        lambda: decline(order, first, 1),
        lambda: advance(order_id=order.pk, now=NOW + minutes(2)),
    )
    run_tick(now=NOW + minutes(2))
    open_to = Offer.objects.filter(order=order, state="open").values_list("dealer_id", flat=True)
    assert set(open_to) == {dealer.pk for dealer in world.dealers}
    stage = Stage.objects.get(strategy="base")
    assert stage.opened_at == NOW + minutes(1)


def test_of_dealers_who_accept_while_a_tick_runs_exactly_one_wins(world):
    order = world.order()
    run_tick(now=NOW)
    results = together(
        *[lambda dealer=dealer: accept(order, dealer, 1) for dealer in world.dealers],
        lambda: run_tick(now=NOW + minutes(1)),
    )
    won = [result for result in results if isinstance(result, Order)]
    lost = [result for result in results if isinstance(result, OrderError)]
    assert (len(won), len(lost)) == (1, DEALERS - 1)
