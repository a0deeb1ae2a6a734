"""Whole calls through the simulator: real HTTP, signed callbacks, the product's own worker."""

import pytest
from django.utils import timezone

from notifications.models import Preferences
from notifications.selectors import bell_for
from orders.models import ContactKind, HistoryEntry, HistoryKind
from orders.phones import may_see_phone
from orders.services.contact import note_call, prove_contact
from orders.statuses import Status
from telephony.models import Call, CallEvent, Recording, RecordingState, SimPhone
from telephony.services.requesting import request_call
from telephony.states import CallState, Outcome, Result
from telephony.tests.conftest import CUSTOMER, MANAGER

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def contacts(order):
    """What the history keeps of calls, the newest first."""
    entries = HistoryEntry.objects.filter(order=order, kind=HistoryKind.CONTACTED)
    return [entry.data["kind"] for entry in entries.order_by("-id")]


@pytest.fixture
def call(order, manager, phones):
    """The manager has pressed the button, and the own phone rings."""
    call = request_call(order_id=order.pk, by=manager, now=timezone.now())
    phones.tick()
    return call


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


class TestBridge:
    def test_the_managers_phone_rings_first(self, call, phones):
        assert phones.phone(MANAGER).status == "ringing"
        assert phones.phone(CUSTOMER) is None
        assert fresh(call).state == CallState.RINGING

    def test_two_who_are_connected_open_the_phone(self, call, phones, order, manager):
        phones.act(MANAGER, "answer")
        assert phones.phone(CUSTOMER).status == "ringing"
        assert phones.phone(CUSTOMER).caller == phones.phone(MANAGER).caller
        assert fresh(call).state == CallState.CALLING
        assert not may_see_phone(manager, fresh(order))

        phones.act(CUSTOMER, "answer")
        assert fresh(call).state == CallState.CONNECTED
        order = fresh(order)
        assert (order.status, order.contact_kind) == (Status.PROCESSED, ContactKind.CALL)
        assert may_see_phone(manager, order)
        assert "записывается" in phones.words(CUSTOMER)[0]
        assert "записывается" in phones.words(MANAGER)[0]

        phones.act(CUSTOMER, "hang_up")
        call = fresh(call)
        assert (call.state, call.outcome) == (CallState.ENDED, Outcome.CONNECTED)
        assert phones.phone(MANAGER).status == "completed"
        assert contacts(order) == ["call"]

    @pytest.mark.parametrize(
        ("action", "outcome", "kind"),
        [
            ("reject", Outcome.BUSY, "call_busy"),
            ("no_answer", Outcome.NO_ANSWER, "call_no_answer"),
            ("machine", Outcome.MACHINE, "call_machine"),
        ],
    )
    def test_an_unreached_customer_proves_nothing(
        self, call, phones, order, manager, action, outcome, kind
    ):
        phones.act(MANAGER, "answer")
        phones.act(CUSTOMER, action)
        call, order = fresh(call), fresh(order)
        assert (call.state, call.outcome, call.party) == (CallState.ENDED, outcome, "customer")
        assert order.status == Status.ACCEPTED
        assert not may_see_phone(manager, order)
        assert contacts(order) == [kind]
        assert len(phones.words(MANAGER)) == 2

    def test_a_manager_who_hangs_up_first_proves_nothing(self, call, phones, order, manager):
        phones.act(MANAGER, "answer")
        phones.act(MANAGER, "hang_up")
        assert phones.phone(CUSTOMER).status == "canceled"
        call = fresh(call)
        assert (call.outcome, call.party) == (Outcome.HUNG_UP, "manager")
        assert not may_see_phone(manager, fresh(order))

    def test_a_manager_who_does_not_answer_rings_nobody(self, call, phones, order):
        phones.act(MANAGER, "reject")
        assert phones.phone(CUSTOMER) is None
        assert (fresh(call).outcome, fresh(call).party) == (Outcome.BUSY, "manager")
        assert contacts(order) == ["call_manager"]

    def test_the_recording_comes_here_and_leaves_the_provider(self, call, phones):
        phones.act(MANAGER, "answer")
        phones.act(CUSTOMER, "answer")
        phones.act(CUSTOMER, "hang_up")
        phones.tick()
        recording = Recording.objects.get()
        assert recording.state == RecordingState.STORED
        with recording.file.open("rb") as file:
            assert file.read(4) == b"RIFF"
        assert SimPhone.objects.get(number=MANAGER).recording == "gone"

    def test_a_setting_leaves_the_step_to_the_manager(
        self, call, phones, order, manager, calls_settings
    ):
        calls_settings.processed_after_call = False
        calls_settings.save()
        phones.act(MANAGER, "answer")
        phones.act(CUSTOMER, "answer")
        order = fresh(order)
        assert order.status == Status.ACCEPTED
        assert may_see_phone(manager, order)


@pytest.fixture
def robot(order, robot_settings, phones):
    phones.tick()
    return Call.objects.get()


class TestRobot:
    def test_tells_the_order(self, robot, phones, order):
        phones.act(CUSTOMER, "answer")
        told = " ".join(phones.words(CUSTOMER))
        for words in (f"номер {order.pk}", "Панель-Центр", "Анна Белова", "две штуки"):
            assert words in told
        assert "четыреста рублей" in told

    def test_one_confirms(self, robot, phones, order, manager):
        phones.act(CUSTOMER, "answer")
        phones.press(CUSTOMER, 1)
        robot = fresh(robot)
        assert (robot.state, robot.result) == (CallState.ENDED, Result.CONFIRMED)
        assert contacts(order) == ["robot_confirmed"]
        # The dealer has not talked to the customer by that.
        assert not may_see_phone(manager, fresh(order))

    def test_two_asks_to_be_called_back(self, robot, phones, order, manager):
        phones.act(CUSTOMER, "answer")
        phones.press(CUSTOMER, 2)
        assert fresh(robot).result == Result.CALL_BACK
        assert manager.messages.filter(event="call_back").count() == 1

    def test_who_asked_to_be_called_back_is_heard_at_once_whatever_the_hour(
        self, robot, phones, order, manager
    ):
        always = {"quiet_from": "00:00", "quiet_until": "23:59"}
        Preferences.objects.create(user=manager, choices={"call_back": {"site": False}}, **always)
        before = timezone.now()
        phones.act(CUSTOMER, "answer")
        phones.press(CUSTOMER, 2)
        message = manager.messages.get(event="call_back")
        assert message.on_site
        assert bell_for(manager).ringing(str(message.pk - 1)) == message
        assert message.deliveries.get().due_at <= timezone.now()
        assert message.created_at >= before

    def test_the_message_is_taken_back_when_they_have_talked(self, robot, phones, order, manager):
        phones.act(CUSTOMER, "answer")
        phones.press(CUSTOMER, 2)
        now = timezone.now()
        facts = {"order_id": order.pk, "dealer_id": order.dealer_id, "cycle": order.cycle}
        note_call(**facts, kind="call_busy", by=manager, now=now)
        assert manager.messages.get(event="call_back").withdrawn_at is None
        prove_contact(**facts, by=manager, now=now)
        assert manager.messages.get(event="call_back").withdrawn_at == now

    def test_three_and_one_cancels(self, robot, phones, order):
        phones.act(CUSTOMER, "answer")
        phones.press(CUSTOMER, 3)
        assert fresh(order).status == Status.ACCEPTED
        phones.press(CUSTOMER, 1)
        order = fresh(order)
        assert order.status == Status.CANCELLED
        assert order.cancel_reason.party == "customer"
        assert fresh(robot).result == Result.CANCELLED

    def test_wrong_keys_are_asked_again_and_then_let_go(self, robot, phones):
        phones.act(CUSTOMER, "answer")
        for key in ("9", "8", "7"):
            assert phones.phone(CUSTOMER).waits == "gather"
            phones.press(CUSTOMER, key)
        assert phones.phone(CUSTOMER).status == "completed"
        assert fresh(robot).result == Result.SILENT

    def test_a_machine_is_told_nothing(self, robot, phones, order):
        phones.act(CUSTOMER, "machine")
        assert phones.words(CUSTOMER) == []
        assert fresh(robot).outcome == Outcome.MACHINE
        assert contacts(order) == ["robot_missed"]

    def test_nothing_more_is_asked_of_who_has_answered(self, robot, phones):
        phones.act(CUSTOMER, "answer")
        phones.press(CUSTOMER, 1)
        phones.tick(3)
        assert Call.objects.count() == 1

    def test_events_told_twice_are_kept_once(self, robot, phones):
        phones.act(CUSTOMER, "answer")
        keys = list(CallEvent.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys))
