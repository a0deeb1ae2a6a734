"""Messages are written with their event and taken back when they have lost their point."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from notifications.events import UnknownEvent
from notifications.models import Delivery, DeliveryState, Message
from notifications.outbox import enqueue, withdraw
from notifications.tests.conftest import NOW, draft, write
from tests.factories import UserFactory

LATER = NOW + datetime.timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_a_message_is_rolled_back_with_its_event():
    user = UserFactory()

    @transaction.atomic
    def fail_after_writing():
        assert len(enqueue([draft(user=user)], now=NOW)) == 1
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_writing()
    assert (Message.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_message_needs_the_transaction_of_its_event():
    user = UserFactory()
    assert not connection.in_atomic_block
    with pytest.raises(TransactionManagementError):
        enqueue([draft(user=user)], now=NOW)
    assert Message.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 50])
def test_any_number_of_drafts_takes_four_queries(count, django_assert_num_queries):
    """Settings and people's choices are read, messages and deliveries written."""
    users = UserFactory.create_batch(count)
    with django_assert_num_queries(4):
        messages = enqueue([draft(user=user) for user in users], now=NOW)
    assert [message.user for message in messages] == users
    assert set(Delivery.objects.values_list("address", flat=True)) == {u.email for u in users}


def test_no_drafts_take_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert enqueue([], now=NOW) == []


def test_a_customer_gets_a_mail_and_nothing_on_site(db):
    (message,) = write(draft("order_placed", "customer", email="roman@example.com"))
    delivery = message.deliveries.get()
    assert (message.user, message.on_site) == (None, False)
    assert (delivery.address, delivery.state) == ("roman@example.com", DeliveryState.PENDING)
    assert delivery.due_at == NOW


def test_without_an_address_there_is_nothing_to_send(db):
    (message,) = write(draft("order_placed", "customer"))
    assert not message.deliveries.exists()


@pytest.mark.parametrize(
    ("event", "audience"),
    [("no_such", "dealer"), ("order_placed", "dealer"), ("order_offered", "nobody")],
)
def test_what_nobody_wrote_a_text_for_is_refused(db, event, audience):
    with pytest.raises(UnknownEvent):
        write(draft(event, audience, email="x@example.com"))
    assert Message.objects.count() == 0


def test_a_context_keeps_known_keys_only(dealer_manager):
    (message,) = write(draft(user=dealer_manager, context={"phone": "+79001234567"}))
    message.refresh_from_db()
    assert "phone" not in message.context
    assert message.context["place"] == "Казань"


def test_a_dealer_is_not_told_who_the_customer_is(dealer_manager, manager):
    dealers, manufacturers = write(
        draft("order_cancelled", "dealer", user=dealer_manager),
        draft("order_cancelled", "manufacturer", user=manager),
    )
    assert "customer" not in dealers.context
    assert manufacturers.context["customer"] == "Роман Ильин"


def test_one_delivery_per_message_and_channel(dealer_manager):
    (message,) = write(draft(user=dealer_manager))
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(message=message, channel="email", address="x@x.ru", due_at=NOW)


def test_withdrawing_cancels_what_was_not_sent(db):
    mine, sent, kept, other_order, other_event = UserFactory.create_batch(5)
    messages = write(
        draft(user=mine),
        draft(user=sent),
        draft(user=kept),
        draft(user=other_order, subject_key="order:7"),
        draft("order_cancelled", user=other_event),
    )
    Delivery.objects.filter(message=messages[1]).update(state=DeliveryState.SENT, sent_at=NOW)
    count = withdraw(
        subject_key="order:1416", event="order_offered", now=LATER, except_user_ids=[kept.pk]
    )
    states = {d.message.user: d.state for d in Delivery.objects.select_related("message__user")}
    assert count == 2
    assert states == {
        mine: DeliveryState.CANCELLED,
        sent: DeliveryState.SENT,
        kept: DeliveryState.PENDING,
        other_order: DeliveryState.PENDING,
        other_event: DeliveryState.PENDING,
    }
    withdrawn = Message.objects.filter(withdrawn_at=LATER).values_list("user", flat=True)
    assert set(withdrawn) == {mine.pk, sent.pk}


def test_withdrawing_again_changes_nothing(dealer_manager):
    write(draft(user=dealer_manager))
    key = {"subject_key": "order:1416", "event": "order_offered"}
    assert withdraw(**key, now=NOW) == 1
    assert withdraw(**key, now=LATER) == 0
    assert Message.objects.get().withdrawn_at == NOW


def test_messages_to_customers_are_withdrawn_too(db):
    write(draft("order_placed", "customer", email="roman@example.com"))
    user = UserFactory()
    count = withdraw(
        subject_key="order:1416", event="order_placed", now=NOW, except_user_ids=[user.pk]
    )
    assert (count, Delivery.objects.get().state) == (1, DeliveryState.CANCELLED)
