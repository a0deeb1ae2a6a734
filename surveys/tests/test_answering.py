"""Answers kept as one goes, sent off once; what stars are worth."""

import datetime

import pytest

from dealers.models import PointsEntry
from dealers.ratings import damped
from orders.services.progress import reopen
from surveys.answers import AnswerForm, Given
from surveys.models import Answer, Invitation, Question, SurveySettings
from surveys.selectors.asking import answers_of, questions_of
from surveys.services.answering import save_answers, submit_short, submit_survey
from surveys.services.errors import AlreadyAnswered, SurveyClosed
from surveys.services.questions import Wording, add_question, edit_question
from surveys.services.sending import invite_closed
from surveys.services.voiding import NotVoided, void_survey
from surveys.tests.conftest import reopened, told
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_answers_are_kept_before_the_survey_is_sent_off(survey, rating, words):
    save_answers(survey_id=survey.pk, answers={rating.pk: Given(number=3)}, now=NOW)
    save_answers(survey_id=survey.pk, answers={words.pk: Given(text="Да")}, now=NOW)
    count = save_answers(survey_id=survey.pk, answers={rating.pk: Given(number=4)}, now=NOW)
    assert count == 2
    survey.refresh_from_db()
    assert not survey.is_answered
    assert answers_of(survey) == {rating.pk: Given(number=4), words.pk: Given(text="Да")}
    assert not PointsEntry.objects.exists()


def test_an_answer_can_be_taken_back(survey, words):
    save_answers(survey_id=survey.pk, answers={words.pk: Given(text="Да")}, now=NOW)
    assert save_answers(survey_id=survey.pk, answers={words.pk: Given()}, now=NOW) == 0


def test_questions_that_are_not_asked_get_no_answer(survey):
    other = Question.objects.asked_after("cancelled").exclude(for_sold=True).first()
    save_answers(survey_id=survey.pk, answers={other.pk: Given(choices=(0,))}, now=NOW)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("stars", "points"), [(5, 20), (4, 10), (3, 0), (2, -10), (1, -20)])
def test_stars_move_the_dealers_points_and_average_once(survey, rate, dealer, stars, points):
    rate(survey, stars)
    with pytest.raises(AlreadyAnswered):
        rate(survey, 5)
    dealer.refresh_from_db()
    assert (dealer.points, dealer.rating_count, dealer.rating) == (points, 1, damped(stars, 1))
    survey.refresh_from_db()
    assert (survey.rating, survey.points) == (stars, points)


def test_points_follow_the_settings(survey, rate, dealer):
    SurveySettings.objects.update(points_5=35)
    rate(survey, 5)
    dealer.refresh_from_db()
    assert dealer.points == 35


def test_a_low_rating_is_told_to_the_manufacturer_and_the_dealer(
    survey, rate, manager, dealer_manager
):
    rate(survey, 2)
    assert {message.user for message in told("survey_low_rating")} == {manager, dealer_manager}


def test_a_good_rating_is_told_to_nobody(survey, rate, manager, dealer_manager):
    rate(survey, 3)
    assert not told("survey_low_rating")


def test_an_order_that_no_dealer_had_is_rated_without_points(switched_on, closed, rate):
    closed("customer", dealer=None)
    invite_closed(now=NOW)
    survey = Invitation.objects.get()
    rate(survey, 1)
    survey.refresh_from_db()
    assert survey.rating == 1
    assert not PointsEntry.objects.exists()


@pytest.mark.parametrize("what", ["old", "voided", "reopened"])
def test_a_closed_survey_takes_no_answers(survey, rating, administrator, what):
    if what == "old":
        Invitation.objects.update(closes_at=NOW)
    elif what == "voided":
        void_survey(survey_id=survey.pk, reason="Ошибка", by=administrator, now=NOW)
    else:
        reopened(survey.order)
    answers = {rating.pk: Given(number=5)}
    for act in (save_answers, submit_survey):
        with pytest.raises(SurveyClosed):
            act(survey_id=survey.pk, answers=answers, now=NOW)
    assert not Answer.objects.exists()
    assert not PointsEntry.objects.exists()


def test_voiding_takes_back_points_and_stars_once(survey, rate, dealer, administrator):
    rate(survey, 5)
    void_survey(survey_id=survey.pk, reason="Накрутка", by=administrator, now=NOW)
    with pytest.raises(NotVoided):
        void_survey(survey_id=survey.pk, reason="Ещё раз", by=administrator, now=NOW)
    dealer.refresh_from_db()
    assert (dealer.points, dealer.rating_sum, dealer.rating_count) == (0, 0, 0)
    entries = PointsEntry.objects.filter(order_id=survey.order_id).order_by("id")
    assert list(entries.values_list("kind", "amount")) == [("rating", 20), ("unrated", -20)]


def test_voiding_needs_a_reason(survey, rate, administrator):
    rate(survey)
    with pytest.raises(NotVoided):
        void_survey(survey_id=survey.pk, reason="  ", by=administrator, now=NOW)


def test_an_order_opened_again_keeps_the_customers_rating(survey, rate, dealer, administrator):
    rate(survey, 5)
    reopen(order_id=survey.order_id, by=administrator, reason="Возврат", now=NOW)
    dealer.refresh_from_db()
    assert dealer.points == 20
    void_survey(survey_id=survey.pk, reason="Возврат", by=administrator, now=NOW)
    dealer.refresh_from_db()
    assert dealer.points == 0


def test_what_a_customer_began_does_not_change_under_the_hands(survey, rating, administrator):
    asked = [question.pk for question in questions_of(survey)]
    save_answers(survey_id=survey.pk, answers={rating.pk: Given(number=4)}, now=NOW)
    wording = Wording(kind="stars", text="Другая оценка", purpose="rating", is_required=True)
    edit_question(question_id=rating.pk, wording=wording, by=administrator, now=NOW)
    add_question(wording=Wording(kind="text", text="Ещё вопрос"), by=administrator, now=NOW)
    survey.refresh_from_db()
    assert [question.pk for question in questions_of(survey)] == asked
    submit_survey(survey_id=survey.pk, answers={rating.pk: Given(number=4)}, now=NOW)
    survey.refresh_from_db()
    assert survey.rating == 4


def test_a_review_alone_is_a_survey_with_stars_and_text(survey, dealer, rating, words):
    submit_short(survey_id=survey.pk, stars=5, text="Спасибо", now=NOW)
    survey.refresh_from_db()
    dealer.refresh_from_db()
    assert (survey.rating, survey.is_short, dealer.points) == (5, True, 20)
    assert answers_of(survey) == {rating.pk: Given(number=5), words.pk: Given(text="Спасибо")}


@pytest.mark.parametrize(
    "typed", ["6", "0", "-1", "1e308", "x", "\x00", "5 ", "😀"], ids=lambda typed: repr(typed)
)
def test_no_other_stars_than_five(rating, typed):
    form = AnswerForm({f"q{rating.pk}": typed}, questions=[rating])
    assert not form.is_valid()
    assert form.rows


def test_a_phone_written_into_the_text_is_not_kept(words):
    form = AnswerForm(
        {f"q{words.pk}": "Звоните 8 (916) 123-45-67 или roman@example.com"}, questions=[words]
    )
    assert form.is_valid()
    assert form.answers[words.pk].text == "Звоните [скрыт] или [скрыт]"


def test_a_long_text_is_refused_and_what_was_typed_kept(words):
    form = AnswerForm({f"q{words.pk}": "а" * 2001}, questions=[words])
    assert not form.is_valid()
    assert [field.value() for _question, field, _chosen in form.rows] == ["а" * 2001]


def test_a_draft_requires_nothing_and_keeps_what_is_sound(rating, words):
    form = AnswerForm(
        {f"q{rating.pk}": "9", f"q{words.pk}": "Да"}, questions=[rating, words], is_draft=True
    )
    form.is_valid()
    assert form.answers == {words.pk: Given(text="Да")}
