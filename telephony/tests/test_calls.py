"""The button, the panel, the recordings: who may, how often, and what is shown."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dealers.limits import CALLS_OF_ORDER
from orders.services.accepting import give_up
from orders.services.errors import OrderNotFound
from orders.services.progress import mark_contacted
from telephony.folding import Heard
from telephony.models import Call, Listening, Recording, RecordingState
from telephony.services.events import hear
from telephony.services.recordings import expire_recordings
from telephony.services.requesting import CallRefused, request_call
from telephony.states import CallState, Fact, Leg, Outcome, Status
from tests.factories import AdministratorFactory, ManagerFactory, UserFactory, reason

pytestmark = pytest.mark.django_db


def ask(order, by, now=None):
    return request_call(order_id=order.pk, by=by, now=now or timezone.now())


def end(call):
    """The manager did not pick up."""
    told = [Heard(Fact.STATUS, Leg.MANAGER, Status.NO_ANSWER)]
    return hear(call_id=call.pk, events=told, now=timezone.now())


def connect(call):
    """The two talk."""
    told = [
        Heard(Fact.STATUS, Leg.MANAGER, Status.IN_PROGRESS),
        Heard(Fact.STATUS, Leg.CUSTOMER, Status.IN_PROGRESS),
        Heard(Fact.JOINED),
    ]
    return hear(call_id=call.pk, events=told, now=timezone.now(), sid="CA1")


class TestAsking:
    def test_writes_a_row_that_is_due(self, order, manager):
        now = timezone.now()
        call = ask(order, manager, now)
        assert (call.state, call.due_at, call.manager) == (CallState.WAITING, now, manager)

    def test_is_for_the_orders_dealer_alone(self, order):
        for stranger in (UserFactory(phone="+79160000009"), ManagerFactory()):
            with pytest.raises(OrderNotFound):
                ask(order, stranger)

    def test_needs_the_option_and_working_calls(self, order, manager, calls_settings):
        calls_settings.calls_enabled = False
        calls_settings.save()
        with pytest.raises(CallRefused, match="выключены"):
            ask(order, manager)

    def test_needs_a_phone_of_ones_own(self, order, manager):
        manager.phone = ""
        with pytest.raises(CallRefused, match="профиле"):
            ask(order, manager)

    def test_one_call_at_a_time(self, order, manager):
        ask(order, manager)
        with pytest.raises(CallRefused, match="уже идёт"):
            ask(order, manager)

    def test_five_a_day(self, order, manager):
        now = timezone.now()
        for _ in range(5):
            end(ask(order, manager, now))
        with pytest.raises(CallRefused, match="пять раз"):
            ask(order, manager, now)
        assert ask(order, manager, now + timedelta(days=1))

    def test_a_robot_that_only_waits_gives_way(self, order, manager):
        robot = Call.objects.create(
            order=order,
            kind="robot",
            dealer=order.dealer,
            cycle=order.cycle,
            due_at=timezone.now(),
            created_at=timezone.now(),
        )
        ask(order, manager)
        robot.refresh_from_db()
        assert robot.outcome == Outcome.WITHDRAWN


class TestCard:
    def card(self, client, user, order):
        client.force_login(user)
        return client.get(reverse("order_card", args=[order.pk])).content.decode()

    def test_offers_the_button_to_the_orders_dealer(self, client, order, manager):
        page = self.card(client, manager, order)
        assert reverse("order_call", args=[order.pk]) in page
        assert "Связались с покупателем" not in page

    def test_pressing_rings_and_leads_back(self, client, order, manager):
        client.force_login(manager)
        answer = client.post(reverse("order_call", args=[order.pk]))
        assert answer.url == reverse("order_card", args=[order.pk]) + "#calls"
        page = self.card(client, manager, order)
        assert "Анна Белова: звонок покупателю" in page
        assert 'hx-trigger="every 1s"' in page

    def test_without_a_phone_leads_to_the_profile(self, client, order, manager):
        manager.phone = ""
        manager.save()
        assert reverse("own_profile") in self.card(client, manager, order)

    def test_an_answer_to_the_robot_stands_there(self, client, order, manager):
        self.robot(order, "call_back")
        assert "Покупатель просит перезвонить." in self.card(client, manager, order)
        connect(ask(order, manager))
        page = self.card(client, manager, order)
        assert "Покупатель просит перезвонить." not in page
        assert "Ответ роботу" in page

    def test_an_answer_to_the_robot_stands_in_the_list(self, client, order, manager):
        self.robot(order, "call_back")
        client.force_login(manager)
        page = client.get(reverse("order_list"), {"tab": "mine"}).content.decode()
        assert "просит перезвонить" in page
        type(order).objects.filter(pk=order.pk).update(cycle=2)
        page = client.get(reverse("order_list"), {"tab": "mine"}).content.decode()
        assert "просит перезвонить" not in page

    def test_a_wish_to_be_called_back_stands_in_the_list_until_they_have_talked(
        self, client, order, manager, calls_settings
    ):
        # The order stays accepted after a call, so its row looks the same.
        calls_settings.processed_after_call = False
        calls_settings.save()
        self.robot(order, "call_back")
        client.force_login(manager)
        address = f"{reverse('order_list')}?tab=mine"
        assert "просит перезвонить" in client.get(address).content.decode()
        connect(ask(order, manager))
        order.refresh_from_db()
        assert order.status == "accepted"
        assert "просит перезвонить" not in client.get(address).content.decode()

    def robot(self, order, result):
        now = timezone.now()
        Call.objects.create(
            order=order,
            kind="robot",
            dealer=order.dealer,
            cycle=order.cycle,
            state="ended",
            outcome="connected",
            result=result,
            due_at=now,
            created_at=now,
            ended_at=now,
        )

    def test_contact_proven_leaves_the_step_where_the_setting_says_so(
        self, client, order, manager, calls_settings
    ):
        calls_settings.processed_after_call = False
        calls_settings.save()
        connect(ask(order, manager))
        assert "Связались с покупателем" in self.card(client, manager, order)
        mark_contacted(order_id=order.pk, by=manager, now=timezone.now())
        order.refresh_from_db()
        assert (order.status, order.contact_kind) == ("processed", "call")


class TestPolling:
    def look(self, client, user, order, known):
        client.force_login(user)
        return client.get(reverse("order_calls", args=[order.pk]), {"known": known})

    def token(self, client, user, order):
        page = self.look(client, user, order, "").content.decode()
        return re.search(r"known=([^\"]+)\"", page)[1]

    def test_says_nothing_while_nothing_has_changed(self, client, order, manager):
        call = ask(order, manager)
        token = self.token(client, manager, order)
        client.force_login(manager)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse("order_calls", args=[order.pk]), {"known": token})
        assert answer.status_code == 204
        assert len(queries) <= 3
        end(call)
        assert self.look(client, manager, order, token).status_code == 200

    def test_asks_for_the_whole_card_when_contact_is_proven(self, client, order, manager):
        call = ask(order, manager)
        token = self.token(client, manager, order)
        connect(call)
        page = self.look(client, manager, order, token).content.decode()
        assert "data-call-reload" in page

    def test_strangers_find_nothing(self, client, order):
        assert self.look(client, UserFactory(), order, "").status_code == 404
        client.logout()
        assert client.get(reverse("order_calls", args=[order.pk])).status_code == 403

    def test_the_number_of_queries_does_not_grow_with_calls(self, client, order, manager):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                self.look(client, manager, order, "")
            return len(captured)

        end(ask(order, manager))
        one = queries()
        for _ in range(3):
            call = end(ask(order, manager))
            recorded(call, sid=f"RE{call.pk}")
        assert queries() <= one + 1


def recorded(call, sid="RE1", state=RecordingState.STORED, **fields):
    recording = Recording(
        call=call,
        sid=sid,
        state=state,
        seconds=3,
        content_type="audio/wav",
        due_at=timezone.now(),
        created_at=fields.pop("created_at", timezone.now()),
    )
    recording.file.save(f"{sid}.wav", ContentFile(bytes(range(100))), save=False)
    recording.save()
    return recording


@pytest.fixture
def recording(order, manager):
    call = connect(ask(order, manager))
    return recorded(call)


class TestRecordings:
    def listen(self, client, user, recording, **headers):
        client.force_login(user)
        return client.get(reverse("recording", args=[recording.pk]), headers=headers)

    def test_the_manufacturer_and_the_orders_dealer_hear_it(self, client, recording, manager):
        for user in (manager, ManagerFactory(), AdministratorFactory()):
            answer = self.listen(client, user, recording)
            assert answer.status_code == 200
            assert answer.getvalue() == bytes(range(100))
            assert answer["Content-Type"] == "audio/wav"
            assert answer["X-Content-Type-Options"] == "nosniff"

    def test_others_find_nothing(self, client, recording, order, manager):
        assert self.listen(client, UserFactory(), recording).status_code == 404
        give_up(order_id=order.pk, by=manager, reason_id=reason("give_up").pk, now=timezone.now())
        assert self.listen(client, manager, recording).status_code == 404
        assert Listening.objects.count() == 0

    def test_each_listener_is_kept_once_an_hour(self, client, recording, manager):
        boss = ManagerFactory()
        for user in (manager, boss, boss):
            self.listen(client, user, recording).getvalue()
        assert set(Listening.objects.values_list("user", flat=True)) == {manager.pk, boss.pk}
        assert Listening.objects.count() == 2

    @pytest.mark.parametrize(
        ("asked", "status", "told", "content"),
        [
            ("bytes=0-9", 206, "bytes 0-9/100", range(10)),
            ("bytes=90-", 206, "bytes 90-99/100", range(90, 100)),
            ("bytes=-5", 206, "bytes 95-99/100", range(95, 100)),
            ("bytes=50-500", 206, "bytes 50-99/100", range(50, 100)),
            ("bytes=0-", 206, "bytes 0-99/100", range(100)),
            ("bytes=9-3", 206, "bytes 0-99/100", range(100)),
            ("bytes=-500", 206, "bytes 0-99/100", range(100)),
        ],
    )
    def test_seeks(self, client, recording, manager, asked, status, told, content):
        answer = self.listen(client, manager, recording, range=asked)
        assert (answer.status_code, answer["Content-Range"]) == (status, told)
        assert answer.getvalue() == bytes(content)
        assert int(answer["Content-Length"]) == len(content)

    def test_beyond_the_end_there_is_nothing(self, client, recording, manager):
        answer = self.listen(client, manager, recording, range="bytes=100-")
        assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */100")

    def test_odd_ranges_give_the_whole(self, client, recording, manager):
        for asked in ("bytes=0-1,5-9", "lines=1-2", "bytes=-", "bytes=a-b", "x" * 9000):
            answer = self.listen(client, manager, recording, range=asked)
            assert answer.getvalue() == bytes(range(100))

    def test_are_deleted_when_their_time_has_passed(self, client, recording, manager):
        now = timezone.now()
        storage, name = recording.file.storage, recording.file.name
        assert expire_recordings(now=now + timedelta(days=179)) == 0
        assert expire_recordings(now=now + timedelta(days=181)) == 1
        assert not storage.exists(name)
        assert self.listen(client, manager, recording).status_code == 404

    def test_stand_on_the_card(self, client, recording, order, manager):
        end(recording.call)
        client.force_login(manager)
        page = client.get(reverse("order_card", args=[order.pk])).content.decode()
        assert f'src="{reverse("recording", args=[recording.pk])}"' in page


def test_the_limit_is_counted_by_order(order):
    now = timezone.now()
    assert all(CALLS_OF_ORDER.hit(order.pk, now=now) for _ in range(5))
    assert not CALLS_OF_ORDER.hit(order.pk, now=now)
    assert CALLS_OF_ORDER.hit(order.pk + 1, now=now)
