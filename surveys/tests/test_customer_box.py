"""The way to the survey on the customer's page of the order, and what the SMS says."""

import datetime

import pytest
import time_machine
from django.template import Context, Template

from notifications.models import Message
from notifications.rendering import render_sms
from surveys.links import survey_link
from surveys.services.voiding import void_survey
from tests.factories import NOW, OrderFactory

pytestmark = pytest.mark.django_db
BOX = Template("{% load surveys_customer %}{% survey_box order %}")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + datetime.timedelta(hours=1), tick=False):
        yield


def box(order):
    return BOX.render(Context({"order": order})).strip()


def test_an_open_order_and_one_without_a_survey_show_nothing(closed, city):
    assert box(OrderFactory(place=city)) == ""
    assert box(closed()) == ""


def test_a_survey_that_may_be_answered_is_a_button(survey):
    assert survey_link(survey) in box(survey.order)
    assert "Оценить заказ" in box(survey.order)


def test_an_answered_survey_is_thanks(survey, rate):
    rate(survey, 4)
    assert "Спасибо за ответы" in box(survey.order)
    assert "4 звезды из 5" in box(survey.order)


def test_a_voided_and_an_old_survey_show_nothing(survey, administrator):
    with time_machine.travel(NOW + datetime.timedelta(days=400), tick=False):
        assert box(survey.order) == ""
    void_survey(survey_id=survey.pk, reason="Ошибка", by=administrator, now=NOW)
    assert box(survey.order) == ""


def test_the_sms_asks_a_question_and_leads_to_the_survey(survey):
    text = render_sms(Message.objects.get(event="survey_invitation")).text
    assert text.startswith(f"Как прошёл заказ № {survey.order_id}? http")
    assert text.endswith(survey_link(survey))
