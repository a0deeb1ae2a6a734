"""Reviews: moderation, dealers' answers, what everybody reads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dealers.services.ratings import count_rating
from surveys.models import Review
from surveys.services.reviews import (
    ReviewRefused,
    hide_reply,
    publish_review,
    reject_review,
    reply_to_review,
    withdraw_review,
)
from surveys.services.voiding import void_survey
from surveys.tests.conftest import told
from tests.factories import NOW, DealerFactory, ReviewFactory, SurveyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(dealer):
    return ReviewFactory(survey__order__dealer=dealer, state="waiting", text="Всё ровно")


@pytest.fixture
def review(dealer):
    return ReviewFactory(survey__order__dealer=dealer, text="Привезли рано")


def shop(client, dealer):
    return client.get(reverse("dealer_page", args=[dealer.slug])).content.decode()


def test_a_review_is_read_by_everybody_once_published(client, waiting, dealer, manager):
    assert "Всё ровно" not in shop(client, dealer)
    publish_review(review_id=waiting.pk, by=manager, now=NOW)
    assert "Всё ровно" in shop(client, dealer)


def test_the_dealer_is_told_of_a_published_review(waiting, manager, dealer_manager):
    publish_review(review_id=waiting.pk, by=manager, now=NOW)
    assert told("review_published").get().user == dealer_manager


def test_a_rejected_review_is_read_by_nobody_and_has_a_reason(client, review, dealer, manager):
    with pytest.raises(ReviewRefused):
        reject_review(review_id=review.pk, reason=" ", by=manager, now=NOW)
    reject_review(review_id=review.pk, reason="Брань", by=manager, now=NOW)
    assert "Привезли рано" not in shop(client, dealer)


def test_what_the_customer_withdrew_is_not_published(waiting, manager):
    withdraw_review(survey_id=waiting.survey_id, now=NOW)
    for act in (publish_review, reject_review):
        more = {"reason": "Брань"} if act is reject_review else {}
        with pytest.raises(ReviewRefused):
            act(review_id=waiting.pk, by=manager, now=NOW, **more)


def test_voiding_a_survey_withdraws_its_review(client, review, dealer, administrator):
    count_rating(dealer_id=dealer.pk, stars=5)
    void_survey(survey_id=review.survey_id, reason="Накрутка", by=administrator, now=NOW)
    assert "Привезли рано" not in shop(client, dealer)
    review.refresh_from_db()
    assert review.state == "withdrawn"


def test_the_dealers_answer_stands_under_the_review_without_contacts(
    client, review, dealer, dealer_manager
):
    reply_to_review(review_id=review.pk, text="Спасибо! Пишите a@b.ru", by=dealer_manager, now=NOW)
    page = shop(client, dealer)
    assert "Спасибо! Пишите [скрыт]" in page
    reply_to_review(review_id=review.pk, text="", by=dealer_manager, now=NOW)
    assert "Спасибо!" not in shop(client, dealer)


def test_another_dealer_does_not_answer(review, waiting, dealer_manager):
    with pytest.raises(ReviewRefused):
        reply_to_review(review_id=review.pk, text="Мы лучше", by=UserFactory(), now=NOW)
    with pytest.raises(ReviewRefused):
        reply_to_review(review_id=waiting.pk, text="Спасибо", by=dealer_manager, now=NOW)


def test_a_hidden_answer_stays_hidden_when_written_anew(
    client, review, dealer, dealer_manager, administrator
):
    reply_to_review(review_id=review.pk, text="Сами виноваты", by=dealer_manager, now=NOW)
    hide_reply(review_id=review.pk, is_hidden=True, by=administrator, now=NOW)
    reply_to_review(review_id=review.pk, text="Снова виноваты", by=dealer_manager, now=NOW)
    assert "виноваты" not in shop(client, dealer)
    hide_reply(review_id=review.pk, is_hidden=False, by=administrator, now=NOW)
    assert "Снова виноваты" in shop(client, dealer)


def test_few_ratings_are_called_few_and_many_have_a_damped_mean(client, dealer):
    for _ in range(4):
        count_rating(dealer_id=dealer.pk, stars=5)
    page = shop(client, dealer)
    assert "мало оценок (4)" in page
    assert "4,4" not in page
    count_rating(dealer_id=dealer.pk, stars=5)
    # (5 × 4 + 25) / 10
    assert "4,5" in shop(client, dealer)


def test_all_reviews_of_a_dealer_have_pages(client, dealer):
    for number in range(22):
        ReviewFactory(survey__order__dealer=dealer, text=f"Отзыв-{number}-")
    ReviewFactory(text="О другом дилере")
    first = client.get(reverse("dealer_reviews", args=[dealer.slug]))
    page = first.content.decode()
    assert "Отзыв-21-" in page
    assert "Отзыв-1-" not in page
    assert "О другом дилере" not in page
    second = client.get(
        reverse("dealer_reviews", args=[dealer.slug]), {"after": first.context["page"].after}
    )
    assert "Отзыв-1-" in second.content.decode()


def test_reviews_of_a_dealer_that_is_off_are_not_found(client):
    dealer = DealerFactory(is_active=False)
    assert client.get(reverse("dealer_reviews", args=[dealer.slug])).status_code == 404


# --- the workspace ---


def test_the_manufacturer_moderates_on_one_page(client, waiting, manager):
    client.force_login(manager)
    assert "1 отзыв ждёт проверки" in client.get(reverse("review_list")).content.decode()
    client.post(reverse("review_publish", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.moderated_by) == ("published", manager)
    client.post(reverse("review_reject", args=[waiting.pk]), {"reason": "Брань"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("rejected", "Брань")


def test_a_dealer_sees_its_own_published_reviews_only(client, waiting, review, dealer_manager):
    other = ReviewFactory(text="О сопернике")
    client.force_login(dealer_manager)
    page = client.get(reverse("review_list")).content.decode()
    assert review.text in page
    assert waiting.text not in page
    assert other.text not in page
    for hidden in (waiting, other):
        url = reverse("review_reply", args=[hidden.pk])
        assert client.post(url, {"reply": "Спасибо"}).status_code == 404
    client.post(reverse("review_reply", args=[review.pk]), {"reply": "Спасибо"})
    review.refresh_from_db()
    assert review.reply == "Спасибо"


def test_a_long_answer_is_refused(client, review, dealer_manager):
    client.force_login(dealer_manager)
    client.post(reverse("review_reply", args=[review.pk]), {"reply": "а" * 1001})
    review.refresh_from_db()
    assert review.reply == ""


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_nobody_is_led_astray_after_moderating(client, waiting, manager, address):
    client.force_login(manager)
    response = client.post(reverse("review_publish", args=[waiting.pk]), {"next": address})
    assert response["Location"].startswith(reverse("review_list"))


@pytest.mark.parametrize("who", ["manager", "dealer_manager"])
def test_the_list_costs_the_same_however_long(client, who, dealer, request):
    client.force_login(request.getfixturevalue(who))

    def queries(count):
        while Review.objects.count() < count:
            ReviewFactory(survey=SurveyFactory(order__dealer=dealer, answered_at=NOW, rating=4))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("review_list")).status_code == 200
        return len(captured)

    assert queries(1) == queries(15)
