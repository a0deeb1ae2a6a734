"""What one survey asks, and what has been answered."""

from surveys.answers import Given
from surveys.models import Answer, Purpose, Question


def questions_of(survey):
    """The questions of a survey in order: those it began with, else those of today."""
    if survey.questions:
        found = Question.objects.in_bulk(survey.questions)
        return [found[pk] for pk in survey.questions if pk in found]
    return list(Question.objects.asked_after(survey.outcome))


def answers_of(survey):
    """Givens of a survey by question's id."""
    return {
        answer.question_id: Given(answer.number, tuple(answer.choices), answer.text)
        for answer in Answer.objects.filter(invitation=survey)
    }


def for_purpose(questions, purpose):
    """The question that serves the purpose, or None."""
    return next((one for one in questions if one.purpose == purpose), None)


def written_text(questions, given):
    """What the customer has written for a review: the question meant for it, else nothing."""
    question = for_purpose(questions, Purpose.REVIEW)
    return given[question.pk].text if question and question.pk in given else ""
