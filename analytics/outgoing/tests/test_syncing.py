"""Sending all orders since a day: once each, wherever it was interrupted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.leadsdb import syncing
from analytics.leadsdb.syncing import SyncRefused, advance_sync, progress_of, start_sync, stop_sync
from analytics.models import Dispatch, DispatchState, Endpoint, SyncRun, SyncState
from analytics.outgoing import delivery, lanes
from analytics.outgoing.sources import follow
from orders.models import HistoryEntry, HistoryKind, Order
from tests.factories import NOW, CityFactory, CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)


@pytest.fixture
def orders(leadsdb):
    city, customer = CityFactory(), CustomerFactory()
    return [
        OrderFactory(place=city, customer=customer, lines=0, created_at=NOW - timedelta(days=age))
        for age in (9, 5, 5, 2, 0)
    ]


def finish(clock):
    """Ticks until the run has ended."""
    for _number in range(20):
        advance_sync(now=clock())
        lanes.send_due(clock=clock)
        run = SyncRun.objects.latest("id")
        if run.state != SyncState.RUNNING:
            return run
    pytest.fail("the run does not end")


def numbers(server):
    return sorted(post.content["number"] for post in server.book.posts)


def test_everything_since_the_day_is_sent(leadsdb, server, clock, administrator, orders):
    start_sync(since=TODAY - timedelta(days=5), by=administrator, now=NOW)
    run = finish(clock)
    assert numbers(server) == [order.pk for order in orders[1:]]
    assert (run.state, run.total, run.queued) == (SyncState.FINISHED, 4, 4)


def test_it_goes_on_where_it_was_interrupted(
    leadsdb, server, clock, administrator, orders, monkeypatch
):
    monkeypatch.setattr(syncing, "BATCH", 2)
    start_sync(since=TODAY - timedelta(days=30), by=administrator, now=NOW)
    assert syncing._advance(NOW)
    # Killed: what it had claimed stays claimed.
    delivery.claim(leadsdb.pk, now=clock(), limit=1)
    clock.forward(minutes=10)
    finish(clock)
    assert numbers(server) == [order.pk for order in orders]


def test_the_outbox_holds_no_more_than_a_window(
    leadsdb, server, clock, administrator, orders, monkeypatch
):
    monkeypatch.setattr(syncing, "WINDOW", 2)
    start_sync(since=TODAY - timedelta(days=30), by=administrator, now=NOW)
    advance_sync(now=NOW)
    advance_sync(now=NOW)
    assert Dispatch.objects.count() == 2
    finish(clock)
    assert len(server.book.taken) == 5


def test_run_twice_the_server_has_each_order_once_by_key(
    leadsdb, server, clock, administrator, orders
):
    for _number in range(2):
        start_sync(since=TODAY - timedelta(days=30), by=administrator, now=NOW)
        finish(clock)
    assert set(server.book.attempts.values()) == {2}
    assert len(server.book.taken) == 5
    assert Dispatch.objects.count() == 5


def test_failures_are_counted_and_end_the_run_too(leadsdb, server, clock, administrator, orders):
    server.answer = lambda post: 422 if post.content["number"] == orders[0].pk else 200
    start_sync(since=TODAY - timedelta(days=30), by=administrator, now=NOW)
    progress = progress_of(finish(clock))
    assert (progress.done, progress.total, progress.failed) == (5, 5, 1)


def test_what_changes_meanwhile_goes_out_as_it_is(leadsdb, server, clock, administrator, orders):
    start_sync(since=TODAY - timedelta(days=30), by=administrator, now=NOW)
    advance_sync(now=NOW)
    Order.objects.filter(pk=orders[0].pk).update(customer_name="Иначе")
    HistoryEntry.objects.create(order=orders[0], kind=HistoryKind.DETAILS, created_at=NOW)
    follow(now=NOW)
    finish(clock)
    assert numbers(server) == [order.pk for order in orders]


def test_one_run_at_a_time_and_only_while_it_is_on(leadsdb, administrator, orders):
    start_sync(since=TODAY, by=administrator, now=NOW)
    with pytest.raises(SyncRefused):
        start_sync(since=TODAY, by=administrator, now=NOW)
    stop_sync(by=administrator, now=NOW)
    with pytest.raises(SyncRefused):
        stop_sync(by=administrator, now=NOW)
    with pytest.raises(SyncRefused):
        start_sync(since=TODAY + timedelta(days=1), by=administrator, now=NOW)
    Endpoint.objects.update(enabled_since=None)
    with pytest.raises(SyncRefused):
        start_sync(since=TODAY, by=administrator, now=NOW)


def test_stopped_nothing_more_goes_out(leadsdb, server, clock, administrator, orders):
    start_sync(since=TODAY - timedelta(days=30), by=administrator, now=NOW)
    advance_sync(now=NOW)
    stop_sync(by=administrator, now=NOW)
    advance_sync(now=NOW)
    lanes.send_due(clock=clock)
    assert server.book.posts == []
    assert set(Dispatch.objects.values_list("state", flat=True)) == {DispatchState.CANCELLED}


def test_switched_off_the_run_stops(leadsdb, administrator, orders):
    start_sync(since=TODAY, by=administrator, now=NOW)
    Endpoint.objects.update(enabled_since=None)
    advance_sync(now=NOW)
    assert SyncRun.objects.get().state == SyncState.STOPPED
