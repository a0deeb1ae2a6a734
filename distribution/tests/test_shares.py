"""Base+ on the database: what counts as distributed and as received."""

import pytest

from distribution.facts import shares_of
from distribution.limits import Share
from distribution.models import Decision, Eligibility
from distribution.services import run_tick
from distribution.strategies import LimitRow, LimitUnit, Period, StageSpec, Strategy
from distribution.tests.worlds import World, accept, base, look, minutes, seeing, set_chain
from orders.models import Assignment
from orders.services import accepting
from tests.factories import NOW, ManagerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def base_plus(*rows, window=10):
    return StageSpec(Strategy.BASE_PLUS, window=window, limit_rows=rows)


def share(order, dealer, period=Period.MONTH):
    found = shares_of([(order.pk, order.created_at, dealer.pk, period)])
    return found[order.pk, dealer.pk][period]


def test_priority_keeps_to_its_share_through_the_engine(world):
    """A dealer that takes every priority order and no other, forty orders one after another."""
    priority, other = world.dealer(), world.dealer()
    set_chain(base_plus(LimitRow(priority.pk, LimitUnit.PERCENT, 12)), base())
    received = 0
    for number in range(1, 41):
        order = world.order(minute=number)
        look(order, number)
        if seeing(order) == {priority.pk}:
            accept(order, priority, number)
            received += 1
        else:
            accept(order, other, number)
        # ceil(12 % of the orders so far)
        assert received == -(-12 * number // 100)


def test_a_batch_counts_its_own_earlier_orders(world):
    """Five orders in one tick: what is distributed grows from order to order."""
    dealer = world.dealer()
    set_chain(base_plus(LimitRow(dealer.pk, LimitUnit.PERCENT, 50)), base())
    orders = [world.order(minute=number) for number in range(5)]
    assert run_tick(now=NOW + minutes(5)) == 5
    counted = [
        Decision.objects.get(stage__plan__order=order, stage__strategy="base_plus").facts
        for order in orders
    ]
    assert [facts["distributed"] for facts in counted] == [0, 1, 2, 3, 4]
    assert [facts["allowed"] for facts in counted] == [1, 1, 2, 2, 3]


def test_what_a_dealer_accepted_at_whatever_stage_counts_as_received(world):
    priority, other = world.dealer(), world.dealer()
    set_chain(base_plus(LimitRow(priority.pk, LimitUnit.COUNT, 1)), base())
    won, given, lost = (world.order(minute=number) for number in range(3))
    for order in (won, given, lost):
        look(order, 20)
    accept(won, priority, 21)
    accepting.assign(order_id=given.pk, dealer_id=priority.pk, by=ManagerFactory(), now=NOW)
    accept(lost, other, 21)
    following = world.order(minute=30)
    assert share(following, priority) == Share(distributed=3, received=2)
    assert share(following, other) == Share(distributed=3, received=1)


def test_an_order_accepted_and_given_up_was_received(world):
    dealer = world.dealer()
    order = world.order()
    look(order)
    accept(order, dealer, 1)
    Assignment.objects.update(ended_at=NOW, end=Assignment.End.GIVEN_UP)
    assert share(world.order(minute=2), dealer) == Share(1, 1)


def test_orders_a_dealer_could_not_have_delivered_do_not_count(world):
    dealer = world.dealer()
    world.dealer()
    for number, in_stock in enumerate((True, False, True)):
        type(dealer).objects.filter(pk=dealer.pk).update(whole_line=in_stock)
        look(world.order(minute=number), number)
    assert share(world.order(minute=9), dealer) == Share(2, 0)


def test_orders_placed_later_do_not_count(world):
    dealer = world.dealer()
    orders = [world.order(minute=number) for number in range(3)]
    run_tick(now=NOW + minutes(5))
    assert [share(order, dealer).distributed for order in orders] == [0, 1, 2]


def test_orders_placed_at_one_moment_count_by_their_numbers(world):
    dealer = world.dealer()
    orders = [world.order() for _ in range(3)]
    run_tick(now=NOW)
    assert [share(order, dealer).distributed for order in orders] == [0, 1, 2]


@pytest.mark.parametrize(
    ("days_ago", "counted"),
    [
        (0, {Period.DAY, Period.WEEK, Period.MONTH, Period.QUARTER, Period.YEAR}),
        (1, {Period.MONTH, Period.QUARTER, Period.YEAR}),
        (15, {Period.QUARTER, Period.YEAR}),
        (80, {Period.YEAR}),
        (200, set()),
    ],
)
def test_only_orders_of_the_calendar_period_count(world, days_ago, counted):
    """NOW is Monday the 15th of June, noon in Moscow."""
    dealer = world.dealer()
    past = world.order(minute=-60 * 24 * days_ago - 1)
    Eligibility.objects.create(order=past, dealer=dealer, placed_at=past.created_at)
    order = world.order()
    assert {period for period in Period if share(order, dealer, period).distributed} == counted


def test_shares_of_many_orders_and_periods_take_two_queries(world, django_assert_num_queries):
    dealers = [world.dealer() for _ in range(3)]
    orders = [world.order(minute=number) for number in range(4)]
    run_tick(now=NOW + minutes(9))
    wanted = [
        (order.pk, order.created_at, dealer.pk, period)
        for order in orders
        for dealer in dealers
        for period in (Period.DAY, Period.MONTH)
    ]
    with django_assert_num_queries(2):
        shares = shares_of(wanted)
    assert {
        (order.pk, dealer.pk, period): shares[order.pk, dealer.pk][period].distributed
        for order in orders
        for dealer in dealers
        for period in (Period.DAY, Period.MONTH)
    } == {
        (order.pk, dealer.pk, period): number
        for number, order in enumerate(orders)
        for dealer in dealers
        for period in (Period.DAY, Period.MONTH)
    }
