"""The worker is killed while it dials: no call is lost, none goes out twice."""

import threading
from collections import Counter

import pytest
from django.utils import timezone

from dealers.models import SystemSettings
from orders.services.accepting import accept_offer
from telephony.models import Call
from telephony.services.requesting import request_call
from telephony.states import CallState
from telephony.tests.fake_twilio import ACCOUNT, fake_twilio
from tests.factories import DealerFactory, OfferFactory, OrderFactory, UserFactory
from tests.faults.processes import eventually

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
KILLS = 12


class Gate:
    """Keeps a request of the worker waiting in the provider until the worker is dead."""

    def __init__(self):
        self.number = None
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, params):
        if params["To"] == self.number:
            self.number = None
            self.reached.set()
            self.opened.wait(30)

    def close(self, number):
        self.reached.clear()
        self.opened.clear()
        self.number = number


def ask_for_a_call(number):
    """An accepted order whose manager presses the button."""
    manager = UserFactory(phone=number, dealer=DealerFactory(site_calls=True))
    order = OrderFactory()
    OfferFactory(order=order, dealer=manager.dealer)
    accept_offer(order_id=order.pk, by=manager, now=timezone.now())
    return request_call(order_id=order.pk, by=manager, now=timezone.now())


def test_a_worker_killed_while_it_dials_doubles_and_loses_no_call(
    process_environment, broker, start
):
    settings = SystemSettings.load()
    settings.calls_enabled, settings.robot_enabled = True, False
    settings.save()
    numbers = [f"+7916{number:07}" for number in range(KILLS)]
    before, after = Gate(), Gate()
    with fake_twilio() as twilio:
        twilio.before, twilio.after = before, after
        variables = process_environment | {
            "REDIS_URL": broker.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": "secret",
            "TWILIO_NUMBER": "+74951234567",
            "TWILIO_API_URL": twilio.url,
        }
        worker = start.supervised("worker", variables)
        start.supervised("beat", variables)
        for index, number in enumerate(numbers):
            eventually(worker.child, "a worker runs")
            gate = (before, after)[index % 2]
            gate.close(number)
            ask_for_a_call(number)
            eventually(gate.reached.is_set, "the worker dials")
            worker.kill_child()
            gate.opened.set()
        # The killed workers' leases would run out by themselves after a minute.
        placing = Call.objects.filter(state=CallState.PLACING)
        assert placing.exists()
        eventually(lambda: len(twilio.calls) >= KILLS, "what was asked for is done")
        placing.update(lease_until=timezone.now())
        eventually(
            lambda: Call.objects.filter(state=CallState.DIALLING).count() == KILLS,
            "all calls are dialled",
        )
    assert Counter(call["to"] for call in twilio.calls) == Counter(numbers)
    made = {call["to"]: call["sid"] for call in twilio.calls}
    recorded = Call.objects.values_list("manager__phone", "sid")
    assert {str(number): sid for number, sid in recorded} == made
