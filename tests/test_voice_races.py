"""Races of customers' codes and messages, each with a control that shows that the test can fail."""

import uuid
from datetime import timedelta
from threading import Barrier

import pytest

from notifications.models import Message
from orders.models import Conversation, HistoryEntry, HistoryKind, OrderLookup
from orders.services.comments import add_comment
from orders.services.conversations import tell_of_unanswered, write_as_customer
from orders.services.lookups import MOST_TRIES, ask_for_code, send_codes, use_code
from orders.statuses import Status
from tests.factories import NOW, ManagerFactory, OrderFactory, UserFactory
from tests.test_order_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
MANY = 12
LATER = NOW + timedelta(hours=5)


@pytest.fixture
def order():
    manager = UserFactory()
    return OrderFactory(
        dealer=manager.dealer, manager=manager, status=Status.PROCESSED, accepted_at=NOW
    )


@pytest.fixture
def lookup(order):
    lookup = ask_for_code(number=order.pk, phone=str(order.phone), now=NOW)
    send_codes(now=NOW)
    return lookup


def code():
    return Message.objects.get(event="find_code").context["code"]


def test_a_code_opens_the_order_once(order, lookup):
    right = code()
    opened = at_once(
        [lambda: use_code(lookup_id=lookup.pk, code=right, now=NOW)] * (MOST_TRIES - 1)
    )
    assert [one for one in opened if one is not None] == [order]


def test_tries_at_once_are_not_free(lookup):
    wrong = f"{(int(code()) + 1) % 10**6:06d}"
    at_once([lambda: use_code(lookup_id=lookup.pk, code=wrong, now=NOW)] * MANY)
    assert OrderLookup.objects.get().tries == MOST_TRIES


def test_counting_by_hand_gives_some_away(lookup):
    """The control: looking first and counting afterwards lets more than five pass."""

    read = Barrier(MANY)

    def careless():
        found = OrderLookup.objects.get(pk=lookup.pk)
        read.wait()
        if found.tries >= MOST_TRIES:
            return False
        OrderLookup.objects.filter(pk=lookup.pk).update(tries=found.tries + 1)
        return True

    passed = at_once([careless] * MANY)
    assert passed.count(True) > MOST_TRIES


def test_a_code_is_sent_once(order):
    ask_for_code(number=order.pk, phone=str(order.phone), now=NOW)
    sent = at_once([lambda: send_codes(now=NOW)] * 6)
    assert sum(sent) == 1


def test_one_form_posted_many_times_writes_once(order):
    key = uuid.uuid4()
    at_once([lambda: write_as_customer(order_id=order.pk, text="Ау", key=key, now=NOW)] * MANY)
    assert HistoryEntry.objects.filter(kind=HistoryKind.COMMENT).count() == 1
    assert Message.objects.filter(event="message_from_customer").count() == 1


def test_two_forms_write_twice(order):
    """The control: only the key makes two messages one."""
    at_once(
        [lambda: write_as_customer(order_id=order.pk, text="Ау", key=uuid.uuid4(), now=NOW)] * MANY
    )
    assert HistoryEntry.objects.filter(kind=HistoryKind.COMMENT).count() == MANY


def test_many_ticks_tell_the_manufacturer_once(order):
    ManagerFactory()
    write_as_customer(order_id=order.pk, text="Ау", key=uuid.uuid4(), now=NOW)
    assert sum(at_once([lambda: tell_of_unanswered(now=LATER)] * 6)) == 1
    assert Message.objects.filter(event="message_unanswered").count() == 1


def test_an_answer_at_the_last_moment_comes_before_or_after_the_alarm(order):
    write_as_customer(order_id=order.pk, text="Ау", key=uuid.uuid4(), now=NOW)
    manager = order.manager
    at_once(
        [
            lambda: add_comment(
                order_id=order.pk, by=manager, text="Да", is_visible=True, now=LATER
            ),
            lambda: tell_of_unanswered(now=LATER),
        ]
    )
    assert Conversation.objects.get().unanswered_since is None
    assert not order.attention.filter(resolved_at__isnull=True).exists()
