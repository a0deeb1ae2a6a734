"""Who is invited when."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.choices import choose_channels
from notifications.models import Delivery
from orders.messages import subject_key
from orders.models import Order
from orders.services.errors import OrderNotFound
from surveys.models import Invitation, SurveySettings
from surveys.outcomes import Outcome
from surveys.services.sending import (
    BATCH,
    NotToBeSent,
    TooSoon,
    invite_closed,
    remind,
    send_survey,
)
from surveys.services.settings import NUMBERS, save_survey_settings
from surveys.tests.conftest import SWITCHED_ON, reopened, told
from tests.factories import NOW, OrderFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def test_a_closed_order_is_invited_once(switched_on, closed):
    order = closed()
    assert invite_closed(now=NOW) == 1
    assert invite_closed(now=NOW) == 0
    survey = Invitation.objects.get()
    assert (survey.order, survey.dealer, survey.outcome) == (order, order.dealer, Outcome.SOLD)
    message = told("survey_invitation").get()
    assert message.url.startswith("/survey/")
    assert Delivery.objects.get(message=message).address == order.email


@pytest.mark.parametrize(
    ("party", "outcome"),
    [
        (None, Outcome.SOLD),
        ("customer", Outcome.CANCELLED),
        ("dealer", Outcome.UNSOLD),
        ("manufacturer", Outcome.UNSOLD),
    ],
)
def test_an_order_is_surveyed_whether_it_was_sold_or_not(switched_on, closed, party, outcome):
    closed(party)
    invite_closed(now=NOW)
    assert Invitation.objects.get().outcome == outcome


def test_switching_on_never_mails_about_orders_closed_before(switched_on, closed):
    closed(closed_at=SWITCHED_ON - datetime.timedelta(seconds=1))
    closed(closed_at=NOW - datetime.timedelta(days=900))
    assert invite_closed(now=NOW) == 0
    assert not told("survey_invitation")


def test_the_moment_of_switching_on_is_the_moment_of_saving(closed, administrator):
    settings = SurveySettings.load()
    numbers = {name: getattr(settings, name) for name in NUMBERS}
    save_survey_settings(is_enabled=True, numbers=numbers, by=administrator, now=NOW)
    # Saved once more with other numbers, the moment stays.
    numbers["reminder_days"] = 5
    save_survey_settings(is_enabled=True, numbers=numbers, by=administrator, now=NOW + DAY)
    assert SurveySettings.load().enabled_since == NOW
    closed(closed_at=NOW - HOUR)
    closed(closed_at=NOW + HOUR)
    assert invite_closed(now=NOW + DAY) == 1


def test_nobody_is_written_to_while_surveys_are_off(closed):
    closed()
    assert invite_closed(now=NOW) == 0
    assert not Invitation.objects.exists()


def test_deleted_open_and_unreachable_orders_are_left_out(switched_on, closed, city):
    closed(deleted_at=NOW)
    closed(email="", phone="")
    OrderFactory(place=city)
    assert invite_closed(now=NOW) == 0


def test_the_customer_is_asked_by_the_channels_chosen_for_the_order(switched_on, closed):
    order = closed()
    choose_channels(key=subject_key(order), by_email=False, by_sms=True, now=NOW)
    invite_closed(now=NOW)
    delivery = Delivery.objects.get(message__event="survey_invitation")
    assert (delivery.channel, delivery.address) == ("sms", str(order.phone))


def test_batches_are_bounded_and_cost_the_same(switched_on, closed):
    def queries(count):
        for _ in range(count):
            closed()
        with CaptureQueriesContext(connection) as captured:
            assert invite_closed(now=NOW) == count
        return len(captured)

    assert queries(1) == queries(30)
    for _ in range(5):
        closed()
    assert [invite_closed(now=NOW, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_the_mark_moves_only_over_orders_that_are_done(switched_on, closed):
    closed(closed_at=NOW - 3 * HOUR)
    invite_closed(now=NOW)
    assert SurveySettings.load().swept_until is None
    invite_closed(now=NOW)
    assert SurveySettings.load().swept_until == NOW - HOUR
    # What closed since is found all the same.
    closed(closed_at=NOW - HOUR / 2)
    assert invite_closed(now=NOW) == 1


def test_a_reminder_goes_out_once_where_there_is_no_answer(survey):
    assert remind(now=NOW + 2 * DAY) == 0
    assert remind(now=NOW + 3 * DAY) == 1
    assert remind(now=NOW + 4 * DAY) == 0
    assert told("survey_reminder").count() == 1


@pytest.mark.parametrize("what", ["answered", "reopened", "deleted", "closed"])
def test_nobody_is_reminded_of_what_cannot_be_answered(survey, rate, what):
    if what == "answered":
        rate(survey)
    elif what == "reopened":
        reopened(survey.order)
    elif what == "deleted":
        Order.objects.filter(pk=survey.order_id).update(deleted_at=NOW)
    else:
        Invitation.objects.update(closes_at=NOW)
    assert remind(now=NOW + 3 * DAY) == 0
    assert not told("survey_reminder")


def test_no_reminder_where_the_settings_have_none(switched_on, closed):
    SurveySettings.objects.update(reminder_days=0)
    closed()
    invite_closed(now=NOW)
    assert remind(now=NOW + 30 * DAY) == 0


def test_the_button_sends_at_any_time_and_again_after_a_pause(closed, manager):
    order = closed(closed_at=NOW - 500 * DAY)
    send_survey(order_id=order.pk, by=manager, now=NOW)
    with pytest.raises(TooSoon):
        send_survey(order_id=order.pk, by=manager, now=NOW + HOUR)
    survey = send_survey(order_id=order.pk, by=manager, now=NOW + DAY)
    assert survey.sends == 2
    assert told("survey_invitation").count() == 2


def test_the_button_refuses_open_answered_and_unreachable_orders(
    survey, rate, manager, city, closed
):
    with pytest.raises(OrderNotFound):
        send_survey(order_id=0, by=manager, now=NOW)
    with pytest.raises(NotToBeSent):
        send_survey(order_id=OrderFactory(place=city).pk, by=manager, now=NOW)
    with pytest.raises(NotToBeSent):
        send_survey(order_id=closed(email="", phone="").pk, by=manager, now=NOW)
    rate(survey)
    with pytest.raises(NotToBeSent):
        send_survey(order_id=survey.order_id, by=manager, now=NOW + DAY)


def test_a_dealer_sends_the_surveys_of_its_own_orders_only(closed, dealer_manager):
    order = closed()
    with pytest.raises(OrderNotFound):
        send_survey(order_id=order.pk, by=UserFactory(), now=NOW)
    assert send_survey(order_id=order.pk, by=dealer_manager, now=NOW).order == order


def test_a_batch_is_small_enough_for_one_tick():
    assert BATCH <= 500
