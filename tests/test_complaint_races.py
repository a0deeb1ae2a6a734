"""Complaints when two people act at one moment."""

import uuid

import pytest
from django.utils import timezone

from dealers.models import Dealer, PointsEntry
from orders.complaints.filing import file_complaint
from orders.complaints.judging import close
from orders.complaints.locking import seen_of
from orders.complaints.terms import mark_overdue_complaints
from orders.models import Complaint, ComplaintEntry
from orders.services.errors import OrderError
from tests.factories import (
    NOW,
    ComplaintFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    reason,
)
from tests.test_order_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
TIMES = 4


@pytest.fixture
def answered():
    dealer = DealerFactory()
    return ComplaintFactory(
        order=OrderFactory(dealer=dealer, status="accepted", accepted_at=NOW),
        state="answered",
        owner=ManagerFactory(),
        answered_at=NOW,
    )


def test_a_form_sent_twice_at_once_is_one_complaint():
    order, category = OrderFactory(), reason("complaint", "customer")
    key = uuid.uuid4()

    def send():
        return file_complaint(
            order_id=order.pk,
            category_id=category.pk,
            text="Не привезли",
            form_key=key,
            now=timezone.now(),
        )

    ends = at_once([send] * TIMES)
    assert {one.pk for one in ends} == {Complaint.objects.get().pk}
    # Other forms at once are as many complaints: the key alone makes them one.

    def other():
        return file_complaint(
            order_id=order.pk,
            category_id=category.pk,
            text="Не привезли",
            form_key=uuid.uuid4(),
            now=timezone.now(),
        )

    at_once([other] * TIMES)
    assert Complaint.objects.count() == 1 + TIMES


def test_two_who_close_at_once_take_points_once(answered):
    seen = seen_of(answered)

    by = answered.owner

    def judge():
        return close(complaint_id=answered.pk, outcome="justified", seen=seen, by=by, now=NOW)

    ends = at_once([judge] * TIMES)
    assert sum(isinstance(end, OrderError) for end in ends) == TIMES - 1
    assert PointsEntry.objects.count() == 1
    assert Dealer.objects.get(pk=answered.dealer_id).points == -30


def test_two_ticks_tell_of_an_overdue_one_once():
    complaint = ComplaintFactory(created_at=NOW)
    ManagerFactory()
    late = timezone.now()
    counts = at_once([lambda: mark_overdue_complaints(now=late)] * TIMES)
    assert sum(counts) == 1
    assert ComplaintEntry.objects.filter(complaint=complaint, kind="overdue").count() == 1
