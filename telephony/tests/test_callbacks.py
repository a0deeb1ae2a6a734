"""Callbacks: only the provider's are heard; late, doubled and early ones end in one state."""

import itertools
import random
import uuid
from urllib.parse import urljoin

import pytest
from django.utils import timezone
from twilio.request_validator import RequestValidator

from orders.models import HistoryEntry, HistoryKind
from telephony.addresses import callback
from telephony.models import Call, CallEvent, Recording
from telephony.providers import provider
from telephony.services.requesting import request_call
from telephony.signatures import SIGNATURE_HEADER, sign
from telephony.states import CallState, Outcome
from tests.factories import NOW

pytestmark = pytest.mark.django_db
NAMES = {
    "answer": (),
    "status": ("manager",),
    "notice": (),
    "joined": (9,),
    "dialled": (),
    "pressed": (1,),
    "recorded": (),
}
FACTS = {"CallSid": "CA1", "CallStatus": "in-progress", "Digits": "3", "RecordingSid": "RE1"}


@pytest.fixture
def call(order, manager):
    return request_call(order_id=order.pk, by=manager, now=timezone.now())


def path_of(address):
    return "/" + address.split("/", 3)[3]


def tell(client, address, params, **extra):
    """A callback as the provider signs it."""
    headers = sign(address, params, provider().auth_token) | extra
    return client.post(path_of(address), params, headers=headers)


def everything():
    return (
        list(Call.objects.values()),
        CallEvent.objects.count(),
        Recording.objects.count(),
        HistoryEntry.objects.count(),
    )


@pytest.mark.parametrize("name", NAMES)
class TestForged:
    def test_without_the_providers_signature_nothing_happens(self, client, call, name):
        address = callback(name, call.uuid, *NAMES[name])
        other = callback("answer", uuid.uuid4())
        token = provider().auth_token
        before = everything()
        forged = [
            {},
            {SIGNATURE_HEADER: ""},
            {SIGNATURE_HEADER: "junk"},
            {SIGNATURE_HEADER: "ю\u00ff".encode().decode("latin-1")},
            sign(other, FACTS, token),
            sign(address, FACTS | {"CallStatus": "completed"}, token),
            sign(address, FACTS, "another token"),
            sign(address, FACTS, ""),
        ]
        for headers in forged:
            answer = client.post(path_of(address), FACTS, headers=headers)
            assert answer.status_code == 403
        assert everything() == before

    def test_other_methods_do_not_exist(self, client, call, name):
        address = callback(name, call.uuid, *NAMES[name])
        headers = sign(address, {}, provider().auth_token)
        for method in ("get", "head", "put", "delete", "options"):
            answer = getattr(client, method)(path_of(address), headers=headers)
            assert answer.status_code == (200 if method == "options" else 405) or (
                answer.status_code == 405
            )

    def test_an_empty_token_lets_nobody_in(self, client, call, name, settings):
        settings.TELEPHONY_PROVIDER = "twilio"
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", ""
        address = callback(name, call.uuid, *NAMES[name])
        answer = client.post(path_of(address), FACTS, headers=sign(address, FACTS, ""))
        assert answer.status_code == 403

    def test_unreadable_bodies_are_refused(self, client, call, name):
        address = callback(name, call.uuid, *NAMES[name])
        headers = sign(address, {}, provider().auth_token)
        for body, kind in (
            (b"\xff\xfe=%zz&\x00", "application/x-www-form-urlencoded"),
            (b"--x\r\n", "multipart/form-data; boundary=y"),
            (b"x", "multipart/form-data"),
            (b"{", "application/json"),
            (b"&".join(b"a%d=1" % n for n in range(3000)), "application/x-www-form-urlencoded"),
        ):
            answer = client.post(
                path_of(address), body, content_type=kind, headers={SIGNATURE_HEADER: "x"}
            )
            assert answer.status_code in (400, 403)
        assert headers

    def test_a_call_nobody_made_is_not_there(self, client, call, name):
        before = everything()
        address = callback(name, uuid.uuid4(), *NAMES[name])
        assert tell(client, address, FACTS).status_code == 404
        assert everything() == before


def test_the_sdks_own_signer_is_believed(client, call):
    address = callback("status", call.uuid, "manager")
    signature = RequestValidator(provider().auth_token).compute_signature(address, FACTS)
    answer = client.post(path_of(address), FACTS, headers={SIGNATURE_HEADER: signature})
    assert answer.status_code == 204
    assert CallEvent.objects.get().status == "in-progress"


def test_the_signature_is_of_the_public_address(client, call, settings):
    settings.PUBLIC_URL = "https://suz.example.ru"
    address = callback("status", call.uuid, "manager")
    assert address.startswith("https://suz.example.ru/telephony/")
    assert tell(client, address, FACTS).status_code == 204
    inner = urljoin("http://testserver", path_of(address))
    headers = sign(inner, FACTS, provider().auth_token)
    assert client.post(path_of(address), FACTS, headers=headers).status_code == 403


# A whole call of two, each as (address, arguments, what is told).
STORY = (
    ("status", ("manager",), {"CallSid": "CA1", "CallStatus": "initiated"}),
    ("status", ("manager",), {"CallSid": "CA1", "CallStatus": "ringing"}),
    ("status", ("manager",), {"CallSid": "CA1", "CallStatus": "in-progress"}),
    ("status", ("customer",), {"CallStatus": "ringing", "ParentCallSid": "CA1"}),
    ("notice", (), {"CallStatus": "in-progress", "AnsweredBy": "human", "ParentCallSid": "CA1"}),
    ("joined", (1,), {"CallStatus": "in-progress", "AnsweredBy": "human"}),
    ("status", ("customer",), {"CallStatus": "completed", "ParentCallSid": "CA1"}),
    ("dialled", (), {"DialCallStatus": "completed", "DialBridged": "true", "CallSid": "CA1"}),
    ("recorded", (), {"RecordingSid": "RE1", "RecordingStatus": "completed", "CallSid": "CA1"}),
    ("status", ("manager",), {"CallSid": "CA1", "CallStatus": "completed"}),
)


@pytest.mark.parametrize("seed", range(12))
def test_any_order_and_repetition_ends_in_the_same_state(client, call, order, seed):
    chance = random.Random(seed)
    told = [*STORY, *chance.choices(STORY, k=6)]
    chance.shuffle(told)
    for name, arguments, params in told:
        assert tell(client, callback(name, call.uuid, *arguments), params).status_code in (200, 204)
    call.refresh_from_db()
    assert (call.state, call.outcome, call.sid) == (CallState.ENDED, Outcome.CONNECTED, "CA1")
    assert call.ended_at is not None
    order.refresh_from_db()
    assert (order.status, order.contact_kind) == ("processed", "call")
    contacts = HistoryEntry.objects.filter(order=order, kind=HistoryKind.CONTACTED)
    kinds = [entry.data["kind"] for entry in contacts]
    assert kinds.count("call") == 1
    assert Recording.objects.get().sid == "RE1"


def test_every_loss_of_one_callback_but_the_proof_ends_in_the_same_state(client, call, order):
    assert order
    for lost in itertools.chain(range(5), range(6, 7)):
        CallEvent.objects.all().delete()
        Call.objects.update(state="dialling", outcome="", party="", ended_at=None, joined_at=None)
        for number, (name, arguments, params) in enumerate(STORY):
            if number != lost:
                tell(client, callback(name, call.uuid, *arguments), params)
        call.refresh_from_db()
        assert (call.state, call.outcome) == (CallState.ENDED, Outcome.CONNECTED), lost


def test_what_a_machine_hears_ends_the_call(client, call, order):
    params = {"CallStatus": "in-progress", "AnsweredBy": "machine_start", "ParentCallSid": "CA1"}
    answer = tell(client, callback("notice", call.uuid), params)
    assert b"Hangup" in answer.content
    joined = tell(client, callback("joined", call.uuid, 1), {"CallStatus": "in-progress"})
    assert b"Hangup" in joined.content
    order.refresh_from_db()
    assert order.contact_kind == ""


def test_while_it_is_unknown_who_answered_the_two_wait_a_little(client, call, order):
    answers = [
        tell(client, callback("joined", call.uuid, turn), {"CallStatus": "in-progress"}).content
        for turn in range(1, 5)
    ]
    assert [b"Pause" in answer for answer in answers] == [True, True, True, False]
    order.refresh_from_db()
    assert order.contact_kind == "call"


def test_a_call_of_a_dealer_that_lost_the_order_proves_nothing(client, call, order):
    type(order).objects.filter(pk=order.pk).update(cycle=2)
    for name, arguments, params in STORY:
        tell(client, callback(name, call.uuid, *arguments), params)
    order.refresh_from_db()
    assert (order.status, order.contact_kind) == ("accepted", "")
    call.refresh_from_db()
    assert call.outcome == Outcome.CONNECTED


def test_a_manager_who_picks_up_after_the_order_has_gone_is_told_so(client, call, order):
    type(order).objects.filter(pk=order.pk).update(
        status="cancelled", closed_at=NOW, contact_kind=""
    )
    answer = tell(client, callback("answer", call.uuid), {"CallSid": "CA1"})
    assert b"Dial" not in answer.content
    assert b"+7" not in answer.content


def test_nonsense_that_is_signed_does_no_harm(client, call):
    for params in (
        {"CallStatus": "no such", "CallSid": "\x00" * 200, "AnsweredBy": "x" * 5000},
        {"CallStatus": "ringing\x00"},
        {"Digits": "99999", "RecordingDuration": "1e308", "RecordingSid": "x" * 500},
        {"DialCallStatus": "…", "DialBridged": "true\x00"},
    ):
        for name in ("answer", "status", "dialled", "recorded"):
            assert tell(client, callback(name, call.uuid, *NAMES[name]), params).status_code < 300
