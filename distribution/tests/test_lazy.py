"""Catching up on read, and how many queries distribution costs."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from dealers.models import SystemSettings
from distribution.lazy import catching_up
from distribution.models import Decision
from distribution.services import catch_up, run_tick
from distribution.strategies import LimitRow, StageSpec, Strategy
from distribution.tests.worlds import World, base, look, minutes, rating, seeing, set_chain
from orders.models import Offer
from tests.factories import (
    NOW,
    DealerFactory,
    ManagerFactory,
    OrderLineFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def visit(rf, monkeypatch):
    """Ask for a page as a user; returns the orders that the page found offered."""
    clock = {"now": NOW}
    monkeypatch.setattr("distribution.lazy.timezone.now", lambda: clock["now"])

    @catching_up
    def page(request, **kwargs):
        offers = Offer.objects.filter(state="open").values_list("order_id", "dealer_id")
        return HttpResponse(" ".join(f"{order}-{dealer}" for order, dealer in offers))

    def visit(user, minute=0, **kwargs):
        clock["now"] = NOW + minutes(minute)
        request = rf.get("/")
        request.user = user
        return page(request, **kwargs).content.decode().split()

    return visit


def test_a_dealer_sees_what_it_should_with_no_worker_at_all(world, visit):
    set_chain(rating(5, 100), base())
    rich, poor = world.dealer(points=100), world.dealer()
    order = world.order()
    assert visit(poor.managers.get()) == [f"{order.pk}-{rich.pk}"]
    assert visit(poor.managers.get(), 4.99) == [f"{order.pk}-{rich.pk}"]
    assert f"{order.pk}-{poor.pk}" in visit(poor.managers.get(), 5)


@pytest.mark.parametrize("who", ["its own", "additional city", "chosen", "installer"])
def test_a_dealers_page_brings_up_to_date_what_the_dealer_might_be_shown(world, visit, who):
    away = {} if who == "its own" else {"main_region": RegionFactory()}
    dealer, order = world.dealer(**away), world.order()
    if who == "additional city":
        dealer.additional_places.add(world.city)
    elif who == "chosen":
        type(order).objects.filter(pk=order.pk).update(chosen_dealer=dealer)
    elif who == "installer":
        SystemSettings(pk=1, installation_dealer=dealer).save()
        type(order).objects.filter(pk=order.pk).update(wants_installation=True)
    visit(dealer.managers.get())
    assert order.plans.exists()


def test_a_dealers_page_leaves_other_territories_alone(world, visit):
    world.dealer()
    order = world.order()
    visit(World().dealer().managers.get())
    assert not order.plans.exists()


def test_a_card_brings_up_to_date_its_own_order_only(world, visit):
    dealer = world.dealer()
    order, other = world.order(), world.order()
    visit(dealer.managers.get(), pk=order.pk)
    assert seeing(order) == {dealer.pk}
    assert not seeing(other)


def test_the_manufacturers_page_brings_up_to_date_whatever_is_due(world, visit):
    world.dealer()
    order = world.order()
    visit(ManagerFactory())
    assert seeing(order)


def test_a_page_does_only_so_much(world):
    dealer = world.dealer()
    orders = [world.order() for _ in range(3)]
    assert catch_up(now=NOW, dealer_id=dealer.pk, limit=2) == 2
    assert [bool(seeing(order)) for order in orders] == [True, True, False]


def test_a_page_is_shown_though_one_order_cannot_be_distributed(world, visit, caplog):
    dealer = world.dealer()
    bad, good = world.order(), world.order(minute=1)
    version = set_chain(since=NOW - minutes(5))
    version.spec = [{"strategy": "magic"}]
    version.save()
    set_chain(base(), since=NOW + minutes(0.5))
    assert visit(dealer.managers.get(), 2) == [f"{good.pk}-{dealer.pk}"]
    assert f"order {bad.pk} cannot be distributed" in caplog.text


def test_visitors_who_have_not_logged_in_cause_no_work(world, visit, django_assert_num_queries):
    world.dealer()
    world.order()
    with django_assert_num_queries(1):
        assert visit(AnonymousUser()) == []


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("view", ["list", "card", "manufacturer"])
def test_a_page_costs_one_query_more_while_nothing_is_due(
    world, visit, django_assert_num_queries, count, view
):
    dealer = world.dealer()
    orders = [world.order() for _ in range(count)]
    run_tick(now=NOW)
    user = ManagerFactory() if view == "manufacturer" else dealer.managers.get()
    kwargs = {"pk": orders[0].pk} if view == "card" else {}
    with django_assert_num_queries(2):
        visit(user, **kwargs)


def everything(world):
    """A chain of which every stage comes to be worked out in one look."""
    priority = [LimitRow(dealer.pk, limit=50) for dealer in world.region.main_dealers.all()[:3]]
    set_chain(
        StageSpec(Strategy.BASE_PLUS, window=1, limit_rows=tuple(priority)),
        rating(1, 100),
        StageSpec(Strategy.SPEED, window=1, max_minutes=10),
        StageSpec(Strategy.BEST, window=1, at_once=2, rounds=2),
        base(),
    )


def queries_of(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


@pytest.mark.parametrize(("dealers", "lines"), [(1, 1), (30, 1), (1, 30), (30, 30)])
def test_an_order_costs_the_same_queries_however_many_dealers_and_lines(world, dealers, lines):
    for number in range(dealers):
        world.dealer(points=number * 10)
    everything(world)
    order = world.order(price_max=200 * 2 * lines)
    for position in range(2, lines + 1):
        OrderLineFactory(order=order, position=30_000 + position)
    assert queries_of(lambda: look(order, 10)) == 36
    assert len(seeing(order)) == dealers
    assert Decision.objects.count() >= dealers * 5


@pytest.mark.parametrize("orders", [1, 30])
def test_a_batch_costs_the_same_queries_however_many_orders(world, orders):
    for number in range(3):
        world.dealer(points=number * 100)
    everything(world)
    for _ in range(orders):
        world.order()
    assert queries_of(lambda: run_tick(now=NOW + minutes(10))) == 36
    assert Offer.objects.count() == orders * 3


def test_a_tick_with_nothing_due_costs_one_query(world, django_assert_num_queries):
    DealerFactory()
    with django_assert_num_queries(1):
        assert run_tick(now=NOW) == 0
