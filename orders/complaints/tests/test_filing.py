"""How a complaint comes to be, and who is told."""

import uuid
from datetime import date, timedelta

import pytest

from dealers.models import SystemSettings
from notifications.choices import ChannelLocked, save_modes
from notifications.models import Channel, Message, Mode, Preferences
from orders.complaints import filing
from orders.models import Complaint, Reason
from orders.services.errors import OrderError, OrderNotFound
from tests.factories import NOW, AdministratorFactory, OrderFactory, reason

pytestmark = pytest.mark.django_db


def told(event="complaint"):
    """(audience, user's name) of the messages of an event."""
    messages = Message.objects.filter(event=event).order_by("audience", "user__name")
    return [(one.audience, one.user.name if one.user else "") for one in messages]


def test_a_complaint_is_about_the_order_s_dealer_and_has_a_term(file, order, dealer, category):
    complaint = file()
    assert (complaint.order, complaint.dealer, complaint.region) == (order, dealer, order.region)
    assert (complaint.state, complaint.category, complaint.owner) == ("new", category, None)
    assert complaint.due_on == date(2026, 6, 18)
    (entry,) = complaint.entries.all()
    assert (entry.kind, entry.text, entry.by_customer) == ("filed", complaint.text, True)


def test_the_term_comes_from_the_settings(file):
    SystemSettings.objects.update_or_create(pk=1, defaults={"complaint_days": 10})
    assert file().due_on == date(2026, 6, 25)


def test_manufacturer_dealer_and_customer_are_told(file, manager, dealer_manager, rival):
    file()
    assert told() == [
        ("customer", ""),
        ("dealer", dealer_manager.name),
        ("manufacturer", manager.name),
    ]


def test_whoever_writes_it_down_is_not_told_of_it(file, manager, colleague, dealer_manager):
    complaint = file(by=manager)
    assert complaint.created_by == manager
    assert complaint.entries.get().actor == manager
    assert ("manufacturer", manager.name) not in told()
    assert ("manufacturer", colleague.name) in told()


def test_nobody_of_the_manufacturer_can_switch_it_off_on_site(file, manager, colleague):
    """Neither by what a person chooses nor by the settings; other channels are each one's own."""
    Preferences.objects.create(
        user=manager, choices={"complaint": {"site": False, "email": False, "sms": True}}
    )
    manager.phone = "+79050000001"
    manager.save(update_fields=["phone"])
    with pytest.raises(ChannelLocked):
        save_modes(
            modes={("complaint", "manufacturer", Channel.SITE): Mode.OFF},
            by=AdministratorFactory(),
            now=NOW,
        )
    file()
    message = Message.objects.get(event="complaint", user=manager)
    assert message.on_site
    assert [one.channel for one in message.deliveries.all()] == ["sms"]
    other = Message.objects.get(event="complaint", user=colleague)
    assert [one.channel for one in other.deliveries.all()] == ["email"]


def test_phones_in_the_text_reach_nobody_by_messages(file, dealer_manager, manager):
    file(text="Звоните: 8 (905) 123-45-67")
    for message in Message.objects.filter(event="complaint"):
        assert "123" not in message.context.get("said", "")
        assert "905" not in str(message.context)


def test_a_dealer_reads_nothing_of_the_customer_in_the_message(file, dealer_manager, order):
    file()
    context = Message.objects.get(event="complaint", user=dealer_manager).context
    assert "customer" not in context
    assert order.customer_name not in str(context)


def test_the_same_form_twice_is_one_complaint(file):
    key = uuid.uuid4()
    assert file(form_key=key) == file(form_key=key)
    assert Complaint.objects.count() == 1
    assert len(told()) == 2


def test_a_key_of_another_order_s_form_is_no_obstacle(file, order):
    key = uuid.uuid4()
    complaints = {file(form_key=key), file(form_key=key, order_id=OrderFactory().pk)}
    assert len(complaints) == 2


def test_the_same_words_twice_running_count_once(file, order):
    complaint = file()
    for text in ("И сегодня", "И сегодня", "И завтра"):
        filing.write_again(order_id=order.pk, complaint_id=complaint.pk, text=text, now=NOW)
    assert [one.text for one in complaint.entries.filter(kind="wrote")] == ["И сегодня", "И завтра"]


def test_an_order_without_a_dealer_can_be_complained_about(file, manager):
    order = OrderFactory()
    assert file(order_id=order.pk).dealer is None
    assert told() == [("customer", ""), ("manufacturer", manager.name)]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_without_words_there_is_no_complaint(file, text):
    with pytest.raises(OrderError):
        file(text=text)
    assert not Complaint.objects.exists()


def test_the_category_must_be_one_of_those_in_use(file, category):
    Reason.objects.filter(pk=category.pk).update(is_active=False)
    for pk in (category.pk, reason("cancel").pk, 0):
        with pytest.raises(OrderError):
            file(category_id=pk)


def test_a_deleted_order_and_a_missing_one_are_alike(file, order):
    order.deleted_at = NOW
    order.save(update_fields=["deleted_at"])
    for pk in (order.pk, order.pk + 1000):
        with pytest.raises(OrderNotFound):
            file(order_id=pk)


def test_a_dealer_writes_no_complaints(file, dealer_manager):
    with pytest.raises(OrderNotFound):
        file(by=dealer_manager)


def test_one_order_has_so_many_complaints_a_day(file):
    for _number in range(10):
        file()
    with pytest.raises(OrderError):
        file()
    file(now=NOW + timedelta(days=1))


def test_the_customer_adds_to_an_open_one(file, order, manager):
    complaint = file()
    filing.write_again(order_id=order.pk, complaint_id=complaint.pk, text="И сегодня", now=NOW)
    complaint.refresh_from_db()
    assert complaint.state == "new"
    assert complaint.entries.last().text == "И сегодня"
    assert told("complaint_news") == [("manufacturer", manager.name)]


def test_an_answered_one_that_the_customer_writes_to_is_open_again(answered, order, colleague):
    answered.close()
    later = NOW + timedelta(days=30)
    filing.write_again(
        order_id=order.pk, complaint_id=answered.complaint.pk, text="Не привезли", now=later
    )
    complaint = Complaint.objects.get()
    assert (complaint.state, complaint.outcome, complaint.closed_at) == ("in_work", "", None)
    assert complaint.due_on == date(2026, 7, 18)
    # Its owner alone is told.
    assert told("complaint_news") == [("manufacturer", answered.by.name)]


def test_another_order_s_complaint_is_not_written_to(file):
    complaint = file()
    with pytest.raises(OrderNotFound):
        filing.write_again(
            order_id=OrderFactory().pk, complaint_id=complaint.pk, text="Чужое", now=NOW
        )
