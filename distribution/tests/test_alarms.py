"""Orders that nobody takes: the attention list, and looking again."""

import pytest

from dealers.models import SystemSettings
from distribution.models import Plan, Stage
from distribution.services import run_tick
from distribution.strategies import FixRow, StageSpec, Strategy
from distribution.tests.worlds import (
    World,
    accept,
    base,
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
from orders.models import Attention, AttentionReason
from orders.services.attention import resolve_attention
from tests.factories import NOW, ManagerFactory

pytestmark = pytest.mark.django_db

NO_DEALER, ALL_DECLINED, UNCLAIMED = (
    AttentionReason.NO_DEALER,
    AttentionReason.ALL_DECLINED,
    AttentionReason.UNCLAIMED,
)


@pytest.fixture
def world():
    SystemSettings(pk=1, unclaimed_minutes=60).save()
    return World()


def on_list(order):
    return set(
        Attention.objects.filter(order=order, resolved_at__isnull=True).values_list(
            "reason", flat=True
        )
    )


def told():
    return list(
        Message.objects.filter(event="order_unclaimed")
        .order_by("id")
        .values_list("context__attention", flat=True)
    )


def test_an_order_that_nobody_can_have_is_on_the_list_at_once(world):
    ManagerFactory()
    world.dealer(whole_line=False)
    order = world.order()
    look(order)
    assert on_list(order) == {NO_DEALER}
    assert told() == [NO_DEALER]


def test_a_look_by_a_slow_clock_does_not_silence_the_alarm(world):
    """The order was placed by a server whose clock is two seconds ahead of the tick's."""
    order = world.order(minute=0.03)
    look(order)
    assert on_list(order) == set()
    assert run_tick(now=NOW + minutes(0.03)) == 1
    assert on_list(order) == {NO_DEALER}


def test_nobody_accepts_within_the_time_set(world):
    ManagerFactory()
    set_chain(rating(5, 100), base())
    world.dealer(points=100)
    world.dealer()
    order = world.order()
    look(order)
    # An hour after the last stage has opened, not after the order was placed.
    assert run_tick(now=NOW + minutes(64)) == 1
    assert on_list(order) == set()
    assert run_tick(now=NOW + minutes(65)) == 1
    assert on_list(order) == {UNCLAIMED}
    assert told() == [UNCLAIMED]
    assert len(seeing(order)) == 2


def test_an_alarm_rings_once(world):
    ManagerFactory()
    dealer, other = world.dealer(), world.dealer()
    order = world.order()
    look(order, 61)
    resolve_attention(order_id=order.pk, now=NOW + minutes(62))
    decline(order, dealer, 63)
    look(order, 64)
    assert on_list(order) == set()
    assert told() == [UNCLAIMED]
    assert seeing(order) == {other.pk}


def test_a_pinned_dealer_that_does_not_answer_is_an_alarm_too(world):
    pinned, other = world.dealer(), world.dealer()
    set_chain(StageSpec(Strategy.FIX, fix_rows=(FixRow(pinned.pk),)), base())
    order = world.order()
    look(order)
    assert run_tick(now=NOW + minutes(60)) == 1
    assert on_list(order) == {UNCLAIMED}
    assert seeing(order) == {pinned.pk}
    # It answers at last: the chain goes on, and the time starts anew with the last stage.
    decline(order, pinned, 90)
    look(order, 91)
    assert seeing(order) == {other.pk}
    assert Plan.objects.get().next_due_at == NOW + minutes(150)


def test_all_have_declined(world):
    ManagerFactory()
    set_chain(rating(5, 100), base(60))
    first, second = world.dealer(points=100), world.dealer()
    order = world.order()
    look(order)
    decline(order, first, 1)
    look(order, 2)
    assert on_list(order) == set()
    decline(order, second, 3)
    assert run_tick(now=NOW + minutes(3)) == 1
    assert on_list(order) == {ALL_DECLINED}
    assert told() == [ALL_DECLINED]


def test_the_only_dealer_gave_the_order_up(world):
    dealer = world.dealer()
    order = world.order()
    look(order)
    accept(order, dealer, 1)
    give_up(order, dealer, 2)
    look(order, 3)
    assert on_list(order) == {ALL_DECLINED}


def test_an_order_that_nobody_sees_is_looked_at_every_minute(world):
    dealer = world.dealer(is_authorised=False)
    order = world.order()
    look(order)
    type(dealer).objects.filter(pk=dealer.pk).update(is_authorised=True)
    assert run_tick(now=NOW + minutes(0.5)) == 0
    assert run_tick(now=NOW + minutes(1)) == 1
    assert seeing(order) == {dealer.pk}
    assert opened(order) == [("base", 1, 0, True), ("fallback", 1, 1, False)]
    # The cause has gone; from here the time to accept runs.
    assert on_list(order) == set()
    assert run_tick(now=NOW + minutes(61)) == 1
    assert on_list(order) == {UNCLAIMED}


def test_looking_again_in_vain_leaves_no_trace_and_does_not_ring_again(world):
    ManagerFactory()
    world.dealer(whole_line=False)
    order = world.order()
    look(order)
    resolve_attention(order_id=order.pk, now=NOW)
    for minute in range(1, 6):
        assert run_tick(now=NOW + minutes(minute)) == 1
    assert Stage.objects.count() == 1
    assert on_list(order) == set()
    assert told() == [NO_DEALER]


def test_without_base_an_order_that_nobody_sees_is_shown_to_all(world):
    set_chain(rating(5, 100))
    poor = world.dealer()
    order = world.order()
    look(order)
    assert seeing(order) == {poor.pk}
    assert opened(order) == [("rating", 1, 0, True), ("fallback", 1, 0, False)]


def test_without_base_and_dealers_the_decisions_are_kept_all_the_same(world):
    set_chain()
    world.dealer(whole_line=False)
    order = world.order()
    look(order)
    assert opened(order) == [("fallback", 1, 0, True)]
    assert on_list(order) == {NO_DEALER}


def test_a_database_without_any_chain_shows_orders_to_all(world):
    from distribution.models import ChainVersion

    ChainVersion.objects.all().delete()
    dealer = world.dealer()
    order = world.order()
    look(order)
    assert seeing(order) == {dealer.pk}
    assert opened(order) == [("base", 1, 0, False)]
