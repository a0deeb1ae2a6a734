"""Sending: leases, failures, giving up, doing it again by hand."""

import datetime
from itertools import pairwise

import pytest
from django.utils import timezone

from notifications import delivery as delivering
from notifications import tasks
from notifications.delivery import BACKOFF, MAX_ATTEMPTS, backoff, claim, drain
from notifications.models import Delivery, DeliveryState
from notifications.outbox import withdraw
from notifications.tests.conftest import NOW, draft, write, write_many
from notifications.transports import PermanentError
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LEASE = {"seconds": delivering.LEASE.total_seconds()}


@pytest.fixture
def row(dealer_manager):
    """A delivery that is due."""
    (message,) = write(draft(user=dealer_manager))
    return message.deliveries.get()


def test_what_is_due_is_sent_and_kept(row, transport, clock):
    assert drain(clock=clock) == 1
    row.refresh_from_db()
    assert transport.sent == [(row.address, row.sent_subject)]
    assert (row.state, row.sent_at, row.attempts) == (DeliveryState.SENT, NOW, 1)
    assert "Казань" in row.sent_text
    assert "<h1" in row.sent_html
    assert (row.lease_token, row.lease_until) == (None, None)
    assert drain(clock=clock) == 0


def test_what_waited_for_somebody_who_was_deactivated_is_cancelled_with_the_reason(
    row, dealer_manager, transport, clock
):
    other = write(draft(user=UserFactory()))[0].deliveries.get()
    dealer_manager.is_active = False
    dealer_manager.save(update_fields=["is_active"])
    assert drain(clock=clock) == 1
    assert [address for address, _subject in transport.sent] == [other.address]
    row.refresh_from_db()
    assert (row.state, row.lease_token, row.sent_at) == (DeliveryState.CANCELLED, None, None)
    assert row.error == "Доступ этого человека тем временем отключён."


def test_what_is_not_due_yet_waits(row, transport, clock):
    Delivery.objects.update(due_at=NOW + datetime.timedelta(seconds=1))
    assert drain(clock=clock) == 0
    clock.move(seconds=1)
    assert drain(clock=clock) == 1


def test_more_than_a_batch_goes_out_in_one_run(dealer_manager, transport, clock):
    write_many(dealer_manager, 7)
    assert drain(clock=clock, limit=3) == 7


def test_a_run_ends_with_its_budget_and_gives_the_rest_back(dealer_manager, transport, clock):
    write_many(dealer_manager, 3)
    transport.before = lambda delivery: clock.move(seconds=3)
    assert drain(clock=clock, budget=datetime.timedelta(seconds=5)) == 2
    left = Delivery.objects.get(state=DeliveryState.PENDING)
    assert (left.attempts, left.lease_token) == (0, None)
    assert drain(clock=clock) == 1


def test_nothing_is_begun_at_the_end_of_a_lease(dealer_manager, transport, clock):
    write_many(dealer_manager, 3)
    transport.before = lambda delivery: clock.move(minutes=4)
    assert drain(clock=clock, budget=datetime.timedelta(hours=1), limit=2) == 3
    assert list(Delivery.objects.values_list("attempts", flat=True)) == [1, 1, 1]


def test_a_lease_keeps_others_away_until_it_runs_out(row, clock):
    first = claim(now=clock())
    assert [d.pk for d in first.deliveries] == [row.pk]
    clock.move(seconds=LEASE["seconds"] - 1)
    assert claim(now=clock()).deliveries == []
    clock.move(seconds=1)
    second = claim(now=clock())
    assert [d.pk for d in second.deliveries] == [row.pk]
    assert second.token != first.token


def test_a_result_counts_only_under_the_own_lease(row, transport, clock):
    transport.fail = ConnectionError("late")

    def lose_lease(delivery):
        clock.move(**LEASE)
        claim(now=clock())

    transport.before = lose_lease
    drain(clock=clock)
    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == (DeliveryState.SENDING, "", 1)


class Lost(BaseException):
    """The worker's end, which nothing in it catches."""


def test_what_kills_its_worker_every_time_comes_to_an_end_alone(dealer_manager, transport, clock):
    """What was claimed with it and never begun has spent none of its attempts."""
    write_many(dealer_manager, 3)
    deadly = Delivery.objects.order_by("due_at", "id").first()

    def kill(delivery):
        if delivery.pk == deadly.pk:
            raise Lost

    transport.before = kill
    for _attempt in range(MAX_ATTEMPTS):
        with pytest.raises(Lost):
            drain(clock=clock)
        clock.move(**LEASE)
    assert drain(clock=clock) == 2
    deadly.refresh_from_db()
    assert (deadly.state, deadly.attempts) == (DeliveryState.DEAD, MAX_ATTEMPTS)
    assert deadly.error
    others = Delivery.objects.exclude(pk=deadly.pk)
    assert set(others.values_list("state", "attempts")) == {(DeliveryState.SENT, 1)}


def test_waits_grow_from_half_a_minute_to_half_a_day():
    assert BACKOFF[0] == datetime.timedelta(seconds=30)
    assert BACKOFF[-1] == datetime.timedelta(hours=12)
    assert all(longer > shorter for shorter, longer in pairwise(BACKOFF))
    exact = [backoff(attempts, jitter=lambda low, high: 1) for attempts in range(1, MAX_ATTEMPTS)]
    assert exact == list(BACKOFF)
    assert backoff(MAX_ATTEMPTS) is None


@pytest.mark.parametrize("attempts", range(1, MAX_ATTEMPTS))
def test_waits_are_scattered_by_a_fifth(attempts):
    waits = {backoff(attempts) / BACKOFF[attempts - 1] for _time in range(50)}
    assert len(waits) > 10
    assert min(waits) >= 0.8
    assert max(waits) <= 1.2


def test_a_failure_is_tried_again_later_and_at_last_given_up(row, transport, clock, caplog):
    transport.fail = ConnectionError("сервер не отвечает")
    for attempt in range(1, MAX_ATTEMPTS):
        drain(clock=clock)
        row.refresh_from_db()
        assert (row.state, row.attempts) == (DeliveryState.PENDING, attempt)
        assert row.error == "сервер не отвечает"
        wait = row.due_at - clock()
        assert 0.8 * BACKOFF[attempt - 1] <= wait <= 1.2 * BACKOFF[attempt - 1]
        clock.now = row.due_at
    drain(clock=clock)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.DEAD, MAX_ATTEMPTS)
    clock.move(days=30)
    transport.fail = None
    assert drain(clock=clock) == 0


def test_a_mail_that_recovers_keeps_no_error(row, transport, clock):
    transport.fail = ConnectionError("сервер не отвечает")
    drain(clock=clock)
    transport.fail = None
    clock.move(minutes=1)
    assert drain(clock=clock) == 1
    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == (DeliveryState.SENT, "", 2)


def test_a_permanent_error_is_final_at_once(row, transport, clock):
    transport.fail = PermanentError("550 нет такого ящика")
    drain(clock=clock)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (DeliveryState.DEAD, 1, "550 нет такого ящика")


def test_one_bad_mail_does_not_stop_the_others(dealer_manager, transport, clock):
    write_many(dealer_manager, 3)
    second = Delivery.objects.order_by("id")[1]
    second.message.context["total"] = "не число"
    second.message.save(update_fields=["context"])
    assert drain(clock=clock) == 2
    second.refresh_from_db()
    assert (second.state, bool(second.error)) == (DeliveryState.PENDING, True)


def test_a_long_error_with_zero_bytes_is_kept_short(row, transport, clock):
    transport.fail = ConnectionError("\x00" + "ы" * 2000)
    drain(clock=clock)
    row.refresh_from_db()
    assert row.error == "ы" * 500


def test_what_is_withdrawn_before_its_turn_is_not_sent(dealer_manager, transport, clock):
    first, second = write_many(dealer_manager, 2)

    def take(delivery):
        withdraw(subject_key=second.subject_key, event="order_offered", now=clock())

    transport.before = take
    assert drain(clock=clock) == 1
    assert second.deliveries.get().state == DeliveryState.CANCELLED
    assert first.deliveries.get().state == DeliveryState.SENT


def withdraw_now(clock):
    return lambda delivery: withdraw(subject_key="order:1416", event="order_offered", now=clock())


def test_what_was_withdrawn_while_it_went_out_counts_as_sent(row, transport, clock):
    transport.before = withdraw_now(clock)
    drain(clock=clock)
    row.refresh_from_db()
    assert row.state == DeliveryState.SENT


def test_what_was_withdrawn_while_it_failed_is_not_tried_again(row, transport, clock):
    transport.before = withdraw_now(clock)
    transport.fail = ConnectionError("сервер не отвечает")
    drain(clock=clock)
    row.refresh_from_db()
    assert row.state == DeliveryState.CANCELLED
    clock.move(days=1)
    assert claim(now=clock()).deliveries == []


def test_a_failed_mail_is_sent_again_by_hand(row, transport, clock, administrator):
    Delivery.objects.update(state=DeliveryState.DEAD, attempts=MAX_ATTEMPTS, error="550")
    delivering.retry(delivery_id=row.pk, by=administrator, now=clock())
    assert drain(clock=clock) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.SENT, 1)


@pytest.mark.parametrize(
    "state", ["pending", "sending", "sent", "delivered", "cancelled", "digested"]
)
def test_only_a_failed_mail_is_sent_again(row, clock, administrator, state):
    Delivery.objects.update(state=state)
    with pytest.raises(delivering.DeliveryRefused, match="Повторить"):
        delivering.retry(delivery_id=row.pk, by=administrator, now=clock())


def test_a_withdrawn_mail_is_not_sent_again(row, clock, administrator):
    withdraw(subject_key="order:1416", event="order_offered", now=NOW)
    Delivery.objects.update(state=DeliveryState.DEAD)
    with pytest.raises(delivering.DeliveryRefused):
        delivering.retry(delivery_id=row.pk, by=administrator, now=clock())


@pytest.mark.parametrize("state", ["pending", "dead"])
def test_a_waiting_or_failed_mail_can_be_cancelled(row, transport, clock, administrator, state):
    Delivery.objects.update(state=state)
    delivering.cancel(delivery_id=row.pk, by=administrator, now=clock())
    assert drain(clock=clock) == 0
    row.refresh_from_db()
    assert row.state == DeliveryState.CANCELLED


@pytest.mark.parametrize("state", ["sending", "sent", "cancelled"])
def test_a_mail_on_its_way_or_gone_cannot_be_cancelled(row, clock, administrator, state):
    Delivery.objects.update(state=state)
    with pytest.raises(delivering.DeliveryRefused, match="Отменить"):
        delivering.cancel(delivery_id=row.pk, by=administrator, now=clock())


def test_the_tick_sends_what_is_due(row, transport):
    Delivery.objects.update(due_at=timezone.now())
    tasks.tick()
    assert transport.sent == [(row.address, Delivery.objects.get().sent_subject)]
