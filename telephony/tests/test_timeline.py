"""Calls stand in the order's time line, with their length and recordings, where they belong."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orders.models import HistoryEntry, HistoryKind
from orders.services.contact import note_call, prove_contact
from orders.timeline_pages import PAGE_SIZE
from telephony.models import Call, Recording, RecordingState
from telephony.states import CallKind, CallState, Outcome, Result
from tests.factories import AdministratorFactory, ManagerFactory, UserFactory

pytestmark = pytest.mark.django_db


def call_of(order, manager, **fields):
    now = timezone.now()
    values = {
        "kind": CallKind.BRIDGE,
        "manager": manager,
        "state": CallState.ENDED,
        "outcome": Outcome.CONNECTED,
        "joined_at": now - timedelta(seconds=125),
    }
    return Call.objects.create(
        order=order,
        dealer=order.dealer,
        cycle=order.cycle,
        due_at=now,
        created_at=now,
        ended_at=now,
        **values | fields,
    )


def told(call):
    return {
        "order_id": call.order_id,
        "dealer_id": call.dealer_id,
        "cycle": call.cycle,
        "call": call.pk,
        "now": timezone.now(),
    }


def recorded(call, **fields):
    recording = Recording(
        call=call,
        sid=f"RE{call.pk}",
        seconds=125,
        content_type="audio/wav",
        due_at=timezone.now(),
        created_at=timezone.now(),
        **{"state": RecordingState.STORED} | fields,
    )
    recording.file.save("talk.wav", ContentFile(b"RIFF"), save=True)
    return recording


@pytest.fixture
def talk(order, manager):
    """A conversation with a recording, told to the order as telephony does."""
    call = call_of(order, manager)
    prove_contact(**told(call), by=manager)
    recorded(call)
    return call


def line(client, user, order, query=""):
    """The time line's part of the card."""
    client.force_login(user)
    page = client.get(reverse("order_history", args=[order.pk]) + query)
    assert page.status_code == 200
    return page.content.decode()


def test_a_conversation_stands_with_its_length_and_its_recording(client, order, manager, talk):
    for user in (manager, ManagerFactory(), AdministratorFactory()):
        text = line(client, user, order)
        assert "звонок с сайта" in text
        assert manager.name in text
        assert "2:05" in text
        assert reverse("recording", args=[talk.recordings.get().pk]) in text


def test_a_recording_that_is_gone_says_so(client, order, manager, talk):
    Recording.objects.update(state=RecordingState.DELETED)
    text = line(client, manager, order)
    assert "Запись удалена" in text
    assert "<audio" not in text


def test_what_the_robot_heard_and_who_was_not_reached_stand_there_too(client, order, manager):
    robot = {"kind": CallKind.ROBOT, "manager": None}
    answered = call_of(order, **robot, result=Result.CONFIRMED)
    note_call(**told(answered), kind="robot_confirmed", by=None)
    missed = call_of(order, manager, outcome=Outcome.BUSY, party="customer", joined_at=None)
    note_call(**told(missed), kind="call_busy", by=manager)
    text = line(client, manager, order)
    assert "покупатель подтвердил заказ" in text
    assert "у покупателя занято" in text
    assert "<audio" not in text


def test_calls_alone_and_the_pages_of_the_time_line(client, order, manager, talk):
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            order=order,
            kind=HistoryKind.COMMENT,
            text=f"Слово {number}",
            actor=manager,
            dealer=order.dealer,
            created_at=timezone.now(),
        )
        for number in range(PAGE_SIZE)
    )
    assert "<audio" not in line(client, manager, order)
    assert "<audio" not in line(client, manager, order, "?show=changes")
    assert "<audio" in line(client, manager, order, "?show=talk&before=" + last_of(client))
    calls = line(client, manager, order, "?show=calls")
    assert "<audio" in calls
    assert "Слово" not in calls


def last_of(client):
    """The id that the page's link to what came earlier carries."""
    (order,) = {entry.order for entry in HistoryEntry.objects.select_related("order")}
    page = client.get(reverse("order_history", args=[order.pk]), {"show": "talk"})
    return str(page.context["timeline"].before)


def test_another_dealer_reads_nothing_of_it_even_when_the_order_is_its_own_now(
    client, order, manager, talk
):
    heir = UserFactory()
    order.dealer, order.manager = heir.dealer, heir
    order.save()
    text = line(client, heir, order)
    assert "<audio" not in text
    assert manager.name not in text
    client.force_login(manager)
    assert client.get(reverse("order_history", args=[order.pk])).status_code == 404


def test_it_costs_two_queries_however_many_calls_there_are(client, order, manager):
    def queries():
        client.force_login(manager)
        client.get(reverse("order_history", args=[order.pk]))
        with CaptureQueriesContext(connection) as captured:
            line(client, manager, order)
        return len(captured)

    none = queries()
    for number in (1, 30):
        for _ in range(number - order.calls.count()):
            call = call_of(order, manager)
            prove_contact(**told(call), by=manager)
            recorded(call)
        # The session of a login costs the same each time.
        assert queries() == none + 2
