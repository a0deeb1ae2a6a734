"""What is done about an open complaint, and by whom."""

from datetime import date, timedelta

import pytest

from notifications.models import Message
from orders.complaints import judging, working
from orders.complaints.locking import ComplaintMoved, ComplaintNotFound, seen_of
from orders.complaints.states import SIDES, TRANSITIONS, Side, State, Step
from orders.complaints.terms import mark_overdue_complaints
from orders.models import Complaint
from orders.services.errors import IllegalStep, OrderError
from tests.factories import NOW, ComplaintFactory, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db

LATE = NOW + timedelta(days=4)


def kinds(complaint):
    return [entry.kind for entry in complaint.entries.all()]


def test_taking_makes_one_the_owner(case, manager):
    complaint = case.take()
    assert (complaint.state, complaint.owner) == ("in_work", manager)
    assert kinds(complaint) == ["filed", "owner"]


def test_handing_over_tells_the_new_owner(taken, colleague):
    taken.act(working.give, owner_id=colleague.pk)
    assert taken.complaint.owner == colleague
    message = Message.objects.get(event="complaint_news")
    assert (message.user, message.context["choice"]) == (colleague, "given")


@pytest.mark.parametrize("who", ["dealer_manager", "inactive"])
def test_an_owner_is_of_the_manufacturer_and_works(case, who, dealer_manager, colleague):
    colleague.is_active = False
    colleague.save(update_fields=["is_active"])
    other = dealer_manager if who == "dealer_manager" else colleague
    with pytest.raises(OrderError):
        case.act(working.give, owner_id=other.pk)


def test_asked_the_dealer_is_told_and_waited_for(taken, dealer_manager):
    assert taken.ask("Звонил 8 905 123-45-67?").state == "waiting"
    message = Message.objects.get(event="complaint_asked")
    assert message.user == dealer_manager
    assert "905" not in message.context["said"]
    assert taken.complaint.entries.last().text == "Звонил 8 905 123-45-67?"


def test_a_statement_ends_the_waiting_and_tells_the_owner(taken, dealer_manager, colleague):
    taken.ask()
    working.give_statement(
        complaint_id=taken.complaint.pk, text="В пути", by=dealer_manager, now=NOW
    )
    taken.complaint.refresh_from_db()
    assert taken.complaint.state == "in_work"
    message = Message.objects.get(event="complaint_news")
    assert (message.user, message.context["said"]) == (taken.by, "В пути")


def test_a_dealer_may_state_before_it_is_asked(case, dealer_manager, manager, colleague):
    working.give_statement(
        complaint_id=case.complaint.pk, text="В пути", by=dealer_manager, now=NOW
    )
    case.complaint.refresh_from_db()
    assert case.complaint.state == "new"
    assert Message.objects.filter(event="complaint_news").count() == 2


def test_a_complaint_about_nobody_becomes_one_about_the_dealer_that_is_asked(taken, dealer_manager):
    Complaint.objects.update(dealer=None)
    assert taken.ask().dealer == dealer_manager.dealer


def test_without_a_dealer_nobody_can_be_asked(manager):
    complaint = ComplaintFactory(order=OrderFactory(), state="in_work", owner=manager)
    with pytest.raises(OrderError):
        working.ask_dealer(
            complaint_id=complaint.pk, text="?", seen=seen_of(complaint), by=manager, now=NOW
        )


def test_a_note_is_for_staff_and_tells_nobody(taken):
    before = Message.objects.count()
    taken.act(lambda seen, **rest: working.note(text="Звонил дважды", **rest))
    assert taken.complaint.entries.last().kind == "note"
    assert Message.objects.count() == before


def test_category_and_term_can_be_changed(taken):
    other = working.reason_of(taken.complaint.category_id + 1, "complaint")
    complaint = taken.act(working.change, category_id=other.pk, due_on=date(2026, 7, 1))
    assert (complaint.category, complaint.due_on) == (other, date(2026, 7, 1))
    assert [one["field"] for one in complaint.entries.last().data["changes"]] == [
        "category",
        "due_on",
    ]


def test_a_term_in_the_past_is_refused(taken):
    with pytest.raises(OrderError):
        taken.act(
            working.change,
            category_id=taken.complaint.category_id,
            due_on=date(2026, 6, 1),
        )


def test_whoever_comes_second_is_told_what_changed(taken, colleague):
    seen = seen_of(taken.complaint)
    taken.answer()
    with pytest.raises(ComplaintMoved) as moved:
        taken.answer("Другой ответ", by=colleague, seen=seen)
    assert moved.value.since == seen
    assert [entry.text for entry in taken.complaint.entries.filter(kind="answer")] == [
        "Привезут завтра."
    ]


def test_a_note_of_another_is_no_change(taken, colleague):
    seen = seen_of(taken.complaint)
    working.note(complaint_id=taken.complaint.pk, text="Знаю их", by=colleague, now=NOW)
    assert taken.answer(seen=seen).state == "answered"


@pytest.mark.parametrize("seen", ["", "x", "0", "-1", "9" * 30, "١"])
def test_a_form_that_saw_nothing_of_it_changes_nothing(taken, seen):
    with pytest.raises(ComplaintMoved):
        taken.answer(seen=seen)


DEEDS = {
    Step.TAKE: lambda one, by: working.give(owner_id=by.pk, seen=None, **one),
    Step.ASK: lambda one, by: working.ask_dealer(text="?", seen=None, **one),
    Step.ANSWER: lambda one, by: judging.answer(text="Да", seen=None, **one),
    Step.CLOSE: lambda one, by: judging.close(outcome="unjustified", seen=None, **one),
    Step.REOPEN: lambda one, by: judging.reopen(reason="Так", seen=None, **one),
    Step.STATE: lambda one, by: working.give_statement(text="Да", **one),
    Step.NOTE: lambda one, by: working.note(text="Да", **one),
}
END = {"closed_at": NOW, "answered_at": NOW, "outcome": "justified"}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", DEEDS)
def test_the_table_of_steps_says_what_can_be_done(
    state, step, order, manager, colleague, dealer_manager
):
    facts = {"owner": None if state == State.NEW else colleague}
    if state in (State.ANSWERED, State.CLOSED):
        facts["answered_at"] = NOW
    complaint = ComplaintFactory(
        order=order, state=state, **facts | (END if state == State.CLOSED else {})
    )
    by = dealer_manager if SIDES[step] == Side.DEALER else manager
    arguments = {"complaint_id": complaint.pk, "by": by, "now": NOW}
    target = TRANSITIONS.get((state, step))
    if target is None:
        with pytest.raises(IllegalStep):
            DEEDS[step](arguments, by)
    else:
        DEEDS[step](arguments, by)
    complaint.refresh_from_db()
    assert complaint.state == (target or state)


@pytest.mark.parametrize("step", DEEDS)
def test_the_other_side_and_strangers_do_nothing(step, file, manager, dealer_manager, rival):
    complaint = file()
    by = manager if SIDES[step] == Side.DEALER else dealer_manager
    for person in (by, rival, UserFactory(dealer=rival.dealer, is_active=False)):
        with pytest.raises(ComplaintNotFound):
            DEEDS[step]({"complaint_id": complaint.pk, "by": person, "now": NOW}, person)
    assert kinds(complaint) == ["filed"]


def test_an_overdue_one_is_marked_and_told_of_once(case, manager, colleague):
    assert mark_overdue_complaints(now=NOW + timedelta(days=3)) == 0
    assert mark_overdue_complaints(now=LATE) == 1
    assert mark_overdue_complaints(now=LATE) == 0
    case.complaint.refresh_from_db()
    assert case.complaint.is_overdue
    assert kinds(case.complaint) == ["filed", "overdue"]
    assert Message.objects.filter(event="complaint_overdue").count() == 2


def test_an_answered_one_is_not_overdue(answered):
    assert mark_overdue_complaints(now=LATE) == 0


def test_a_later_term_takes_the_mark_away(taken):
    mark_overdue_complaints(now=LATE)
    complaint = taken.act(
        working.change,
        category_id=taken.complaint.category_id,
        due_on=date(2026, 6, 30),
        now=LATE,
    )
    assert not complaint.is_overdue
    assert mark_overdue_complaints(now=NOW + timedelta(days=20)) == 1
