"""Two who press at once, two workers that dial at once, one callback that comes twice at once."""

import threading

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from orders.models import HistoryEntry, HistoryKind
from telephony.folding import Heard
from telephony.models import Call
from telephony.services import robot
from telephony.services.events import hear
from telephony.services.placing import claim
from telephony.services.requesting import CallRefused, request_call
from telephony.states import Fact, Leg, Status

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
THREADS = 6


def at_once(action):
    """Run the action in several threads; returns what each gave or raised."""
    results, barrier = [], threading.Barrier(THREADS)

    def run():
        barrier.wait()
        try:
            results.append(action())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_who_press_one_calls(order, manager):
    results = at_once(lambda: request_call(order_id=order.pk, by=manager, now=timezone.now()))
    assert sum(isinstance(one, Call) for one in results) == 1
    assert sum(isinstance(one, CallRefused) for one in results) == THREADS - 1
    assert Call.objects.count() == 1


def test_without_the_services_lock_the_constraint_would_have_to_stop_them(order, manager):
    """The negative control: the race is real."""
    now = timezone.now()
    barrier = threading.Barrier(THREADS)

    def unguarded():
        assert not order.calls.filter(ended_at=None).exists()
        barrier.wait()
        return Call.objects.create(
            order=order,
            kind="bridge",
            dealer=manager.dealer,
            manager=manager,
            cycle=1,
            due_at=now,
            created_at=now,
        )

    results = at_once(unguarded)
    assert sum(isinstance(one, IntegrityError) for one in results) == THREADS - 1


def test_one_worker_dials(order, manager):
    request_call(order_id=order.pk, by=manager, now=timezone.now())
    now = timezone.now()
    claimed = at_once(lambda: claim(now=now))
    assert [one for one in claimed if one is not None] == [Call.objects.get()]


def test_ticks_at_once_schedule_one_call_of_the_robot(order, robot_settings):
    now = timezone.now()
    results = at_once(lambda: robot.schedule_robot_calls(now=now))
    assert sum(results) == 1
    assert Call.objects.count() == 1


def test_the_same_news_at_once_proves_contact_once(order, manager):
    call = request_call(order_id=order.pk, by=manager, now=timezone.now())
    news = [
        Heard(Fact.STATUS, Leg.MANAGER, Status.IN_PROGRESS),
        Heard(Fact.STATUS, Leg.CUSTOMER, Status.IN_PROGRESS),
        Heard(Fact.JOINED),
    ]
    results = at_once(lambda: hear(call_id=call.pk, events=news, now=timezone.now()))
    assert all(isinstance(one, Call) for one in results)
    contacts = HistoryEntry.objects.filter(order=order, kind=HistoryKind.CONTACTED)
    assert contacts.count() == 1
