"""The panel on the order's card, timers, and what they cost."""

import datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from dealers.models import Dealer
from distribution.chain_editing import StageEdit, save_stages
from distribution.chains import latest_version
from distribution.models import Chain
from distribution.panel import dealer_panel, manufacturer_panel
from distribution.services import advance
from distribution.strategies import FixRow, StageSpec, Strategy
from distribution.timers import Timer, stage_timers
from orders.models import Offer, Order
from orders.services.accepting import decline_offer
from tests.factories import (
    NOW,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    OrderFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db

RATING_THEN_BASE = [
    StageEdit(StageSpec(Strategy.RATING, window=5, min_points=200)),
    StageEdit(StageSpec(Strategy.BASE)),
]


@pytest.fixture
def place():
    return CityFactory()


def chain_of(edits):
    save_stages(
        chain_id=Chain.objects.get(region=None).pk,
        edits=edits,
        seen_version_id=latest_version(None).pk,
        by=None,
        now=NOW - datetime.timedelta(days=1),
    )


def dealers_of(place, *points):
    made = []
    for number in points:
        dealer = DealerFactory(main_region=place.parent)
        Dealer.objects.filter(pk=dealer.pk).update(points=number)
        made.append(dealer)
    return made


def minutes(number):
    return NOW + datetime.timedelta(minutes=number)


def rendered(source, user, order, **values):
    request = RequestFactory().get("/")
    request.user = user
    context = Context({"request": request, "order": order, "user": user, **values})
    return Template("{% load distribution_tags %}" + source).render(context)


def test_the_manufacturer_reads_why_each_dealer_was_or_was_not_shown_the_order(place):
    chain_of(RATING_THEN_BASE)
    dealers_of(place, 250, 120)
    order = OrderFactory(place=place)
    advance(order_id=order.pk, now=NOW)

    [plan] = manufacturer_panel(order, now=NOW)

    [stage] = plan.stages
    assert [line.explanation.sentence for line in stage.lines] == [
        "Показан: 250 баллов, нужно от 200.",
        "Не показан: 120 баллов из нужных 200.",
    ]
    assert stage.lines[0].quote == 400
    assert (plan.timer.clock, plan.next_name) == ("05:00", "Базовая")


def test_what_is_not_in_stock_is_called_by_its_name(place):
    chain_of([StageEdit(StageSpec(Strategy.BASE))])
    [dealer] = dealers_of(place, 0)
    order = OrderFactory(place=place)
    line = order.lines.get()
    DealerProductFactory(dealer=dealer, product=line.product, in_stock=False)
    advance(order_id=order.pk, now=NOW)

    [plan] = manufacturer_panel(order, now=NOW)

    assert plan.stages[0].lines[0].explanation.sentence == f"Нет в наличии: {line.name}."


def test_a_stage_until_the_dealer_answers_has_no_timer_but_says_that_it_waits(place):
    [dealer] = dealers_of(place, 0)
    chain_of(
        [
            StageEdit(StageSpec(Strategy.FIX, fix_rows=(FixRow(dealer.pk),))),
            StageEdit(StageSpec(Strategy.BASE)),
        ]
    )
    order = OrderFactory(place=place)
    advance(order_id=order.pk, now=NOW)

    [plan] = manufacturer_panel(order, now=NOW)

    assert plan.waits_for_answer
    assert plan.timer is None
    assert stage_timers([order], now=NOW) == {}


def test_a_refusal_stands_beside_the_dealer_with_its_reason(place):
    chain_of([StageEdit(StageSpec(Strategy.BASE))])
    first, _second = dealers_of(place, 0, 0)
    order = OrderFactory(place=place)
    advance(order_id=order.pk, now=NOW)
    decline_offer(
        order_id=order.pk, by=UserFactory(dealer=first), reason_id=reason().pk, now=minutes(1)
    )

    [plan] = manufacturer_panel(order, now=minutes(1))

    lines = {line.dealer: line for line in plan.stages[0].lines}
    assert lines[first].offer.reason == reason()


def test_the_newest_cycle_comes_first_and_old_ones_run_no_timer(place):
    chain_of(RATING_THEN_BASE)
    dealers_of(place, 250)
    order = OrderFactory(place=place)
    advance(order_id=order.pk, now=NOW)
    Offer.objects.filter(order=order).update(state="withdrawn", closed_at=minutes(1))
    Order.objects.filter(pk=order.pk).update(cycle=2)
    advance(order_id=order.pk, now=minutes(1))
    order.refresh_from_db()

    plans = manufacturer_panel(order, now=minutes(1))

    assert [plan.plan.cycle for plan in plans] == [2, 1]
    assert plans[0].timer is not None
    assert plans[1].timer is None


def test_a_dealer_reads_only_its_own_decisions(place):
    chain_of(RATING_THEN_BASE)
    strong, weak = dealers_of(place, 250, 120)
    order = OrderFactory(place=place)
    advance(order_id=order.pk, now=minutes(5))

    shown = rendered("{% distribution_panel order %}", UserFactory(dealer=weak), order)

    assert "Не показан: 120 баллов из нужных 200." in shown
    assert "заказ открыт всем подходящим дилерам региона" in shown
    assert strong.name not in shown
    assert "250" not in shown


def test_a_dealer_does_not_read_what_others_charge(place):
    chain_of([StageEdit(StageSpec(Strategy.BASE))])
    [dealer] = dealers_of(place, 0)
    DealerProductFactory(
        dealer=dealer,
        product=(order := OrderFactory(place=place)).lines.get().product,
        price=217,
    )
    Dealer.objects.filter(pk=dealer.pk).update(own_prices=True)
    advance(order_id=order.pk, now=NOW)

    [decision] = dealer_panel(order, dealer.pk)

    assert decision["explanation"].sentence == (
        "Не показан: его сумма 434\u00a0₽ выше обещанной покупателю."
    )


@pytest.mark.parametrize("number", [1, 30])
def test_the_panel_costs_four_queries_however_many_dealers(
    place, number, django_assert_num_queries
):
    chain_of(RATING_THEN_BASE)
    dealers_of(place, *([250, 120] * number))
    order = OrderFactory(place=place)
    advance(order_id=order.pk, now=minutes(5))
    manager = ManagerFactory()

    with django_assert_num_queries(4):
        shown = rendered("{% distribution_panel order %}", manager, order)

    assert shown.count("120 баллов из нужных 200") == number


@pytest.mark.parametrize("number", [1, 30])
def test_the_timers_of_a_page_cost_one_query(place, number, django_assert_num_queries):
    chain_of(RATING_THEN_BASE)
    [dealer] = dealers_of(place, 250)
    orders = [OrderFactory(place=place, created_at=timezone.now()) for _ in range(number)]
    for order in orders:
        advance(order_id=order.pk, now=timezone.now())

    with django_assert_num_queries(1):
        shown = rendered(
            "{% load_stage_timers orders %}"
            "{% for order in orders %}{% stage_timer order %}{% endfor %}",
            UserFactory.build(dealer=dealer),
            orders[0],
            orders=orders,
        )

    assert shown.count("выйдет из приоритетного этапа через") == number


def test_an_order_that_all_may_see_runs_no_timer(place):
    chain_of(RATING_THEN_BASE)
    dealers_of(place, 250)
    order = OrderFactory(place=place)
    advance(order_id=order.pk, now=minutes(6))

    assert stage_timers([order], now=minutes(6)) == {}


def test_a_timer_counts_to_the_next_stage(place):
    chain_of(RATING_THEN_BASE)
    dealers_of(place, 250)
    order = OrderFactory(place=place)
    advance(order_id=order.pk, now=NOW)

    timer = stage_timers([order], now=NOW + datetime.timedelta(seconds=48))[order.pk]

    assert timer.clock == "04:12"


@pytest.mark.parametrize(
    ("seconds", "clock"),
    [(0, "00:00"), (59, "00:59"), (252, "04:12"), (3600, "1:00:00"), (90_061, "25:01:01")],
)
def test_a_timer_reads_like_a_clock(seconds, clock):
    assert Timer(NOW, seconds).clock == clock


def test_a_timer_never_runs_below_zero():
    assert Timer.until(NOW, now=minutes(3)).seconds == 0
