"""The answer, the outcome, and what it costs the dealer."""

import pytest
from django.db import IntegrityError, transaction

from dealers.models import PointsEntry, SystemSettings
from notifications.models import Message
from orders.complaints.locking import ComplaintMoved, seen_of
from orders.models import Complaint
from orders.services.errors import IllegalStep, OrderError
from orders.services.progress import cancel, reopen
from tests.factories import NOW, AdministratorFactory, reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def points(dealer):
    """The dealer's balance, and that it is the sum of its ledger."""

    def points():
        dealer.refresh_from_db()
        amounts = PointsEntry.objects.filter(dealer=dealer).values_list("amount", flat=True)
        assert sum(amounts) == dealer.points
        return dealer.points

    return points


def test_the_answer_reaches_the_customer(taken, order):
    assert taken.answer("Звоните: 8 800 100-20-30").state == "answered"
    message = Message.objects.get(event="complaint_answered")
    # The manufacturer's own number is for the customer to read.
    assert message.context["said"] == "Звоните: 8 800 100-20-30"
    assert message.url.endswith("#complaint")
    assert [one.address for one in message.deliveries.all()] == [order.email]


def test_nothing_closes_without_an_answer(taken):
    with pytest.raises(IllegalStep):
        taken.close()
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.update(state="closed", closed_at=NOW, outcome="justified")


def test_a_justified_one_costs_points(answered, points, dealer_manager):
    complaint = answered.close()
    assert (complaint.state, complaint.outcome, points()) == ("closed", "justified", -30)
    entry = PointsEntry.objects.get()
    assert (entry.kind, entry.created_by) == ("complaint", answered.by)
    assert entry.reason == f"обоснованная жалоба № {complaint.pk}, заказ № {complaint.order_id}"
    assert complaint.entries.last().data == {"outcome": "justified", "points": -30}
    message = Message.objects.get(event="complaint_closed")
    assert (message.user, message.context["choice"]) == (dealer_manager, "justified")


def test_an_unjustified_one_costs_nothing(answered, points):
    answered.close("unjustified")
    assert points() == 0
    assert not PointsEntry.objects.exists()


def test_how_many_comes_from_the_settings(answered, points):
    SystemSettings.objects.update_or_create(pk=1, defaults={"points_complaint": 7})
    answered.close()
    assert points() == -7


def test_none_where_the_settings_say_so(answered, points):
    SystemSettings.objects.update_or_create(pk=1, defaults={"points_complaint": 0})
    assert answered.close().points == 0
    assert points() == 0


def test_answering_with_an_outcome_closes_at_once(taken, points):
    complaint = taken.answer(outcome="justified")
    assert (complaint.state, points()) == ("closed", -30)


def test_points_are_taken_once(answered, points):
    answered.close()
    answered.close()
    assert points() == -30
    assert PointsEntry.objects.count() == 1


def test_another_outcome_gives_them_back_and_takes_them_again(answered, points):
    answered.close()
    answered.close("unjustified")
    assert points() == 0
    answered.close()
    assert points() == -30
    assert PointsEntry.objects.count() == 3


def test_opened_again_it_costs_nothing_until_it_is_closed(answered, points):
    answered.close()
    complaint = answered.reopen()
    assert (complaint.state, complaint.outcome, points()) == ("in_work", "", 0)
    answered.answer(outcome="justified")
    assert points() == -30


def test_what_was_taken_is_given_back_whatever_the_settings_say_since(answered, points):
    answered.close()
    SystemSettings.objects.update_or_create(pk=1, defaults={"points_complaint": 500})
    answered.reopen()
    assert points() == 0


def test_an_order_that_is_opened_again_keeps_what_its_complaint_cost(answered, points, order):
    """Points of the order are reversed, those of the complaint have their own ground."""
    administrator = AdministratorFactory()
    cancel(order_id=order.pk, by=administrator, reason_id=reason("cancel").pk, now=NOW)
    answered.close()
    assert points() == -80
    reopen(order_id=order.pk, by=administrator, reason="Так надо", now=NOW)
    assert points() == -30


def test_an_unknown_outcome_changes_nothing(answered, points):
    for outcome in ("", "other"):
        with pytest.raises(OrderError):
            answered.close(outcome)
    assert points() == 0


def test_two_outcomes_at_once_are_one(answered, points, colleague):
    seen = seen_of(answered.complaint)
    answered.close(seen=seen)
    with pytest.raises(ComplaintMoved):
        answered.close("unjustified", by=colleague, seen=seen)
    assert points() == -30


def test_a_reason_to_open_it_again_is_wanted(answered):
    with pytest.raises(OrderError):
        answered.reopen(" ")
