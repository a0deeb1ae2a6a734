"""Answers as a table for download: a row a survey, a column a question."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from surveys.models import Answer, Question, QuestionKind

CHUNK = 500
TITLES = (
    gettext_lazy("Order"),
    pgettext_lazy("survey", "Outcome"),
    pgettext_lazy("survey", "Answered"),
    gettext_lazy("Dealer"),
    gettext_lazy("Region"),
    gettext_lazy("Stars"),
    gettext_lazy("Points"),
    gettext_lazy("Counts"),
)


def export_questions():
    """Every wording that somebody has answered, in the order of the survey."""
    answered = Answer.objects.filter(question=OuterRef("pk"))
    return list(Question.objects.filter(Exists(answered)).order_by("position", "-number", "id"))


def titles(questions):
    """Titles of the columns in the language of the request."""
    return [*(str(title) for title in TITLES), *(question.text for question in questions)]


def export_rows(surveys, questions):
    """One row a survey, read in pieces; nothing of the customer but the answers."""
    surveys = surveys.select_related("dealer", "region").prefetch_related("answers")
    for survey in surveys.iterator(chunk_size=CHUNK):
        given = {answer.question_id: answer for answer in survey.answers.all()}
        yield (
            survey.order_id,
            survey.get_outcome_display(),
            survey.answered_at,
            survey.dealer.name if survey.dealer_id else "",
            survey.region.name,
            survey.rating,
            survey.points,
            _("no") if survey.is_voided else _("yes"),
            *(cell(question, given.get(question.pk)) for question in questions),
        )


def cell(question, answer):
    """An answer as a cell holds it, None where there is none."""
    if answer is None:
        return None
    if question.kind == QuestionKind.TEXT:
        return answer.text
    if answer.number is not None:
        return answer.number
    return "; ".join(
        question.options[place] for place in answer.choices if place < len(question.options)
    )
