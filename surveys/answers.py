"""What a customer may answer, as a form made of the questions."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from dealers.ratings import BEST, WORST
from surveys.models import QuestionKind
from suz.common.masking import without_contacts

LONGEST_TEXT = 2000
SCALE = range(11)
STARS = range(WORST, BEST + 1)
PREFIX = "q"


@dataclass(frozen=True)
class Given:
    """An answer: stars or scale, places of the options chosen, or text."""

    number: int | None = None
    choices: tuple[int, ...] = ()
    text: str = ""

    def __bool__(self):
        return self.number is not None or bool(self.choices or self.text)


def field_name(question):
    """The name of a question's field."""
    return f"{PREFIX}{question.pk}"


class AnswerForm(forms.Form):
    """The questions of one survey. ``answers`` maps those that were answered soundly to Givens.

    With ``is_draft`` nothing is required: it is saved as the customer goes.
    """

    def __init__(self, data=None, *, questions, given=None, is_draft=False):
        self.questions = list(questions)
        self.is_draft = is_draft
        given = given or {}
        initial = {
            field_name(question): _initial(question, given[question.pk])
            for question in self.questions
            if question.pk in given
        }
        super().__init__(data, initial=initial, auto_id="%s")
        for question in self.questions:
            self.fields[field_name(question)] = _field(question, is_draft)

    @property
    def answers(self):
        cleaned = self.cleaned_data
        found = {
            question.pk: _given(question, cleaned[name])
            for question in self.questions
            if (name := field_name(question)) in cleaned
        }
        # A draft forgets what was taken back; the customer sends off what stands there.
        return found if self.is_draft else {pk: one for pk, one in found.items() if one}

    @property
    def rows(self):
        """(question, bound field, values chosen, as texts) in order."""
        for question in self.questions:
            field = self[field_name(question)]
            value = field.value()
            chosen = value if isinstance(value, list | tuple) else [value]
            yield question, field, [str(one) for one in chosen if one not in (None, "")]


def _field(question, is_draft):
    required = question.is_required and not is_draft
    match question.kind:
        case QuestionKind.TEXT:
            return forms.CharField(
                label=question.text,
                required=required,
                max_length=LONGEST_TEXT,
                error_messages={"required": _("Please write a few words.")},
            )
        case QuestionKind.SEVERAL:
            return forms.MultipleChoiceField(
                label=question.text,
                required=required,
                choices=options_of(question),
                error_messages={"required": _("Please choose at least one.")},
            )
    return forms.ChoiceField(
        label=question.text,
        required=required,
        choices=options_of(question),
        error_messages={"required": _("Please choose an answer.")},
    )


def options_of(question):
    """(value, words) of what may be chosen."""
    match question.kind:
        case QuestionKind.STARS:
            return [(str(number), str(number)) for number in STARS]
        case QuestionKind.SCALE:
            return [(str(number), str(number)) for number in SCALE]
    return [(str(place), words) for place, words in enumerate(question.options)]


def _given(question, value):
    match question.kind:
        case QuestionKind.TEXT:
            # Dealers read and search these words: they hold no phone that could be found.
            return Given(text=without_contacts(value.strip()))
        case QuestionKind.SEVERAL:
            return Given(choices=tuple(sorted({int(one) for one in value})))
        case QuestionKind.CHOICE:
            return Given(choices=(int(value),) if value else ())
    return Given(number=int(value) if value else None)


def _initial(question, given):
    match question.kind:
        case QuestionKind.TEXT:
            return given.text
        case QuestionKind.SEVERAL:
            return [str(one) for one in given.choices]
        case QuestionKind.CHOICE:
            return str(given.choices[0]) if given.choices else ""
    return "" if given.number is None else str(given.number)
