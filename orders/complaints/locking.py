"""The beginning of every change of a complaint: its row, the right, the step, what was seen."""

from django.utils.translation import gettext as _

from orders.complaints.states import SIDES, STATES, TRANSITIONS, Side, State
from orders.models import Complaint, ComplaintEntry, ComplaintEntryKind
from orders.services.errors import IllegalStep, OrderError, OrderNotFound

# What others note down changes nothing that a form shows.
NO_CHANGES = (ComplaintEntryKind.NOTE,)


class ComplaintNotFound(OrderNotFound):
    """There is no such complaint for this person."""


class ComplaintMoved(OrderError):
    """Something was said or done about the complaint since the form was made.

    ``since`` is the id of the last entry that the form was made with, 0 where it does not say.
    """

    def __init__(self, since):
        super().__init__(
            _("The complaint has changed while you were writing. Nothing is saved yet.")
        )
        self.since = since


def lock(complaint_id, step, *, by, seen=None):
    """The complaint, locked, and the state that the step leads to: ``(complaint, state)``.

    ``by`` is a user of the workspace. ``seen`` is what the form was made with (``seen_of``), None
    where it does not matter. Raises ComplaintNotFound, IllegalStep, ComplaintMoved.
    """
    complaint = (
        Complaint.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("order__place", "order__region", "dealer", "category", "owner")
        .filter(pk=complaint_id)
        .first()
    )
    side = Side.MANUFACTURER if by.is_manufacturer else Side.DEALER
    if complaint is None or SIDES[step] != side:
        raise ComplaintNotFound
    if seen is not None and _number(seen) != seen_of(complaint):
        raise ComplaintMoved(_number(seen))
    return complaint, next_state(complaint, step)


def next_state(complaint, step):
    """The state that a step leads to. Raises IllegalStep."""
    state = TRANSITIONS.get((State(complaint.state), step))
    if state is None:
        raise IllegalStep(
            _("This cannot be done to a complaint in the state “%(state)s”.")
            % {"state": STATES[State(complaint.state)].name}
        )
    return state


def seen_of(complaint):
    """What a form made from the complaint carries: the id of the last entry that changed it."""
    entries = ComplaintEntry.objects.filter(complaint=complaint).exclude(kind__in=NO_CHANGES)
    return entries.order_by("-id").values_list("pk", flat=True).first() or 0


def write(complaint, kind, *, by, now, text="", data=None):
    """An entry of the time line; ``by`` None: the customer, unless the system (OVERDUE) does it."""
    return ComplaintEntry.objects.create(
        complaint=complaint,
        kind=kind,
        text=text,
        data=data or {},
        actor=by,
        by_customer=by is None and kind != ComplaintEntryKind.OVERDUE,
        created_at=now,
    )


def words(text):
    """What somebody wrote, without space around it. Raises OrderError where nothing is left."""
    text = text.strip()
    if not text:
        raise OrderError(_("Write something first."))
    return text


def _number(seen):
    text = str(seen)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
