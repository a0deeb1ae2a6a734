"""PostgreSQL is stopped at once, in the middle of acceptances, and comes back."""

import random
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import environ
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from bench.world import make_orders, make_territory
from distribution.services import run_tick
from notifications.models import Message
from orders.models import (
    Assignment,
    DealerQuote,
    HistoryEntry,
    HistoryKind,
    Offer,
    OfferState,
    Order,
)
from orders.statuses import Status
from tests.factories import ProductFactory
from tests.faults.browsing import Browser, Unanswered
from tests.faults.processes import eventually
from tests.faults.state import at_work, locked

pytestmark = pytest.mark.faults
ORDERS, DEALERS = 40, 8
# How many orders have been taken when the server is stopped, and what an acceptance that is cut
# off was about to write.
STOPS = ((8, "orders_assignment"), (16, "orders_orderline"), (24, "notifications_delivery"))


@pytest.fixture
def database(private_services, django_db_blocker):
    """The test's own server in place of the tests' common one, for this process too."""
    common = connection.settings_dict.copy()
    private = environ.Env.db_url_config(private_services.postgres.url)
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict.update(
            {name: private.get(name, "") for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")},
            OPTIONS=common["OPTIONS"] | private.get("OPTIONS", {}),
        )
        try:
            call_command("migrate", interactive=False, verbosity=0)
            yield private_services.postgres
        finally:
            connections.close_all()
            connection.settings_dict.update(common)


class Race:
    """Managers who all want all orders; each asks again until there is an answer."""

    def __init__(self, port, orders, is_up):
        self._port, self._orders, self._is_up = port, orders, is_up
        self._lock = threading.Lock()
        self.winners = defaultdict(list)
        self.unanswered = 0

    def run(self, browser, dealer_id, seed):
        orders = list(self._orders)
        random.Random(seed).shuffle(orders)
        for order_id in orders:
            status = self._ask(browser, order_id)
            if status == 302:
                with self._lock:
                    self.winners[order_id].append(dealer_id)
            else:
                assert status in (404, 409), status

    def _ask(self, browser, order_id):
        while True:
            try:
                return browser.accept(order_id).status
            except Unanswered:
                with self._lock:
                    self.unanswered += 1
                assert self._is_up.wait(30)


def test_a_restart_amid_acceptances_leaves_one_winner_each(database, private_services, start):
    territory = make_territory(DEALERS, ProductFactory.create_batch(2))
    products = [one.product for one in territory.dealers[0].assortment.select_related("product")]
    orders = make_orders(territory.city, ORDERS, products)
    # Own prices of dealers go above the recommended ones of these orders.
    Order.objects.filter(pk__in=orders).update(price_max=10_000)
    run_tick(now=timezone.now(), budget=float("inf"))
    assert Offer.objects.filter(state=OfferState.OPEN).count() == ORDERS * DEALERS

    web = start.web(private_services.environment)
    browsers = [Browser(web.port, manager) for manager in territory.managers]
    eventually(lambda: _answers(browsers[0]), "the web server answers")
    is_up = threading.Event()
    is_up.set()
    race = Race(web.port, orders, is_up)
    cut_off = []
    with ThreadPoolExecutor(DEALERS) as pool:
        done = [
            pool.submit(race.run, browser, dealer.pk, seed)
            for seed, (browser, dealer) in enumerate(zip(browsers, territory.dealers, strict=True))
        ]
        for taken, table in STOPS:
            eventually(lambda taken=taken: len(race.winners) >= taken, f"{taken} orders are taken")
            before = race.unanswered
            with locked(table):
                eventually(
                    lambda: at_work("web", waiting_for_table=True), f"acceptances come to {table}"
                )
                is_up.clear()
                connection.close()
                database.stop(immediately=True)
            eventually(lambda before=before: race.unanswered > before, "requests are cut off")
            cut_off.append(race.unanswered - before)
            database.start()
            is_up.set()
        for one in done:
            one.result()

    assert len(cut_off) == len(STOPS)
    assert database.log.read_text().count("was not properly shut down") == len(STOPS)
    assert set(race.winners) == set(orders)
    for order_id in orders:
        _check(order_id, race.winners[order_id])


def _answers(browser):
    try:
        return browser.get(reverse("order_list")).status == 200
    except Unanswered:
        return False


def _check(order_id, told):
    """One winner, and all that is kept about an acceptance agrees."""
    order = Order.objects.get(pk=order_id)
    assert told == [order.dealer_id]
    assert order.status == Status.ACCEPTED
    assert order.manager.dealer_id == order.dealer_id
    assignment = Assignment.objects.get(order=order)
    assert (assignment.dealer_id, assignment.ended_at) == (order.dealer_id, None)
    states = dict(Offer.objects.filter(order=order).values_list("dealer", "state"))
    assert states.pop(order.dealer_id) == OfferState.ACCEPTED
    assert set(states.values()) == {OfferState.WITHDRAWN}
    assert len(states) == DEALERS - 1
    entry = HistoryEntry.objects.get(order=order, kind=HistoryKind.ACCEPTED)
    assert entry.dealer_id == order.dealer_id
    quote = DealerQuote.objects.get(order=order, dealer=order.dealer)
    assert [line.price for line in order.lines.order_by("position")] == quote.prices
    assert (order.goods_total, order.total) == (quote.goods_total, quote.total)
    told = Message.objects.filter(subject_key=f"order:{order.pk}", event="order_accepted")
    assert told.count() == 1
