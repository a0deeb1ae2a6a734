"""A person who asks to be forgotten leaves figures behind and no words."""

import pytest

from orders.models import Order
from surveys.links import survey_by_token, survey_link, survey_token
from surveys.models import Answer, Invitation, Review
from surveys.selectors.results import summary
from surveys.services.erasing import erase_words
from tests.factories import NOW, ReviewFactory

pytestmark = pytest.mark.django_db


def test_words_names_reviews_and_links_go_and_stars_stay(client, survey, rate, dealer):
    survey = rate(survey, 5, "Иван Петров доволен")
    ReviewFactory(survey=survey, text="Иван доволен", name="Иван", reply="Спасибо, Иван")
    other = ReviewFactory(text="О другом")
    token = survey_token(survey)
    erase_words(orders=Order.objects.filter(pk=survey.order_id), erased="удалено", now=NOW)
    assert set(Answer.objects.exclude(text="").values_list("text", flat=True)) == {"удалено"}
    review = Review.objects.get(survey=survey)
    assert (review.state, review.text, review.name, review.reply) == (
        "withdrawn",
        "удалено",
        "удалено",
        "",
    )
    assert survey_by_token(token, now=NOW) is None
    assert client.get(survey_link(survey)).status_code == 404
    other.refresh_from_db()
    assert other.text == "О другом"
    assert summary(Invitation.objects.counted())["mean"] == 5
    dealer.refresh_from_db()
    assert dealer.points == 20
