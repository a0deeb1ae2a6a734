"""Distribution on the database: what is offered, recorded, told and stopped."""

from decimal import Decimal

import pytest

from catalog.models import Service
from dealers.models import Outlet, SystemSettings
from distribution.models import Decision, Eligibility, Plan, PlanState, Stage
from distribution.services import advance_due, run_tick, start_plans
from distribution.strategies import FixRow, StageSpec, Strategy, Weights
from distribution.tests.worlds import (
    World,
    accept,
    base,
    codes,
    decline,
    give_up,
    look,
    minutes,
    opened,
    rating,
    seeing,
    set_chain,
)
from notifications.models import Message
from orders.models import (
    Assignment,
    DealerQuote,
    HistoryEntry,
    HistoryKind,
    Offer,
    Order,
    OrderLine,
)
from orders.services import accepting, progress
from orders.statuses import Status
from tests.factories import (
    NOW,
    AdministratorFactory,
    DealerProductFactory,
    DealerQuoteFactory,
    DealerServiceFactory,
    ManagerFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def test_an_order_reaches_every_dealer_of_its_place_without_anybodys_doing(world):
    here, elsewhere = world.dealer(), world.dealer(main_region=RegionFactory())
    order = world.order()
    assert run_tick(now=NOW) == 1
    assert seeing(order) == {here.pk}
    assert opened(order) == [("base", 1, 0, False)]
    assert not Decision.objects.filter(dealer=elsewhere).exists()


def test_the_case_points_first_then_everybody(world):
    set_chain(rating(5, 200), base(15))
    rich, poor = world.dealer(points=200), world.dealer(points=199)
    order = world.order()
    look(order)
    assert seeing(order) == {rich.pk}
    assert not look(order, 14)
    look(order, 15)
    assert seeing(order) == {rich.pk, poor.pk}
    assert codes(order) == {
        ("rating", rich.pk): "offered",
        ("rating", poor.pk): "too_few_points",
        ("base", rich.pk): "already_sees",
        ("base", poor.pk): "offered",
    }


def test_a_late_tick_opens_every_stage_at_its_own_time(world):
    set_chain(rating(5, 200), rating(5, 100), base())
    best, good = world.dealer(points=200), world.dealer(points=100)
    order = world.order()
    look(order, 60)
    assert opened(order) == [
        ("rating", 1, 0, False),
        ("rating", 1, 5, False),
        ("base", 1, 10, False),
    ]
    moments = dict(Offer.objects.filter(order=order).values_list("dealer_id", "opened_at"))
    assert moments == {best.pk: NOW, good.pk: NOW + minutes(5)}
    assert set(Stage.objects.values_list("processed_at", flat=True)) == {NOW + minutes(60)}


def test_an_order_keeps_the_chain_of_its_time(world):
    dealer, poor = world.dealer(points=100), world.dealer()
    set_chain(rating(30, 100), base())
    order = world.order()
    set_chain(base(), since=NOW + minutes(1))
    later = world.order(minute=2)
    look(order, 3)
    look(later, 3)
    assert seeing(order) == {dealer.pk}
    assert seeing(later) == {dealer.pk, poor.pk}


@pytest.mark.parametrize("is_active", [True, False])
def test_a_regions_chain_goes_before_the_default_while_it_is_in_use(world, is_active):
    dealer, _poor = world.dealer(points=100), world.dealer()
    set_chain(rating(30, 100), base(), region=world.region)
    if not is_active:
        set_chain(region=world.region, is_active=False, since=NOW - minutes(5))
    order = world.order()
    look(order)
    assert (seeing(order) == {dealer.pk}) is is_active


def test_quotas_points_and_stock_are_looked_at_when_a_stage_opens(world):
    set_chain(rating(5, 100), rating(5, 50), base())
    first, second = world.dealer(points=100), world.dealer(points=0)
    order = world.order()
    look(order)
    type(second).objects.filter(pk=second.pk).update(points=60)
    look(order, 5)
    assert seeing(order) == {first.pk, second.pk}


def test_every_dealer_considered_gets_a_decision_with_its_reason(world):
    able = world.dealer()
    inactive = world.dealer(is_active=False)
    no_orders = world.dealer(takes_site_orders=False)
    unauthorised = world.dealer(is_authorised=False)
    empty = world.dealer(whole_line=False)
    no_service = world.dealer()
    dear = world.dealer(own_prices=True)
    order = world.order(wants_delivery=True)
    line = order.lines.get()
    DealerProductFactory(dealer=dear, product=line.product, price=Decimal(201))
    for dealer in (able, dear, empty):
        DealerServiceFactory(dealer=dealer, service=Service.DELIVERY, price=0)
    look(order)
    assert codes(order) == {
        ("base", able.pk): "offered",
        ("base", inactive.pk): "inactive",
        ("base", no_orders.pk): "no_site_orders",
        ("base", unauthorised.pk): "not_authorised",
        ("base", empty.pk): "not_in_stock",
        ("base", no_service.pk): "no_service",
        ("base", dear.pk): "above_promise",
    }
    assert Decision.objects.get(dealer=empty).facts == {"products": [line.product_id]}
    assert set(Eligibility.objects.values_list("dealer_id", flat=True)) == {able.pk}


def test_a_dealer_serves_the_cities_of_its_region_and_additional_places(world):
    city_only = world.dealer(main_region=RegionFactory())
    city_only.additional_places.add(world.city)
    region_too = world.dealer(main_region=RegionFactory())
    region_too.additional_places.add(world.region)
    order = world.order()
    look(order)
    assert seeing(order) == {city_only.pk, region_too.pk}


def test_a_dealer_that_became_able_is_quoted_when_a_stage_opens(world):
    recorded, later = world.dealer(), world.dealer(own_prices=True)
    order = world.order()
    DealerQuoteFactory(order=order, dealer=recorded)
    DealerProductFactory(dealer=later, product=order.lines.get().product, price=Decimal(150))
    look(order)
    quote = DealerQuote.objects.get(order=order, dealer=later)
    assert (quote.prices, quote.total) == ([Decimal(150)], Decimal(300))
    message = Message.objects.get(user__dealer=later, event="order_offered")
    assert message.context["total"] == "300.00"
    assert DealerQuote.objects.filter(order=order).count() == 2


def test_a_recorded_quote_stands_even_where_the_dealers_price_has_risen(world):
    dealer = world.dealer(own_prices=True)
    order = world.order()
    DealerQuoteFactory(order=order, dealer=dealer)
    DealerProductFactory(dealer=dealer, product=order.lines.get().product, price=Decimal(900))
    look(order)
    assert seeing(order) == {dealer.pk}
    assert DealerQuote.objects.get().total == Decimal(400)


def test_each_offer_is_told_of_once(world):
    set_chain(rating(5, 100), base())
    first, second = world.dealer(points=100), world.dealer()
    order = world.order()
    for minute in (0, 1, 5, 5, 30):
        look(order, minute)
    told = Message.objects.filter(event="order_offered").values_list("user__dealer", flat=True)
    assert sorted(told) == [first.pk, second.pk]


def test_dealers_that_see_only_their_own_orders_are_not_told_of_offers(world):
    SystemSettings.objects.create(pk=1, dealers_see_only_own=True)
    set_chain(base())
    world.dealer()
    order = world.order()
    look(order, 0)
    assert Offer.objects.filter(order=order).exists()
    assert not Message.objects.filter(event="order_offered").exists()


def test_the_history_tells_of_stages_that_found_somebody(world):
    set_chain(rating(5, 100), base())
    world.dealer()
    world.dealer()
    order = world.order()
    look(order)
    entry = HistoryEntry.objects.get(order=order, kind=HistoryKind.DISTRIBUTED)
    assert entry.data == {"strategy": "base", "round": 1, "dealers": 2}
    assert not entry.is_visible


def test_all_declined_the_next_stage_opens_with_the_next_tick(world):
    set_chain(rating(30, 100), base(60))
    first, second = world.dealer(points=100), world.dealer()
    order = world.order()
    look(order)
    decline(order, first, 4)
    assert run_tick(now=NOW + minutes(4.01)) == 1
    assert seeing(order) == {second.pk}
    assert opened(order)[-1] == ("base", 1, 4, False)


def test_a_refusal_dated_before_the_last_look_but_saved_after_it_is_noticed(world):
    """The dealer's request read the clock, waited for the order, and was saved after a tick."""
    set_chain(rating(30, 100), base(60))
    first, second = world.dealer(points=100), world.dealer()
    order = world.order()
    look(order, 3)
    decline(order, first, 2)
    assert run_tick(now=NOW + minutes(4)) == 1
    assert seeing(order) == {second.pk}


def test_when_all_who_see_the_order_are_switched_off_the_next_stage_opens(world):
    set_chain(rating(30, 100), base(60))
    first, second = world.dealer(points=100), world.dealer()
    order = world.order()
    look(order)
    type(first).objects.filter(pk=first.pk).update(is_active=False)
    assert run_tick(now=NOW + minutes(1)) == 1
    assert seeing(order) - {first.pk} == {second.pk}
    assert run_tick(now=NOW + minutes(1)) == 0


def test_a_chosen_dealer_sees_the_order_alone_first(world):
    SystemSettings(pk=1, chosen_dealer_minutes=10).save()
    chosen, other = world.dealer(), world.dealer(points=900)
    order = world.order(chosen_dealer=chosen)
    look(order)
    assert seeing(order) == {chosen.pk}
    look(order, 10)
    assert seeing(order) == {chosen.pk, other.pk}


def test_a_chosen_dealer_that_may_not_have_the_order_is_skipped(world):
    chosen, other = world.dealer(whole_line=False), world.dealer()
    order = world.order(chosen_dealer=chosen)
    look(order)
    assert seeing(order) == {other.pk}
    assert opened(order) == [("chosen", 1, 0, True), ("base", 1, 0, False)]
    assert codes(order)["chosen", chosen.pk] == "not_in_stock"


def installer(world, **fields):
    dealer = world.dealer(**{"main_region": RegionFactory(), "whole_line": False} | fields)
    SystemSettings(pk=1, installation_dealer=dealer).save()
    return dealer


def test_an_installation_order_is_the_default_dealers_until_it_answers(world):
    default, other = installer(world), world.dealer()
    DealerServiceFactory(dealer=other, service=Service.INSTALLATION, price=0)
    order = world.order(wants_installation=True)
    look(order)
    look(order, 1000)
    assert seeing(order) == {default.pk}
    decline(order, default, 1001)
    look(order, 1002)
    assert seeing(order) == {other.pk}
    assert opened(order) == [("installation", 1, 0, False), ("base", 1, 1001, False)]


@pytest.mark.parametrize(("own_price", "total"), [(150, 300), (900, 400)])
def test_the_default_dealer_for_installation_never_charges_more_than_was_promised(
    world, own_price, total
):
    default = installer(world, own_prices=True)
    order = world.order(wants_installation=True)
    product = order.lines.get().product
    DealerProductFactory(dealer=default, product=product, in_stock=False, price=Decimal(own_price))
    look(order)
    assert accept(order, default, 1).total == Decimal(total)
    assert OrderLine.objects.get(order=order).total == Decimal(total)


def test_an_inactive_default_dealer_for_installation_is_passed_over(world):
    default, other = installer(world, is_active=False), world.dealer()
    DealerServiceFactory(dealer=other, service=Service.INSTALLATION, price=0)
    order = world.order(wants_installation=True)
    look(order)
    assert seeing(order) == {other.pk}
    assert codes(order)["installation", default.pk] == "inactive"


def test_an_order_without_installation_does_not_go_to_the_default_dealer(world):
    installer(world)
    other = world.dealer()
    order = world.order()
    look(order)
    assert seeing(order) == {other.pk}


def test_fix_shows_the_order_to_the_pinned_dealer_alone(world):
    pinned, _other = world.dealer(), world.dealer()
    category = world.order().lines.get().product.family.category
    order = world.order(lines__product__family__category=category)
    row = FixRow(pinned.pk, world.region.pk, category.pk)
    set_chain(StageSpec(Strategy.FIX, fix_rows=(row,)), base())
    look(order, 600)
    assert seeing(order) == {pinned.pk}
    decline(order, pinned, 700)
    look(order, 701)
    assert opened(order)[-1] == ("base", 1, 700, False)


def test_speed_counts_the_median_of_thirty_days(world):
    set_chain(StageSpec(Strategy.SPEED, window=5, max_minutes=10, min_orders=3), base())
    fast, slow, rare, past = (world.dealer() for _ in range(4))
    taken = {fast: (2, 9, 90), slow: (9, 11, 12), rare: (1, 1), past: (1, 1, 1)}
    for dealer, times in taken.items():
        offered_at = NOW - (minutes(60 * 24 * 31) if dealer is past else minutes(600))
        for time in times:
            Assignment.objects.create(
                order=world.order(status=Status.CANCELLED, closed_at=NOW),
                dealer=dealer,
                cycle=1,
                offered_at=offered_at,
                started_at=offered_at + minutes(time),
                ended_at=NOW,
                end=Assignment.End.COMPLETED,
            )
    order = world.order()
    look(order)
    assert seeing(order) == {fast.pk}
    decisions = {d.dealer_id: d for d in Decision.objects.filter(stage__plan__order=order)}
    assert decisions[fast.pk].facts["median_minutes"] == 9.0
    assert decisions[slow.pk].code == "too_slow"
    assert decisions[rare.pk].code == decisions[past.pk].code == "too_few_orders"


def test_best_goes_by_the_way_from_the_customers_pin(world):
    weights = Weights(distance=1, price=0, rating=0, speed=0)
    spec = StageSpec(Strategy.BEST, window=5, at_once=1, rounds=2, weights=weights)
    set_chain(spec, base())
    near, far, _nowhere = world.dealer(), world.dealer(), world.dealer()
    for dealer, latitude in ((far, 55.0), (near, 55.9), (near, 50.0)):
        Outlet.objects.create(
            dealer=dealer, city=world.city, address="ул. Мира", latitude=latitude, longitude=37.4
        )
    order = world.order(latitude=56.0, longitude=37.4)
    look(order)
    assert seeing(order) == {near.pk}
    assert Decision.objects.get(dealer=near).facts["distance_km"] == pytest.approx(11.1, abs=0.1)
    look(order, 5)
    assert seeing(order) == {near.pk, far.pk}
    assert opened(order) == [("best", 1, 0, False), ("best", 2, 5, False)]


def test_points_can_be_left_out_of_distribution(world):
    SystemSettings(pk=1, points_in_distribution=False).save()
    set_chain(rating(30, 100), base())
    rich, poor = world.dealer(points=500), world.dealer()
    order = world.order()
    look(order)
    assert seeing(order) == {rich.pk, poor.pk}
    assert codes(order)["rating", rich.pk] == "points_off"


def test_an_accepted_order_leaves_distribution(world):
    set_chain(rating(5, 100), base())
    first, _second = world.dealer(points=100), world.dealer()
    order = world.order()
    look(order)
    accept(order, first, 1)
    assert run_tick(now=NOW + minutes(60)) == 1
    plan = Plan.objects.get(order=order)
    assert (plan.state, plan.next_due_at) == (PlanState.STOPPED, None)
    assert Offer.objects.filter(order=order).count() == 1
    assert run_tick(now=NOW + minutes(60)) == 0


@pytest.mark.parametrize("how", ["cancel", "delete"])
def test_a_cancelled_or_deleted_order_leaves_distribution(world, how):
    set_chain(rating(5, 100), base())
    world.dealer(points=100)
    world.dealer()
    order = world.order()
    look(order)
    if how == "delete":
        progress.delete_order(order_id=order.pk, by=AdministratorFactory(), now=NOW)
    else:
        Order.objects.filter(pk=order.pk).update(status=Status.CANCELLED, closed_at=NOW)
    look(order, 60)
    assert Plan.objects.get(order=order).state == PlanState.STOPPED
    assert Offer.objects.filter(order=order).count() == 1


def test_an_order_given_up_starts_again_without_that_dealer(world):
    set_chain(rating(5, 100), base())
    first, second = world.dealer(points=100), world.dealer()
    order = world.order()
    look(order)
    accept(order, first, 1)
    give_up(order, first, 30)
    assert run_tick(now=NOW + minutes(31)) == 1
    assert seeing(order) == {second.pk}
    assert opened(order)[1:] == [("rating", 1, 30, True), ("base", 1, 30, False)]
    decision = Decision.objects.get(dealer=first, stage__plan__cycle=2, stage__strategy="base")
    assert decision.code == "given_up"
    assert list(Plan.objects.order_by("cycle").values_list("state", flat=True)) == [
        PlanState.STOPPED,
        PlanState.EXHAUSTED,
    ]


def test_distribution_started_again_by_hand_leaves_out_who_declined(world):
    first, second = world.dealer(), world.dealer()
    order = world.order()
    look(order)
    decline(order, first, 1)
    accepting.return_to_distribution(order_id=order.pk, by=ManagerFactory(), now=NOW + minutes(10))
    look(order, 11)
    assert seeing(order) == {second.pk}
    assert opened(order)[-1] == ("base", 1, 10, False)


def test_new_orders_start_oldest_first_up_to_the_limit(world):
    world.dealer()
    orders = [world.order() for _ in range(3)]
    assert start_plans(now=NOW, limit=2) == 2
    assert [bool(seeing(order)) for order in orders] == [True, True, False]
    assert advance_due(now=NOW) == 1


def test_one_bad_order_stops_no_other(world, caplog):
    dealer = world.dealer()
    bad, good = world.order(), world.order()
    version = set_chain()
    version.spec = [{"strategy": "magic"}]
    version.region = bad.region
    version.save()
    other = World()
    dealer.additional_places.add(other.region)
    good.place, good.region = other.city, other.region
    good.save()
    run_tick(now=NOW)
    assert seeing(good) == {dealer.pk}
    assert not seeing(bad)
    assert f"order {bad.pk} cannot be distributed" in caplog.text
