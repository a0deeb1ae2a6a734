"""The customer's pages behind the personal link."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from dealers.models import PointsEntry
from orders.links import channels_link, customer_link
from surveys.links import SURVEY, survey_link
from surveys.models import Answer, Invitation, Review
from surveys.selectors.asking import answers_of
from surveys.services.reviews import publish_review
from surveys.services.voiding import void_survey
from surveys.tests.conftest import reopened, told
from suz.common import links
from tests.factories import NOW, SurveyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + datetime.timedelta(hours=1), tick=False):
        yield


def send(client, link, **answers):
    return client.post(link, answers)


def test_the_link_of_the_message_opens_the_questions_of_the_outcome(client, link, survey):
    page = client.get(link).content.decode()
    assert f"Как прошёл заказ № {survey.order_id}?" in page
    assert "Оцените работу с вашим заказом в целом" in page
    assert "Почему покупка не состоялась?" not in page


def test_looking_changes_nothing(client, link, survey):
    for method in (client.get, client.head):
        assert method(link).status_code == 200
        assert method(f"{link}review/").status_code == 200
    assert client.get(f"{link}save/").status_code == 405
    survey.refresh_from_db()
    assert (survey.started_at, survey.answered_at) == (None, None)
    assert not Answer.objects.exists()


def test_answers_are_kept_as_one_goes_and_shown_again(client, link, rating, words):
    response = send(client, f"{link}save/", **{f"q{rating.pk}": "4"})
    assert "Отвечено на 1 из 7 вопросов · сохранено" in response.content.decode()
    send(client, f"{link}save/", **{f"q{rating.pk}": "4", f"q{words.pk}": "Хорошо"})
    page = client.get(link).content.decode()
    assert "Хорошо" in page
    assert 'value="4" aria-label="4 звезды: хорошо" checked' in page


def test_a_survey_is_sent_off_once(client, link, survey, dealer, rating):
    response = send(client, link, **{f"q{rating.pk}": "5"})
    assert response["Location"] == link
    send(client, link, **{f"q{rating.pk}": "1"})
    send(client, f"{link}save/", **{f"q{rating.pk}": "1"})
    dealer.refresh_from_db()
    assert dealer.points == 20
    assert answers_of(survey)[rating.pk].number == 5
    assert "Спасибо за ответы" in client.get(link).content.decode()


def test_what_is_missing_is_said_beside_the_question_and_the_rest_kept(client, link, words):
    response = send(client, link, **{f"q{words.pk}": "Почти всё хорошо"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Выберите ответ." in page
    assert "Почти всё хорошо" in page
    assert not PointsEntry.objects.exists()


def test_a_script_in_an_answer_is_text(client, link, rating, words, manager, survey):
    attack = "<script>alert(1)</script>"
    send(client, link, **{f"q{rating.pk}": "5", f"q{words.pk}": attack})
    assert attack not in client.get(link).content.decode()
    client.force_login(manager)
    for name in ("survey_list", "survey_results"):
        assert attack not in client.get(reverse(name)).content.decode()
    page = client.get(reverse("survey_page", args=[survey.pk])).content.decode()
    assert attack not in page
    assert "&lt;script&gt;" in page


def wrong_links(survey, administrator):
    """Links that open nothing, of every kind."""
    voided = SurveyFactory(order__place=survey.order.place)
    void_survey(survey_id=voided.pk, reason="Ошибка", by=administrator, now=NOW)
    old = SurveyFactory(closes_at=NOW)
    back = SurveyFactory()
    reopened(back.order)
    gone = SurveyFactory(order__deleted_at=NOW)
    revoked = SurveyFactory()
    before = survey_link(revoked)
    Invitation.objects.filter(pk=revoked.pk).update(link_version=2)
    token = links.sign(SURVEY, survey.pk, survey.link_version)
    foreign = {
        "order": customer_link(survey.order).split("/")[-2],
        "channels": channels_link(survey.order).split("/")[-2],
        "other purpose": links.sign("else", survey.pk, survey.link_version),
    }
    return {
        "voided": survey_link(voided),
        "old": survey_link(old),
        "reopened": survey_link(back),
        "deleted": survey_link(gone),
        "revoked": before,
        "changed": reverse("survey", args=[f"{token[:-1]}{'a' if token[-1] != 'a' else 'b'}"]),
        "of nothing": reverse("survey", args=[links.sign(SURVEY, 987654, 1)]),
        "guessed": reverse("survey", args=["1-abc"]),
        "no token": reverse("survey", args=["😀"]),
        **{name: reverse("survey", args=[token]) for name, token in foreign.items()},
    }


def test_wrong_old_foreign_and_guessed_links_answer_alike(client, survey, administrator):
    answers = {
        name: client.get(link, REMOTE_ADDR=f"192.0.2.{number}")
        for number, (name, link) in enumerate(wrong_links(survey, administrator).items())
    }
    assert {response.status_code for response in answers.values()} == {404}
    bodies = {name: response.content for name, response in answers.items()}
    assert len(set(bodies.values())) == 1, {name: len(body) for name, body in bodies.items()}


def test_wrong_links_act_on_nothing(client, survey, administrator, rating):
    wrong = wrong_links(survey, administrator)
    for number, link in enumerate(wrong.values()):
        for tail in ("", "save/", "review/"):
            data = {f"q{rating.pk}": "5", "stars": "5", "text": "x", "name": "x", "consent": "on"}
            address = f"192.0.2.{number}"
            assert client.post(link + tail, data, REMOTE_ADDR=address).status_code == 404
    assert not Answer.objects.exists()
    assert not Review.objects.exists()


def test_a_surveys_token_opens_nothing_else(client, survey):
    token = survey_link(survey).split("/")[-2]
    for name in ("customer_order", "customer_channels"):
        assert client.get(reverse(name, args=[token])).status_code == 404


def test_twenty_misses_an_hour_close_the_door(client, link):
    for _ in range(20):
        assert client.get(reverse("survey", args=["1-abc"])).status_code == 404
    assert client.get(link).status_code == 429
    assert client.get(link, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_the_page_is_kept_by_nobody_and_told_to_nobody(client, link):
    response = client.get(link)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_a_review_needs_consent_and_waits_for_moderation(client, link, survey, rate, manager):
    rate(survey, 5, "Отлично, звоните 8 916 123-45-67")
    assert "Опубликовать мой отзыв" in client.get(link).content.decode()
    data = {"text": "Отлично, звоните 8 916 123-45-67", "name": "Роман"}
    assert send(client, f"{link}review/", **data).status_code == 422
    assert not Review.objects.exists()
    send(client, f"{link}review/", **data, consent="on")
    review = Review.objects.get()
    assert (review.state, review.stars) == ("waiting", 5)
    assert review.text == "Отлично, звоните [скрыт]"
    assert review.consent_address == "127.0.0.1"
    assert told("review_new").get().user == manager
    # A second one changes nothing.
    send(client, f"{link}review/", text="Иное", name="Роман", consent="on")
    assert Review.objects.get().text == "Отлично, звоните [скрыт]"


def test_a_review_alone_counts_as_the_survey(client, link, dealer, survey):
    data = {"stars": "4", "text": "Хорошо", "name": "Роман", "consent": "on"}
    send(client, f"{link}review/", **data)
    send(client, f"{link}review/", **data | {"stars": "1"})
    dealer.refresh_from_db()
    review = Review.objects.get()
    assert (dealer.points, dealer.rating_count, review.stars, review.survey) == (10, 1, 4, survey)


def test_the_customer_takes_a_review_back(client, link, survey, rate, manager):
    rate(survey, 5)
    send(client, f"{link}review/", text="Хорошо", name="Роман", consent="on")
    publish_review(review_id=Review.objects.get().pk, by=manager, now=NOW)
    send(client, f"{link}review/", withdraw="1")
    assert Review.objects.get().state == "withdrawn"
    assert (
        "Хорошо"
        not in client.get(reverse("dealer_page", args=[survey.dealer.slug])).content.decode()
    )


def test_there_is_no_review_of_an_order_without_a_dealer(client):
    survey = SurveyFactory(order__dealer=None, order__status="cancelled")
    assert client.get(f"{survey_link(survey)}review/").status_code == 404
    assert "review/" not in client.get(survey_link(survey)).content.decode()


@pytest.mark.parametrize("value", ["9" * 30, "-1", "1e308", "\x00", "<b>", "😀", ""])
def test_nonsense_gets_words_and_never_an_error(client, link, rating, words, value):
    data = {
        f"q{rating.pk}": [value, value],
        f"q{words.pk}": value,
        "q999999999999": value,
        "x": value,
    }
    assert client.post(link, data).status_code == 422
    assert client.post(f"{link}save/", data).status_code == 200
    review = {"stars": value, "text": "\x00", "name": value, "consent": "on"}
    assert client.post(f"{link}review/", review).status_code == 422
    assert not PointsEntry.objects.exists()


def test_the_survey_costs_a_few_queries(client, link, django_assert_max_num_queries):
    client.get(link)
    with django_assert_max_num_queries(9):
        client.get(link)
