"""Results, the list of surveys, one survey, the table for download."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dealers.models import AuditRecord
from surveys.answers import Given
from surveys.links import survey_link
from surveys.models import Answer, Invitation, Question
from surveys.selectors.results import by_dealer, by_month, by_question, summary
from surveys.services.answering import submit_survey
from surveys.services.voiding import void_survey
from tests.factories import CityFactory, DealerFactory, SurveyFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def answered(dealer, rating, words):
    """Makes an answered survey."""

    def answered(stars=5, text="", dealer=dealer, at=NOW, more=None, **fields):
        survey = SurveyFactory(order__dealer=dealer, created_at=at, sent_at=at, **fields)
        answers = {rating.pk: Given(number=stars), **(more or {})}
        if text:
            answers[words.pk] = Given(text=text)
        submit_survey(survey_id=survey.pk, answers=answers, now=at)
        return survey

    return answered


def counted():
    return Invitation.objects.counted()


def question(kind, outcome="sold"):
    return Question.objects.asked_after(outcome).filter(kind=kind, purpose="").first()


def test_a_question_shows_how_its_answers_spread(answered, rating):
    several, scale = question("several"), question("scale")
    answered(5, more={several.pk: Given(choices=(0, 1)), scale.pk: Given(number=10)})
    answered(5, more={several.pk: Given(choices=(1,)), scale.pk: Given(number=7)})
    answered(2)
    found = {result.question.pk: result for result in by_question(counted())}
    stars = found[rating.pk]
    assert (stars.count, stars.mean) == (3, 4)
    assert [(bar.label, bar.count, bar.percent) for bar in stars.bars][:4] == [
        ("5", 2, 67),
        ("4", 0, 0),
        ("3", 0, 0),
        ("2", 1, 33),
    ]
    chosen = {bar.label: bar.count for bar in found[several.pk].bars}
    assert (chosen["Качество товара"], chosen["Цена"]) == (1, 2)
    assert found[scale.pk].mean == 8.5


def test_what_was_not_sent_off_and_what_was_voided_do_not_count(answered, administrator):
    voided = answered(1)
    void_survey(survey_id=voided.pk, reason="Ошибка", by=administrator, now=NOW)
    begun = SurveyFactory()
    Answer.objects.create(invitation=begun, question=question("stars"), number=1)
    answered(5)
    assert summary(counted())["mean"] == 5
    assert all(result.mean in (5, None) for result in by_question(counted()))


def test_dealers_stand_by_the_damped_mean(answered):
    praised, lucky = DealerFactory(name="Много"), DealerFactory(name="Один")
    for _ in range(20):
        answered(5, dealer=praised)
    answered(5, dealer=lucky)
    rows = by_dealer(counted(), middle=NOW)
    assert [(row.dealer.name, row.count) for row in rows] == [("Много", 20), ("Один", 1)]
    assert rows[1].mean == 5
    assert float(rows[1].damped) == 4.17


def test_a_falling_dealer_shows(answered, dealer):
    for _ in range(3):
        answered(5, at=NOW - 90 * DAY)
    for stars in (2, 2):
        answered(stars, at=NOW)
    # Two customers are chance.
    assert by_dealer(counted(), middle=NOW - DAY)[0].change is None
    answered(2, at=NOW)
    assert by_dealer(counted(), middle=NOW - DAY)[0].change == -3


def test_months_come_in_order(answered):
    answered(5, at=NOW - 70 * DAY)
    answered(3, at=NOW)
    assert [(row.count, row.mean) for row in by_month(counted())] == [(1, 5), (1, 3)]


# --- pages ---


def page(client, name, **query):
    return client.get(reverse(name), query).content.decode()


def test_words_are_found_whatever_their_ending(client, answered, manager):
    answered(5, "Панели привезли вовремя")
    answered(4, "Плинтус не подошёл")
    client.force_login(manager)
    found = page(client, "survey_list", q="панель")
    assert "Панели привезли вовремя" in found
    assert "Плинтус не подошёл" not in found


def test_results_are_narrowed_by_period_region_dealer_and_outcome(
    client, answered, manager, dealer
):
    other = DealerFactory()
    city = CityFactory()
    answered(5, "Ровно", at=NOW - 40 * DAY)
    answered(4, "Криво", dealer=other, outcome="unsold", order__place=city)
    client.force_login(manager)
    month_ago = (NOW - 30 * DAY).date().isoformat()
    for query, shown in (
        ({"since": month_ago}, "Криво"),
        ({"until": month_ago}, "Ровно"),
        ({"dealer": dealer.pk}, "Ровно"),
        ({"region": city.parent_id}, "Криво"),
        ({"outcome": "unsold"}, "Криво"),
        ({"rating": "5"}, "Ровно"),
    ):
        found = page(client, "survey_list", **query)
        assert [word for word in ("Ровно", "Криво") if word in found] == [shown], query
    assert "Опросов с ответом</dt><dd>1</dd>" in page(client, "survey_results", since=month_ago)


def test_a_dealer_reads_its_own_answers_without_contacts(
    client, answered, dealer_manager, rating, words, dealer
):
    own = answered(5, "Спасибо")
    foreign = answered(1, "Ужас", dealer=DealerFactory())
    client.force_login(dealer_manager)
    texts = [
        page(client, "survey_list"),
        page(client, "survey_results"),
        client.get(reverse("survey_page", args=[own.pk])).content.decode(),
    ]
    for text in texts:
        assert "Ужас" not in text
        assert own.order.customer_name not in text
        assert str(own.order.phone)[2:] not in text
        assert own.order.email not in text
    assert "Спасибо" in texts[0]
    assert client.get(reverse("survey_page", args=[foreign.pk])).status_code == 404
    # Filters of the manufacturer do nothing for a dealer.
    assert "Спасибо" in page(client, "survey_list", dealer=foreign.dealer_id)


@pytest.mark.parametrize("typed", ["8 916 123-45-67", "9161234567", "roman@example.com"])
def test_a_dealer_finds_nobody_by_a_contact_written_into_an_answer(
    client, survey, rating, words, dealer_manager, typed
):
    client.post(survey_link(survey), {f"q{rating.pk}": "5", f"q{words.pk}": f"Звоните: {typed}"})
    client.force_login(dealer_manager)
    assert "Звоните" not in page(client, "survey_list", q=typed, since="")


def test_the_table_holds_every_question_and_is_audited(client, answered, manager):
    answered(5, "=1+1")
    client.force_login(manager)
    response = client.post(reverse("survey_export"), {"kind": "csv"})
    text = b"".join(response.streaming_content).decode()
    head, row = text.splitlines()[:2]
    assert "Оцените работу с вашим заказом в целом" in head
    assert "'=1+1" in row
    record = AuditRecord.objects.get(kind="export")
    assert (record.actor, record.data["table"], record.data["count"]) == (manager, "surveys", 1)


def test_a_dealers_table_is_its_own(client, answered):
    answered(5, "Чужое")
    client.force_login(UserFactory())
    response = client.post(reverse("survey_export"), {"kind": "csv"})
    assert "Чужое" not in b"".join(response.streaming_content).decode()


def test_an_administrator_voids_with_a_reason(client, answered, administrator, dealer):
    survey = answered(5)
    client.force_login(administrator)
    url = reverse("survey_void", args=[survey.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Накрутка"}).status_code == 302
    shown = client.get(reverse("survey_page", args=[survey.pk])).content.decode()
    assert "Опрос не учитывается." in shown
    assert client.post(url, {"reason": "Снова"}).status_code == 422
    dealer.refresh_from_db()
    assert dealer.points == 0


@pytest.mark.parametrize(
    "query",
    [
        {"since": "32.13.2026"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"region": "x", "dealer": "-1", "outcome": "?", "rating": "9"},
        {"q": "\x00"},
        {"q": "'\"&|!():*<->"},
        {"after": "nonsense", "before": "1"},
    ],
)
def test_nonsense_in_the_filters_is_no_error(client, answered, manager, query):
    answered(5, "Хорошо")
    client.force_login(manager)
    for name in ("survey_results", "survey_list", "review_list"):
        assert client.get(reverse(name), query).status_code == 200


@pytest.mark.parametrize("name", ["survey_results", "survey_list"])
@pytest.mark.parametrize("who", ["manager", "dealer_manager"])
def test_a_page_costs_the_same_however_many_answers(client, answered, who, name, request):
    client.force_login(request.getfixturevalue(who))

    def queries(count):
        while Invitation.objects.count() < count:
            answered(4, "Слово")
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    assert queries(1) == queries(15)


@pytest.mark.parametrize("name", ["survey_results", "survey_list", "review_list"])
def test_empty_pages_say_why_and_what_to_do(client, administrator, name):
    client.force_login(administrator)
    assert "Сбросить" not in page(client, name)
    assert "empty-note" in page(client, name)


def test_the_card_shows_the_survey_and_sends_it(client, closed, manager):
    order = closed()
    client.force_login(manager)
    card = reverse("order_card", args=[order.pk])
    assert "Отправить опрос" in client.get(card).content.decode()
    client.post(reverse("order_survey", args=[order.pk]))
    shown = client.get(card).content.decode()
    assert "отправлен, ответа ещё нет" in shown
    assert "Отправить ещё раз" in shown
    # Whoever had the link could answer for the customer.
    assert "/survey/" not in shown.replace(reverse("order_survey", args=[order.pk]), "")
