"""The editor: order, switches, wordings that keep old answers' meaning."""

import pytest
from django.urls import reverse

from dealers.models import AuditRecord
from surveys.answers import Given
from surveys.models import Invitation, Question, SurveySettings
from surveys.services.answering import submit_survey
from surveys.services.questions import (
    QuestionRefused,
    Wording,
    add_question,
    edit_question,
    move_question,
    remove_question,
    switch_question,
)
from surveys.services.sending import invite_closed
from tests.factories import NOW

pytestmark = pytest.mark.django_db

COLOUR = Wording(kind="choice", text="Какой цвет?", options=("Дуб", "Орех"))


def texts():
    return [question.text for question in Question.objects.current()]


def test_a_new_installation_has_questions_for_every_outcome():
    for outcome in ("sold", "unsold", "cancelled"):
        asked = Question.objects.asked_after(outcome)
        assert asked.filter(purpose="rating", is_required=True).exists()
        assert asked.filter(purpose="review").exists()


def test_a_question_is_added_to_the_end_and_moved(administrator):
    question = add_question(wording=COLOUR, by=administrator, now=NOW)
    assert texts()[-1] == "Какой цвет?"
    move_question(question_id=question.pk, up=True, by=administrator, now=NOW)
    assert texts()[-2] == "Какой цвет?"
    move_question(question_id=question.pk, up=False, by=administrator, now=NOW)
    move_question(question_id=question.pk, up=False, by=administrator, now=NOW)
    assert texts()[-1] == "Какой цвет?"


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Какой оттенок?"},
        {"options": ("Орех", "Дуб")},
        {"options": ("Дуб", "Орех", "Ясень")},
        {"kind": "several"},
    ],
    ids=["text", "order of options", "more options", "kind"],
)
def test_another_meaning_is_another_question_and_old_answers_keep_theirs(
    switched_on, closed, administrator, rating, change
):
    question = add_question(wording=COLOUR, by=administrator, now=NOW)
    closed()
    invite_closed(now=NOW)
    survey = Invitation.objects.get()
    answers = {rating.pk: Given(number=5), question.pk: Given(choices=(0,))}
    submit_survey(survey_id=survey.pk, answers=answers, now=NOW)
    wording = Wording(**COLOUR.values | {"options": COLOUR.options} | change)
    changed = edit_question(question_id=question.pk, wording=wording, by=administrator, now=NOW)
    assert changed.pk != question.pk
    assert (changed.root_id, changed.number, changed.position) == (
        question.pk,
        2,
        question.position,
    )
    question.refresh_from_db()
    assert question.archived_at == NOW
    assert (question.text, question.options) == ("Какой цвет?", ["Дуб", "Орех"])
    answer = survey.answers.get(question=question)
    assert answer.question.options[answer.choices[0]] == "Дуб"


def test_what_does_not_change_the_meaning_changes_the_question_itself(administrator):
    question = add_question(wording=COLOUR, by=administrator, now=NOW)
    values = COLOUR.values | {"options": COLOUR.options}
    wording = Wording(**values | {"is_required": True, "for_unsold": True, "hint": "Любимый"})
    changed = edit_question(question_id=question.pk, wording=wording, by=administrator, now=NOW)
    assert changed.pk == question.pk
    assert (changed.is_required, changed.hint) == (True, "Любимый")
    assert question in Question.objects.asked_after("unsold")


def test_a_question_switched_off_is_not_asked(administrator):
    question = add_question(wording=COLOUR, by=administrator, now=NOW)
    switch_question(question_id=question.pk, is_active=False, by=administrator, now=NOW)
    assert question not in Question.objects.asked_after("sold")
    assert question in Question.objects.current()


def test_a_question_taken_out_leaves_the_editor(administrator):
    question = add_question(wording=COLOUR, by=administrator, now=NOW)
    remove_question(question_id=question.pk, by=administrator, now=NOW)
    assert question not in Question.objects.current()
    with pytest.raises(Question.DoesNotExist):
        switch_question(question_id=question.pk, is_active=True, by=administrator, now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": ("Дуб",)},
        {"options": ("Дуб", "дуб")},
        {"kind": "stars"},
        {"for_sold": False},
        {"purpose": "rating"},
        {"kind": "stars", "options": (), "purpose": "rating"},
        {"kind": "text", "options": (), "purpose": "review"},
        {"text": "Насколько быстро с вами связались?"},
    ],
    ids=[
        *("one option", "same options", "stars with options", "after no order"),
        *("rating by choice", "second rating", "second review", "same question"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(administrator, wrong):
    values = COLOUR.values | {"options": COLOUR.options} | wrong
    with pytest.raises(QuestionRefused):
        add_question(wording=Wording(**values), by=administrator, now=NOW)


# --- pages ---


@pytest.fixture
def admin_client(client, administrator):
    client.force_login(administrator)
    return client


GOOD = {"kind": "choice", "text": "Какой цвет?", "options": "Дуб\n\n Орех \n", "for_sold": "on"}


def test_the_editor_adds_edits_and_journals(admin_client, administrator):
    admin_client.post(reverse("question_add"), GOOD)
    question = Question.objects.current().last()
    assert question.options == ["Дуб", "Орех"]
    admin_client.post(
        reverse("question_edit", args=[question.pk]), GOOD | {"text": "Какой оттенок?"}
    )
    kinds = AuditRecord.objects.filter(object_type="surveys.question").order_by("id")
    assert [record.kind for record in kinds] == ["question_add", "question_edit"]
    page = admin_client.get(reverse("survey_settings")).content.decode()
    assert "Какой оттенок?" in page
    assert "Какой цвет?" not in page
    assert "Какой оттенок?" in admin_client.get(reverse("settings_history")).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"options": "Дуб"}, "Напишите хотя бы два варианта"),
        ({"options": "\n".join(map(str, range(13)))}, "Не больше 12 вариантов."),
        ({"options": "д" * 151 + "\nорех"}, "Вариант не длиннее 150 знаков."),
        ({"text": ""}, "Обязательное поле."),
        ({"text": "\x00"}, "Null"),
        ({"text": "а" * 301}, "не более 300"),
        ({"kind": "xml"}, "xml"),
        ({"for_sold": ""}, "Отметьте, после каких заказов"),
    ],
)
def test_a_wrong_question_is_explained_and_kept(admin_client, change, words):
    before = Question.objects.count()
    response = admin_client.post(reverse("question_add"), GOOD | change)
    assert response.status_code == 422
    page = response.content.decode()
    if words != "Null":
        assert words in page
    assert Question.objects.count() == before


@pytest.mark.parametrize("outcome", ["sold", "unsold", "cancelled", "nonsense", ""])
def test_the_preview_shows_what_customers_see_and_keeps_nothing(admin_client, outcome):
    page = admin_client.get(reverse("survey_preview"), {"outcome": outcome}).content.decode()
    assert "Оцените работу с вашим заказом в целом" in page
    assert ("Почему покупка не состоялась?" in page) == (outcome in ("unsold", "cancelled"))
    assert not Invitation.objects.exists()


def numbers(**changes):
    points = {"points_5": 20, "points_4": 10, "points_3": 0, "points_2": -10, "points_1": -20}
    return {"reminder_days": 3, "open_days": 60, **points, **changes}


def test_the_settings_switch_surveys_on_and_off(admin_client):
    admin_client.post(reverse("survey_settings"), numbers(is_enabled="on"))
    assert SurveySettings.load().enabled_since is not None
    admin_client.post(reverse("survey_settings"), numbers(points_5=50))
    settings = SurveySettings.load()
    assert (settings.enabled_since, settings.points_5) == (None, 50)


@pytest.mark.parametrize(
    "wrong", [{"open_days": 0}, {"points_5": 99999}, {"reminder_days": -1}, {"points_1": "много"}]
)
def test_settings_out_of_range_are_not_saved(admin_client, wrong):
    response = admin_client.post(reverse("survey_settings"), numbers(is_enabled="on", **wrong))
    assert response.status_code == 422
    assert SurveySettings.load().enabled_since is None
