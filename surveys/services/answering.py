"""A customer's answers: saved as one goes, sent off once."""

from django.db import transaction

from dealers.models import PointsEntry
from dealers.services.points import add_points
from dealers.services.ratings import count_rating
from orders.models import Order
from surveys import messages
from surveys.answers import Given
from surveys.models import Answer, Invitation, Purpose, SurveySettings
from surveys.models.invitations import LOW
from surveys.selectors.asking import for_purpose, questions_of
from surveys.services.errors import AlreadyAnswered, SurveyClosed


@transaction.atomic
def save_answers(*, survey_id, answers, now):
    """Keep what the customer has answered so far: ``answers`` maps question ids to Givens.

    An empty Given takes an answer back. Returns how many questions are answered. Raises
    SurveyClosed.
    """
    survey = _lock(survey_id)
    if not survey.is_open(now):
        raise SurveyClosed
    _begin(survey, now)
    _write(survey, answers)
    return survey.answers.count()


@transaction.atomic
def submit_survey(*, survey_id, answers, now):
    """The customer sends the survey off, once: stars count for the dealer and give it points.

    ``answers`` as for ``save_answers``; what is not among them is not answered. Raises
    AlreadyAnswered, SurveyClosed.
    """
    survey = _finish(survey_id, now)
    questions = _begin(survey, now)
    survey.answers.exclude(question__in=answers).delete()
    _write(survey, answers)
    question = for_purpose(questions, Purpose.RATING)
    given = answers.get(question.pk) if question else None
    _rate(survey, given.number if given else None, now)
    return survey


@transaction.atomic
def submit_short(*, survey_id, stars, text, now):
    """A review alone: stars and text are the survey's only answers.

    Raises AlreadyAnswered, SurveyClosed.
    """
    survey = _finish(survey_id, now, is_short=True)
    questions = _begin(survey, now)
    survey.answers.all().delete()
    answers = {}
    if question := for_purpose(questions, Purpose.RATING):
        answers[question.pk] = Given(number=stars)
    if question := for_purpose(questions, Purpose.REVIEW):
        answers[question.pk] = Given(text=text)
    _write(survey, answers)
    _rate(survey, stars, now)
    return survey


def _lock(survey_id):
    survey = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("order", "dealer")
        .filter(pk=survey_id, order__deleted_at__isnull=True)
        .first()
    )
    if survey is None or survey.order.is_open:
        raise SurveyClosed
    return survey


def _finish(survey_id, now, *, is_short=False):
    """Mark a survey answered: of many at once one succeeds, and holds the row to the end."""
    done = Invitation.objects.filter(
        pk=survey_id, answered_at__isnull=True, voided_at__isnull=True, closes_at__gt=now
    ).update(answered_at=now, remind_at=None, is_short=is_short)
    survey = _lock(survey_id)
    if not done:
        raise AlreadyAnswered if survey.is_answered and not survey.is_voided else SurveyClosed
    return survey


def _begin(survey, now):
    """The survey's questions, fixed when its first answer comes."""
    questions = questions_of(survey)
    if survey.started_at is None:
        survey.started_at = now
        survey.questions = [question.pk for question in questions]
        survey.save(update_fields=["started_at", "questions"])
    return questions


def _write(survey, answers):
    """Insert or change answers of the survey's own questions; empty ones go."""
    asked = {pk: given for pk, given in answers.items() if pk in survey.questions}
    empty = [pk for pk, given in asked.items() if not given]
    if empty:
        survey.answers.filter(question__in=empty).delete()
    Answer.objects.bulk_create(
        [
            Answer(
                invitation=survey,
                question_id=pk,
                number=given.number,
                choices=list(given.choices),
                text=given.text,
            )
            for pk, given in asked.items()
            if given
        ],
        update_conflicts=True,
        unique_fields=["invitation", "question"],
        update_fields=["number", "choices", "text"],
    )


def _rate(survey, stars, now):
    """Count the stars: points, the dealer's average, a word where the customer is not content."""
    if stars is None:
        return
    survey.rating = stars
    if survey.dealer_id:
        survey.cycle = Order.objects.values_list("cycle", flat=True).get(pk=survey.order_id)
        entry = add_points(
            dealer_id=survey.dealer_id,
            amount=SurveySettings.load().points_for(stars),
            kind=PointsEntry.Kind.RATING,
            order_id=survey.order_id,
            cycle=survey.cycle,
            now=now,
        )
        survey.points = entry.amount if entry else 0
        count_rating(dealer_id=survey.dealer_id, stars=stars)
    survey.save(update_fields=["rating", "points", "cycle"])
    if stars <= LOW:
        messages.rated_low(survey, now)
