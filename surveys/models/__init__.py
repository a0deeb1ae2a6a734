"""Questions, invitations with their answers, reviews and the settings of them all."""

from surveys.models.invitations import Answer, Invitation
from surveys.models.questions import Purpose, Question, QuestionKind
from surveys.models.reviews import Review, ReviewState
from surveys.models.settings import SurveySettings

__all__ = [
    "Answer",
    "Invitation",
    "Purpose",
    "Question",
    "QuestionKind",
    "Review",
    "ReviewState",
    "SurveySettings",
]
