"""The questions: added, put in order, switched; reworded as new ones, so answers keep meaning."""

from dataclasses import dataclass, fields

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind
from dealers.services.audit import record
from dealers.services.errors import Refused
from surveys.models import Purpose, Question, QuestionKind
from suz.common.ordering import exchange

# What an answer was given to: another one of these is another question.
MEANING = ("kind", "text", "options")
LEAST_OPTIONS = 2


class QuestionRefused(Refused):
    """The question cannot be so; ``field`` is the form's that it is about, None: the whole."""

    def __init__(self, message, field=None):
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Everything about a question that its editor decides."""

    kind: str
    text: str
    hint: str = ""
    options: tuple[str, ...] = ()
    purpose: str = ""
    is_required: bool = False
    for_sold: bool = True
    for_unsold: bool = False
    for_cancelled: bool = False

    @property
    def values(self):
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return found | {"options": list(self.options)}


@transaction.atomic
def add_question(*, wording, by, now):
    """Add a question to the end of the survey. Raises QuestionRefused."""
    others = _lock()
    _check(wording, others)
    question = Question.objects.create(
        **wording.values, position=len(others), created_at=now, created_by=by
    )
    record(by=by, changed=question, kind=AuditKind.QUESTION_ADDED, now=now)
    return question


@transaction.atomic
def edit_question(*, question_id, wording, by, now):
    """Change a current question and return the one that stands now.

    Another kind, text or other options are a new wording in its place: the old one is archived with
    its answers. Raises Question.DoesNotExist, QuestionRefused.
    """
    questions = _lock()
    question = _one_of(questions, question_id)
    _check(wording, [one for one in questions if one.pk != question.pk])
    changes = [
        {"field": name, "before": getattr(question, name), "after": value}
        for name, value in wording.values.items()
        if getattr(question, name) != value
    ]
    if not changes:
        return question
    if any(change["field"] in MEANING for change in changes):
        question = _reworded(question, wording, by, now)
    else:
        for change in changes:
            setattr(question, change["field"], change["after"])
        question.save(update_fields=[change["field"] for change in changes])
    record(
        by=by,
        changed=question,
        kind=AuditKind.QUESTION_EDITED,
        data={"changes": changes},
        now=now,
    )
    return question


@transaction.atomic
def switch_question(*, question_id, is_active, by, now):
    """Ask a question from now on, or no more. Raises Question.DoesNotExist."""
    question = _one_of(_lock(), question_id)
    if question.is_active != is_active:
        question.is_active = is_active
        question.save(update_fields=["is_active"])
        kind = AuditKind.QUESTION_ON if is_active else AuditKind.QUESTION_OFF
        record(by=by, changed=question, kind=kind, now=now)
    return question


@transaction.atomic
def remove_question(*, question_id, by, now):
    """Take a question out of the survey; its answers stay in the results."""
    question = _one_of(_lock(), question_id)
    question.archived_at = now
    question.save(update_fields=["archived_at"])
    record(by=by, changed=question, kind=AuditKind.QUESTION_REMOVED, now=now)
    return question


@transaction.atomic
def move_question(*, question_id, up, by, now):
    """Exchange a question with its neighbour; at the end nothing moves."""
    questions = _lock()
    question = _one_of(questions, question_id)
    change = exchange(questions, questions.index(question), up=up)
    if change is None:
        return
    record(
        by=by,
        changed=question,
        kind=AuditKind.QUESTION_MOVED,
        data={"changes": [change]},
        now=now,
    )


def _lock():
    """The current questions in order, locked against others who edit them."""
    return list(Question.objects.current().select_for_update(no_key=True))


def _one_of(questions, question_id):
    for question in questions:
        if question.pk == question_id:
            return question
    raise Question.DoesNotExist


def _reworded(question, wording, by, now):
    question.archived_at = now
    question.save(update_fields=["archived_at"])
    return Question.objects.create(
        **wording.values,
        root_id=question.first_id,
        number=question.number + 1,
        position=question.position,
        is_active=question.is_active,
        created_at=now,
        created_by=by,
    )


def _check(wording, others):
    needs_options = wording.kind in (QuestionKind.CHOICE, QuestionKind.SEVERAL)
    if needs_options and len(wording.options) < LEAST_OPTIONS:
        raise QuestionRefused(
            _("Write at least two choices, each on a line of its own."), "options"
        )
    if not needs_options and wording.options:
        raise QuestionRefused(_("A question of this kind has no choices."), "options")
    if len({option.casefold() for option in wording.options}) < len(wording.options):
        raise QuestionRefused(_("The same choice stands there twice."), "options")
    if not (wording.for_sold or wording.for_unsold or wording.for_cancelled):
        raise QuestionRefused(_("Choose after which orders it is asked."))
    fitting = {Purpose.RATING: QuestionKind.STARS, Purpose.REVIEW: QuestionKind.TEXT}
    if wording.purpose and fitting[wording.purpose] != wording.kind:
        raise QuestionRefused(
            _("The rating is asked for in stars, a review in text: choose another kind."),
            "purpose",
        )
    if wording.purpose and any(one.purpose == wording.purpose for one in others):
        raise QuestionRefused(
            _("Another question serves this already: take it from there first."), "purpose"
        )
    if any(one.text.casefold() == wording.text.casefold() for one in others):
        raise QuestionRefused(_("The survey has this question already."), "text")
