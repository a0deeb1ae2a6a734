"""Everything that the page of a complaint shows to one user."""

from dataclasses import dataclass

from dealers.models import SystemSettings
from orders.card import hides_phones
from orders.complaints.forms import (
    AnswerForm,
    AskForm,
    ChangeForm,
    CloseForm,
    GiveForm,
    NoteForm,
    ReopenForm,
    StatementForm,
)
from orders.complaints.locking import seen_of
from orders.complaints.states import Side, Step, steps_from
from orders.complaints.timeline import ComplaintEvent, timeline_of
from orders.models import Complaint, Order
from orders.scope import CustomerView, details_for
from suz.common.masking import without_phones

FORMS = {
    Step.ANSWER: AnswerForm,
    Step.ASK: AskForm,
    Step.STATE: StatementForm,
    Step.CLOSE: CloseForm,
    Step.NOTE: NoteForm,
    Step.REOPEN: ReopenForm,
    Step.TAKE: GiveForm,
}


@dataclass(frozen=True)
class ComplaintPage:
    """A complaint as one user reads it.

    ``steps`` are what the user may do now, ``forms`` what that is filled in with, by name. ``seen``
    goes with every form. ``text`` has its phones masked where they are hidden from the user;
    ``may_open_order`` tells whether the order's card is the user's to open.
    """

    complaint: Complaint
    text: str
    customer: CustomerView
    events: list[ComplaintEvent]
    steps: frozenset[str]
    forms: dict
    seen: int
    may_open_order: bool


def page_of(complaint, user, bound=None):
    """The page; ``bound`` is a form that came back, by its name."""
    settings = SystemSettings.load()
    order = complaint.order
    masks = hides_phones(user, order, settings)
    side = Side.MANUFACTURER if user.is_manufacturer else Side.DEALER
    steps = steps_from(complaint.state, side)
    return ComplaintPage(
        complaint=complaint,
        text=without_phones(complaint.text) if masks else complaint.text,
        customer=details_for(user, order, settings),
        events=timeline_of(complaint, user, hides_phones=masks),
        steps=frozenset(str(step) for step in steps),
        forms=_forms(complaint, steps) | {form.name: form for form in bound or ()},
        seen=seen_of(complaint),
        may_open_order=user.is_manufacturer
        or Order.objects.visible_to(user).filter(pk=order.pk).exists(),
    )


def _forms(complaint, steps):
    forms = {form.name: form() for step, form in FORMS.items() if step in steps}
    if Step.CHANGE in steps:
        forms[ChangeForm.name] = ChangeForm(complaint=complaint)
    return forms
