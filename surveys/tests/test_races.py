"""Two at once on real PostgreSQL, with controls that prove that the tests can fail."""

import threading

import pytest
from django.db import IntegrityError, transaction

from dealers.models import PointsEntry
from notifications.models import Message
from orders.models import Order
from surveys.answers import Given
from surveys.models import Invitation
from surveys.services import answering, sending
from surveys.services.answering import submit_survey
from surveys.services.errors import AlreadyAnswered
from surveys.services.sending import invite_closed
from tests.factories import NOW
from tests.test_order_races import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PATIENCE = 20


def submit(survey, rating, stars=5):
    return submit_survey(survey_id=survey.pk, answers={rating.pk: Given(number=stars)}, now=NOW)


def test_a_survey_sent_off_in_parallel_counts_once(survey, rating, dealer):
    results = at_once([lambda: submit(survey, rating)] * 6)
    assert sum(isinstance(result, Invitation) for result in results) == 1
    assert sum(isinstance(result, AlreadyAnswered) for result in results) == 5
    dealer.refresh_from_db()
    assert (dealer.points, dealer.rating_count) == (20, 1)
    assert PointsEntry.objects.filter(kind="rating").count() == 1


def test_control_without_the_condition_stars_count_twice(survey, rating, dealer, monkeypatch):
    meeting = threading.Barrier(2, timeout=PATIENCE)

    def unguarded(survey_id, now, *, is_short=False):
        found = Invitation.objects.select_related("order", "dealer").get(pk=survey_id)
        meeting.wait()
        Invitation.objects.filter(pk=survey_id).update(answered_at=now)
        return found

    monkeypatch.setattr(answering, "_finish", unguarded)
    at_once([lambda: submit(survey, rating)] * 2)
    dealer.refresh_from_db()
    assert dealer.rating_count == 2


def test_two_clocks_invite_every_order_once(switched_on, closed):
    for _ in range(12):
        closed()
    at_once([lambda: [invite_closed(now=NOW, limit=3) for _ in range(6)]] * 3)
    invite_closed(now=NOW)
    assert Invitation.objects.count() == 12
    assert Message.objects.filter(event="survey_invitation").count() == 12


def test_control_without_the_constraint_and_the_lock_orders_are_invited_twice(switched_on, closed):
    order = closed()
    meeting = threading.Barrier(2, timeout=PATIENCE)

    @transaction.atomic
    def unguarded():
        settings = sending.SurveySettings.load()
        found = list(sending._due(settings).select_related("dealer", "cancel_reason"))
        meeting.wait()
        Invitation.objects.bulk_create([sending._invitation(one, settings, NOW) for one in found])
        return len(found)

    results = at_once([unguarded, unguarded])
    assert sorted(isinstance(result, IntegrityError) for result in results) == [False, True]
    assert Invitation.objects.filter(order=order).count() == 1


def test_an_order_that_somebody_works_on_is_invited_next_time(switched_on, closed):
    order = closed()
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order.pk)
            held.set()
            done.wait(PATIENCE)

    def invite():
        held.wait(PATIENCE)
        try:
            return invite_closed(now=NOW)
        finally:
            done.set()

    assert at_once([hold, invite])[1] == 0
    assert invite_closed(now=NOW) == 1
