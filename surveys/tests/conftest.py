"""Closed orders, their surveys and people."""

import datetime

import pytest

from notifications.models import Message
from orders.models import Order
from orders.statuses import Status
from orders.tests.conftest import administrator, city, dealer, dealer_manager, manager
from surveys.answers import Given
from surveys.links import survey_link
from surveys.models import Invitation, Question, SurveySettings
from surveys.services.answering import submit_survey
from surveys.services.sending import invite_closed
from tests.factories import NOW, OrderFactory, reason

__all__ = ["administrator", "city", "dealer", "dealer_manager", "manager"]

SWITCHED_ON = NOW - datetime.timedelta(days=1)


@pytest.fixture
def switched_on(db):
    """Surveys are sent after orders that closed since yesterday."""
    return SurveySettings.objects.update_or_create(
        pk=1, defaults={"enabled_since": SWITCHED_ON, "swept_until": None}
    )[0]


@pytest.fixture
def closed(city, dealer):
    """Makes a closed order; ``party``: cancelled for a reason of that party."""

    def closed(party=None, **fields):
        fields = {"place": city, "dealer": dealer, "closed_at": NOW} | fields
        if party is None:
            return OrderFactory(status=Status.COMPLETED, **fields)
        fields["cancel_reason"] = reason("cancel", party)
        return OrderFactory(status=Status.CANCELLED, **fields)

    return closed


@pytest.fixture
def survey(switched_on, closed):
    """The survey of a completed order, just sent."""
    order = closed()
    invite_closed(now=NOW)
    return Invitation.objects.select_related("order", "dealer").get(order=order)


@pytest.fixture
def rating(db):
    return Question.objects.current().get(purpose="rating")


@pytest.fixture
def words(db):
    return Question.objects.current().get(purpose="review")


@pytest.fixture
def rate(rating, words):
    """Sends a survey off with stars and a text."""

    def rate(survey, stars=5, text="", now=NOW):
        answers = {rating.pk: Given(number=stars)}
        if text:
            answers[words.pk] = Given(text=text)
        return submit_survey(survey_id=survey.pk, answers=answers, now=now)

    return rate


@pytest.fixture
def link(survey):
    return survey_link(survey)


def told(event):
    """Messages of an event."""
    return Message.objects.filter(event=event)


def reopened(order):
    """The order as an administrator's reopening leaves it."""
    Order.objects.filter(pk=order.pk).update(status=Status.PROCESSED, closed_at=None)
