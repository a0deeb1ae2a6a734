"""The product's worker with Twilio's own SDK, against a fake of its API on this machine."""

from datetime import timedelta

import pytest
from django.utils import timezone

from telephony.folding import Heard
from telephony.models import Call, Recording, RecordingState
from telephony.providers import ProviderDown, provider
from telephony.services import placing
from telephony.services.events import hear
from telephony.services.placing import MAX_ATTEMPTS, claim, place_due
from telephony.services.polling import poll_due
from telephony.services.recordings import fetch_due, note_recording
from telephony.services.requesting import request_call
from telephony.services.robot import schedule_robot_calls
from telephony.states import CallState, Fact, Leg, Outcome, Status
from telephony.tests.conftest import CUSTOMER, MANAGER
from telephony.tests.fake_twilio import ACCOUNT, fake_twilio

pytestmark = pytest.mark.django_db
OURS = "+74951234567"


@pytest.fixture
def twilio(settings, monkeypatch):
    """The provider in use is Twilio, and its API is the fake."""
    with fake_twilio() as fake:
        settings.TELEPHONY_PROVIDER = "twilio"
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, "secret"
        settings.TWILIO_NUMBER, settings.TWILIO_API_URL = OURS, fake.url
        settings.PUBLIC_URL = "https://suz.example.ru"
        monkeypatch.setattr("telephony.providers.twilio.TIMEOUT", 1)
        yield fake


@pytest.fixture
def call(order, manager):
    return request_call(order_id=order.pk, by=manager, now=timezone.now())


class Clock:
    """Goes forward when told."""

    def __init__(self):
        self.moment = timezone.now() + timedelta(seconds=1)

    def __call__(self):
        return self.moment

    def forward(self, **units):
        self.moment += timedelta(**units)


@pytest.fixture
def clock():
    return Clock()


def fresh(call):
    return Call.objects.get(pk=call.pk)


def test_the_managers_phone_is_dialled_with_our_number_and_addresses(twilio, call, clock):
    assert place_due(clock=clock) == 1
    params = twilio.calls[0]["params"]
    assert (params["To"], params["From"]) == (MANAGER, OURS)
    assert params["Url"] == f"https://suz.example.ru/telephony/{call.uuid}/answer/"
    assert params["StatusCallback"].endswith(f"/telephony/{call.uuid}/status/manager/")
    assert params["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]
    assert "MachineDetection" not in params
    call = fresh(call)
    assert (call.state, call.sid) == (CallState.DIALLING, twilio.calls[0]["sid"])
    assert place_due(clock=clock) == 0


def test_the_robot_asks_whether_a_machine_answers(twilio, order, robot_settings, clock):
    assert schedule_robot_calls(now=clock()) == 1
    place_due(clock=clock)
    params = twilio.calls[0]["params"]
    assert (params["To"], params["MachineDetection"]) == (CUSTOMER, "Enable")


@pytest.mark.parametrize("fault", ["500", "429", "cut", "slow", "503"])
def test_whatever_the_line_does_a_call_goes_out_once(twilio, call, clock, fault):
    twilio.faults = [fault]
    assert place_due(clock=clock) == 0
    assert fresh(call).state == CallState.WAITING
    clock.forward(seconds=10)
    assert place_due(clock=clock) == 1
    assert len(twilio.calls) == 1
    assert fresh(call).sid == twilio.calls[0]["sid"]


def test_a_worker_killed_after_dialling_leaves_one_call(twilio, call, clock):
    claimed = claim(now=clock())
    dial, _wanted = placing._prepared(claimed, OURS, clock())
    provider().place(dial)
    # It is lost before it could record the answer: nobody may touch the call while its lease lives.
    assert place_due(clock=clock) == 0
    clock.forward(seconds=61)
    assert place_due(clock=clock) == 1
    assert len(twilio.calls) == 1
    assert fresh(call).sid == twilio.calls[0]["sid"]


def test_a_worker_killed_before_dialling_loses_no_call(twilio, call, clock):
    claim(now=clock())
    clock.forward(seconds=61)
    assert place_due(clock=clock) == 1
    assert len(twilio.calls) == 1


def test_while_the_provider_cannot_be_asked_nothing_is_dialled_again(twilio, call, clock):
    twilio.faults = ["cut", "500", "500"]
    place_due(clock=clock)
    for _ in range(2):
        clock.forward(seconds=61)
        assert place_due(clock=clock) == 0
    clock.forward(seconds=61)
    assert place_due(clock=clock) == 1
    assert len(twilio.calls) == 1


def test_an_earlier_call_to_the_same_phone_is_not_taken_for_it(twilio, call, clock):
    place_due(clock=clock)
    hear(
        call_id=call.pk,
        events=[Heard(Fact.STATUS, Leg.MANAGER, Status.BUSY)],
        now=clock(),
    )
    second = request_call(order_id=call.order_id, by=call.manager, now=clock())
    twilio.faults = ["500"]
    place_due(clock=clock)
    clock.forward(seconds=10)
    place_due(clock=clock)
    assert [one["sid"] for one in twilio.calls] == [fresh(call).sid, fresh(second).sid]


def test_a_refusal_ends_the_call_at_once(twilio, call, clock):
    twilio.faults = ["400"]
    place_due(clock=clock)
    call = fresh(call)
    assert (call.state, call.outcome) == (CallState.ENDED, Outcome.FAILED)
    assert MANAGER not in call.error
    assert not twilio.calls


def test_a_provider_that_stays_away_is_given_up(twilio, call, clock):
    twilio.faults = ["500"] * 20
    for _ in range(MAX_ATTEMPTS + 2):
        place_due(clock=clock)
        clock.forward(minutes=2)
    assert fresh(call).outcome == Outcome.FAILED


def test_a_callback_that_overtakes_the_answer_is_not_undone(twilio, call, clock):
    def ring(made):
        told = [Heard(Fact.STATUS, Leg.MANAGER, Status.RINGING)]
        hear(call_id=call.pk, events=told, now=clock(), sid=made["sid"])

    real = provider().place

    class Overtaken:
        caller = OURS

        def find(self, dial):
            return None

        def place(self, dial):
            sid = real(dial)
            ring({"sid": sid})
            return sid

    placing_provider = placing.provider
    placing.provider = Overtaken
    try:
        place_due(clock=clock)
    finally:
        placing.provider = placing_provider
    call = fresh(call)
    assert (call.state, call.sid) == (CallState.RINGING, twilio.calls[0]["sid"])


def test_lost_callbacks_are_asked_for(twilio, call, clock):
    place_due(clock=clock)
    twilio.calls[0]["status"] = "busy"
    assert poll_due(clock=clock) == 0
    clock.forward(seconds=30)
    assert poll_due(clock=clock) == 1
    call = fresh(call)
    assert (call.state, call.outcome, call.party) == (CallState.ENDED, Outcome.BUSY, Leg.MANAGER)


def test_the_second_phone_is_asked_about_too(twilio, call, clock):
    place_due(clock=clock)
    first = twilio.calls[0]
    first["status"] = "completed"
    twilio.calls.append(
        first | {"sid": "CA9", "parent_call_sid": first["sid"], "status": "no-answer"}
    )
    clock.forward(seconds=30)
    poll_due(clock=clock)
    assert (fresh(call).outcome, fresh(call).party) == (Outcome.NO_ANSWER, Leg.CUSTOMER)


def test_a_call_that_the_provider_does_not_know_has_failed(twilio, call, clock):
    place_due(clock=clock)
    twilio.calls.clear()
    clock.forward(seconds=30)
    poll_due(clock=clock)
    assert fresh(call).outcome == Outcome.FAILED


def test_a_provider_that_cannot_be_asked_changes_nothing(twilio, call, clock):
    place_due(clock=clock)
    twilio.faults = ["500"]
    clock.forward(seconds=30)
    poll_due(clock=clock)
    assert fresh(call).state == CallState.DIALLING


def test_a_recording_comes_here_once_and_is_deleted_there(twilio, call, clock):
    for _ in range(2):
        note_recording(call_id=call.pk, sid="RE1", seconds=7, now=clock())
    assert fetch_due(clock=clock) == 1
    recording = Recording.objects.get()
    assert (recording.state, recording.content_type) == (RecordingState.STORED, "audio/mpeg")
    with recording.file.open("rb") as file:
        assert file.read() == b"ID3sound"
    assert twilio.deleted == ["RE1"]
    assert fetch_due(clock=clock) == 0


def test_a_recording_that_cannot_be_had_now_is_tried_again(twilio, call, clock):
    note_recording(call_id=call.pk, sid="RE1", seconds=7, now=clock())
    twilio.faults = ["500"]
    fetch_due(clock=clock)
    assert Recording.objects.get().state == RecordingState.WAITING
    clock.forward(minutes=2)
    fetch_due(clock=clock)
    assert Recording.objects.get().state == RecordingState.STORED


def test_one_deleted_by_a_lost_worker_is_a_success(twilio, call, clock):
    note_recording(call_id=call.pk, sid="RE1", seconds=7, now=clock())
    twilio.deleted.append("RE1")
    fetch_due(clock=clock)
    assert Recording.objects.get().state == RecordingState.STORED


def test_a_recording_not_told_of_is_looked_for(twilio, call, clock):
    place_due(clock=clock)
    told = [
        Heard(Fact.STATUS, Leg.MANAGER, Status.COMPLETED),
        Heard(Fact.STATUS, Leg.CUSTOMER, Status.COMPLETED),
        Heard(Fact.JOINED),
    ]
    hear(call_id=call.pk, events=told, now=clock())
    twilio.recordings = [{"sid": "RE5", "status": "completed", "duration": "12"}]
    clock.forward(minutes=2)
    poll_due(clock=clock)
    assert (Recording.objects.get().sid, Recording.objects.get().seconds) == ("RE5", 12)
    assert fresh(call).poll_at is None


def test_nobodys_number_gets_into_errors(twilio, call, clock):
    dial, _wanted = placing._prepared(call, OURS, clock())
    twilio.faults = ["cut", "500", "429", "400"]
    for _ in range(3):
        with pytest.raises(ProviderDown) as caught:
            provider().place(dial)
        assert MANAGER[2:] not in str(caught.value)


@pytest.mark.parametrize(
    ("hour", "calls"), [(5, 0), (6, 1), (17, 1), (18, 0)], ids=["8", "9", "20", "21"]
)
def test_the_robot_sleeps_by_the_time_of_the_place(order, robot_settings, hour, calls):
    robot_settings.robot_from_hour, robot_settings.robot_to_hour = 9, 21
    robot_settings.save()
    night = timezone.now().replace(hour=hour, minute=0) + timedelta(days=1)
    # Moscow is three hours ahead.
    assert schedule_robot_calls(now=night) == calls


class TestAttempts:
    def missed(self, now):
        """One attempt that nobody answered."""
        assert schedule_robot_calls(now=now) == 1
        call = Call.objects.latest("pk")
        told = [Heard(Fact.STATUS, Leg.CUSTOMER, Status.NO_ANSWER)]
        return hear(call_id=call.pk, events=told, now=now)

    def test_are_limited_and_have_pauses(self, order, robot_settings):
        now = timezone.now()
        for number in range(1, 4):
            assert self.missed(now).number == number
            assert schedule_robot_calls(now=now + timedelta(minutes=29)) == 0
            now += timedelta(minutes=31)
        assert schedule_robot_calls(now=now) == 0

    def test_end_with_an_answer(self, order, robot_settings):
        now = timezone.now()
        schedule_robot_calls(now=now)
        told = [
            Heard(Fact.STATUS, Leg.CUSTOMER, Status.COMPLETED),
            Heard(Fact.PRESSED, Leg.CUSTOMER, step=1, digits="1"),
        ]
        hear(call_id=Call.objects.get().pk, events=told, now=now)
        assert schedule_robot_calls(now=now + timedelta(hours=2)) == 0


def test_the_robot_rings_nobody_who_did_not_agree(order, robot_settings):
    order.consents.filter(kind="calls").delete()
    assert schedule_robot_calls(now=timezone.now()) == 0


def test_the_robot_rings_nobody_whom_the_dealer_has_reached(order, robot_settings):
    type(order).objects.filter(pk=order.pk).update(contact_kind="by_hand")
    assert schedule_robot_calls(now=timezone.now()) == 0


def test_the_robot_rings_nobody_of_long_ago(order, robot_settings):
    assert schedule_robot_calls(now=timezone.now() + timedelta(days=4)) == 0


def test_switched_off_calls_ring_nobody(twilio, call, calls_settings, clock):
    calls_settings.calls_enabled = False
    calls_settings.save()
    place_due(clock=clock)
    assert fresh(call).outcome == Outcome.WITHDRAWN
    assert not twilio.calls
