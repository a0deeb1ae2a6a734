"""Who waits for whom in an order's correspondence, and who has read what."""

import uuid
from datetime import timedelta

import pytest

from notifications.models import Message
from notifications.rendering import render_mail, render_sms
from orders.models import Ask, Attention, AttentionReason, Conversation, HistoryEntry, HistoryKind
from orders.services.accepting import give_up, return_to_distribution
from orders.services.comments import add_comment, show_comment
from orders.services.conversations import (
    need_no_answer,
    seen_by_customer,
    seen_by_staff,
    settle_wish,
    tell_of_unanswered,
    write_as_customer,
)
from orders.services.errors import OrderError, OrderNotFound
from orders.services.progress import cancel, complete
from orders.statuses import Status
from tests.factories import NOW, OrderFactory, reason

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def order(city, dealer, dealer_manager):
    return OrderFactory(
        place=city,
        dealer=dealer,
        manager=dealer_manager,
        status=Status.DELIVERY,
        accepted_at=NOW - HOUR,
        email="roman@example.com",
    )


@pytest.fixture
def write(order):
    def write(text="Когда привезут?", *, now=NOW, **more):
        return write_as_customer(
            order_id=order.pk, text=text, now=now, **({"key": uuid.uuid4()} | more)
        )

    return write


@pytest.fixture
def answer(order, dealer_manager):
    def answer(text="Завтра", *, by=dealer_manager, is_visible=True, now=NOW):
        return add_comment(order_id=order.pk, by=by, text=text, is_visible=is_visible, now=now)

    return answer


def talk(order):
    return Conversation.objects.get(order=order)


def told(event, audience):
    return Message.objects.filter(event=event, audience=audience)


def test_a_message_waits_from_the_first_word_on(order, write):
    write(now=NOW)
    write("Ау?", now=NOW + HOUR)
    assert talk(order).unanswered_since == NOW
    assert talk(order).answer_due_at == NOW + 4 * HOUR


def test_the_time_to_answer_is_a_setting(order, write, system_settings):
    system_settings(answer_hours=1)
    write()
    assert talk(order).answer_due_at == NOW + HOUR


def test_a_visible_answer_ends_the_waiting_and_an_internal_one_does_not(order, write, answer):
    write()
    answer(is_visible=False)
    assert talk(order).unanswered_since == NOW
    answer()
    assert talk(order).unanswered_since is None
    assert talk(order).answer_due_at is None


def test_a_note_shown_to_the_customer_answers_as_well(order, write, answer, dealer_manager):
    write()
    note = answer(is_visible=False)
    show_comment(order_id=order.pk, entry_id=note.pk, is_visible=True, by=dealer_manager, now=NOW)
    assert talk(order).unanswered_since is None
    assert told("message_from_dealer", "customer").count() == 1


def test_staff_may_say_that_no_answer_is_needed(order, write, dealer_manager, other_manager):
    write("Спасибо")
    with pytest.raises(OrderNotFound):
        need_no_answer(order_id=order.pk, by=other_manager, now=NOW)
    need_no_answer(order_id=order.pk, by=dealer_manager, now=NOW)
    assert talk(order).unanswered_since is None


def test_the_manufacturer_is_told_once_of_each_streak(order, write, answer, manager):
    write()
    assert tell_of_unanswered(now=NOW + 4 * HOUR - timedelta(seconds=1)) == 0
    assert tell_of_unanswered(now=NOW + 4 * HOUR) == 1
    write("Ау?", now=NOW + 5 * HOUR)
    assert tell_of_unanswered(now=NOW + 20 * HOUR) == 0
    assert told("message_unanswered", "manufacturer").count() == 1
    answer(now=NOW + 20 * HOUR)
    write("А ещё вопрос", now=NOW + 21 * HOUR)
    assert tell_of_unanswered(now=NOW + 25 * HOUR) == 1
    assert told("message_unanswered", "manufacturer").count() == 2


def test_what_waits_too_long_is_on_the_attention_list_until_it_is_answered(order, write, answer):
    write()
    tell_of_unanswered(now=NOW + 4 * HOUR)
    listed = Attention.objects.filter(
        order=order, reason=AttentionReason.UNANSWERED, resolved_at__isnull=True
    )
    assert listed.exists()
    answer(now=NOW + 5 * HOUR)
    assert not listed.exists()


def test_an_answer_in_time_reaches_nobody_else(order, write, answer, manager):
    write()
    answer(now=NOW + HOUR)
    assert tell_of_unanswered(now=NOW + 10 * HOUR) == 0
    assert not Attention.objects.exists()


def test_a_form_sent_twice_writes_once(order, write):
    key = uuid.uuid4()
    assert write(key=key) == write(key=key)
    assert order.history.filter(kind=HistoryKind.COMMENT).count() == 1
    assert told("message_from_customer", "dealer").count() == 1


def test_an_empty_message_is_refused(order, write):
    with pytest.raises(OrderError):
        write("   ")
    assert not HistoryEntry.objects.filter(kind=HistoryKind.COMMENT).exists()


def test_a_deleted_order_takes_no_message(order, write):
    order.deleted_at = NOW
    order.save()
    with pytest.raises(OrderNotFound):
        write()


class TestWhoIsTold:
    def test_the_dealer_of_what_the_customer_writes(self, order, write, dealer_manager, manager):
        write()
        assert [one.user for one in told("message_from_customer", "dealer")] == [dealer_manager]
        assert not told("message_from_customer", "manufacturer").exists()

    def test_the_manufacturer_where_no_dealer_has_the_order(self, city, manager):
        new = OrderFactory(place=city)
        write_as_customer(order_id=new.pk, text="Ау", key=uuid.uuid4(), now=NOW)
        assert told("message_from_customer", "manufacturer").count() == 1

    def test_both_of_a_wish(self, write, manager):
        write("Отмените", asks=Ask.CANCEL)
        assert told("message_from_customer", "dealer").count() == 1
        assert told("message_from_customer", "manufacturer").count() == 1

    def test_the_customer_of_an_answer(self, order, answer, manager):
        answer()
        answer("И от нас", by=manager)
        assert told("message_from_dealer", "customer").count() == 1
        assert told("message_from_manufacturer", "customer").count() == 1

    def test_the_dealer_of_what_the_manufacturer_writes(self, answer, manager):
        answer("Перезвоните покупателю", by=manager, is_visible=False)
        answer("Здравствуйте", by=manager)
        assert told("message_from_manufacturer", "dealer").count() == 2

    def test_nobody_else_of_an_internal_word(self, answer, manager):
        answer("Сложный покупатель", is_visible=False)
        answer("Проверьте прайс", by=manager, is_visible=False)
        assert not Message.objects.filter(audience="customer").exists()

    def test_no_number_goes_into_a_mail(self, write):
        write("Мой второй номер 8 (916) 123-45-67, звоните")
        message = told("message_from_customer", "dealer").get()
        mail = render_mail(message)
        for text in (mail.subject, mail.text, mail.html, render_sms(message).text):
            assert "123-45-67" not in text
        assert "звоните" in mail.text

    def test_a_mail_shows_the_words_as_words(self, write):
        write("<script>alert(1)</script> {{ order }}")
        mail = render_mail(told("message_from_customer", "dealer").get())
        assert "<script>" not in mail.html
        assert "&lt;script&gt;" in mail.html
        assert "{{ order }}" in mail.text


class TestWishes:
    def test_a_wish_stands_until_it_is_settled(self, order, write, answer, dealer_manager):
        entry = write("Ещё две панели", asks=Ask.CHANGE)
        answer()
        assert (talk(order).asks, talk(order).asked) == (Ask.CHANGE, entry)
        settle_wish(order_id=order.pk, is_granted=True, by=dealer_manager, now=NOW)
        assert talk(order).asks == ""
        last = order.history.last()
        assert (last.kind, last.is_visible) == (HistoryKind.SETTLED, True)
        assert last.data == {"asks": "change", "granted": True}

    def test_what_is_done_about_it_is_an_answer(self, order, write, dealer_manager):
        write("Ещё две панели", asks=Ask.CHANGE)
        settle_wish(order_id=order.pk, is_granted=True, by=dealer_manager, now=NOW)
        assert talk(order).unanswered_since is None

    def test_but_not_to_what_was_written_since(self, order, write, dealer_manager):
        write("Ещё две панели", asks=Ask.CHANGE)
        write("И когда привезут?")
        settle_wish(order_id=order.pk, is_granted=True, by=dealer_manager, now=NOW)
        assert talk(order).unanswered_since == NOW

    def test_completing_the_order_answers_nothing(self, order, write, dealer_manager):
        write("Ещё две панели", asks=Ask.CHANGE)
        complete(order_id=order.pk, by=dealer_manager, now=NOW)
        assert talk(order).unanswered_since == NOW

    def test_none_can_be_settled_twice(self, order, write, dealer_manager):
        write(asks=Ask.CHANGE)
        settle_wish(order_id=order.pk, is_granted=False, by=dealer_manager, now=NOW)
        with pytest.raises(OrderError):
            settle_wish(order_id=order.pk, is_granted=True, by=dealer_manager, now=NOW)

    @pytest.mark.parametrize(("asks", "granted"), [(Ask.CANCEL, True), (Ask.CHANGE, False)])
    def test_cancelling_settles_it(self, order, write, dealer_manager, asks, granted):
        write(asks=asks)
        why = reason("cancel", "customer")
        cancel(order_id=order.pk, by=dealer_manager, reason_id=why.pk, now=NOW)
        assert talk(order).asks == ""
        assert order.history.get(kind=HistoryKind.SETTLED).data["granted"] is granted

    def test_completing_ends_it(self, order, write, dealer_manager):
        write(asks=Ask.CHANGE)
        complete(order_id=order.pk, by=dealer_manager, now=NOW)
        assert talk(order).asks == ""

    def test_a_closed_order_takes_none(self, order, write, dealer_manager):
        complete(order_id=order.pk, by=dealer_manager, now=NOW)
        with pytest.raises(OrderError):
            write("Верните деньги", asks=Ask.CANCEL)
        assert write("Верните деньги").text == "Верните деньги"

    def test_another_dealer_settles_none(self, order, write, other_manager):
        write(asks=Ask.CHANGE)
        with pytest.raises(OrderNotFound):
            settle_wish(order_id=order.pk, is_granted=True, by=other_manager, now=NOW)


class TestReadMarks:
    def test_each_side_has_its_own(self, order, write, answer, dealer_manager, manager):
        said = write()
        reply = answer()
        seen_by_staff(order=order, upto=said.pk, by=manager)
        assert (talk(order).dealer_saw, talk(order).manufacturer_saw) == (0, said.pk)
        seen_by_staff(order=order, upto=reply.pk, by=dealer_manager)
        seen_by_customer(order_id=order.pk, upto=reply.pk)
        assert (talk(order).dealer_saw, talk(order).customer_saw) == (said.pk, reply.pk)

    def test_they_never_go_back(self, order, write, answer):
        first, second = answer("Раз"), answer("Два")
        seen_by_customer(order_id=order.pk, upto=second.pk)
        seen_by_customer(order_id=order.pk, upto=first.pk)
        assert talk(order).customer_saw == second.pk

    def test_nobody_reads_what_is_not_written_or_not_shown(self, order, answer):
        shown = answer()
        answer("Внутри", is_visible=False)
        seen_by_customer(order_id=order.pk, upto=2**62)
        assert talk(order).customer_saw == shown.pk


class TestAnotherDealer:
    def test_what_the_dealer_owed_is_the_manufacturers(self, order, write, dealer_manager):
        write()
        why = reason("give_up", "dealer")
        give_up(order_id=order.pk, by=dealer_manager, reason_id=why.pk, now=NOW)
        assert talk(order).answer_due_at is None
        assert talk(order).unanswered_since == NOW
        assert Attention.objects.filter(reason=AttentionReason.UNANSWERED).exists()

    def test_the_next_dealer_has_read_nothing(self, order, write, dealer_manager, manager):
        seen_by_staff(order=order, upto=write().pk, by=dealer_manager)
        return_to_distribution(order_id=order.pk, by=manager, now=NOW)
        assert talk(order).dealer_saw == 0
