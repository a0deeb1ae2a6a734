"""The end of a complaint: the answer, the outcome, the points; and its beginning anew."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import PointsEntry, SystemSettings
from dealers.services.points import add_points
from orders.complaints import messages
from orders.complaints.locking import lock, words, write
from orders.complaints.states import TRANSITIONS, State, Step
from orders.complaints.terms import due_from
from orders.models import ComplaintEntryKind, ComplaintFile, Outcome
from orders.services.errors import OrderError
from orders.services.files import keep_files


@transaction.atomic
def answer(*, complaint_id, text, seen, by, now, outcome="", files=()):
    """Answer the customer, who gets it by mail or SMS and on the page; with an outcome also close.

    Raises ComplaintNotFound, IllegalStep, ComplaintMoved, OrderError (text, outcome).
    """
    complaint, state = lock(complaint_id, Step.ANSWER, by=by, seen=seen)
    text = words(text)
    complaint.state = state
    complaint.answered_at = now
    complaint.save(update_fields=["state", "answered_at"])
    entry = write(complaint, ComplaintEntryKind.ANSWER, by=by, text=text, now=now)
    keep_files(entry, files, model=ComplaintFile)
    messages.answered(complaint, text, now=now)
    if outcome:
        complaint, state = lock(complaint_id, Step.CLOSE, by=by)
        _close(complaint, state, outcome, by=by, now=now)
    return complaint


@transaction.atomic
def close(*, complaint_id, outcome, seen, by, now):
    """Say what an answered complaint was found to be; a closed one can be judged otherwise.

    A justified one costs the dealer points once. Raises ComplaintNotFound, IllegalStep,
    ComplaintMoved, OrderError (outcome).
    """
    complaint, state = lock(complaint_id, Step.CLOSE, by=by, seen=seen)
    if outcome and complaint.outcome == outcome:
        return complaint
    return _close(complaint, state, outcome, by=by, now=now)


@transaction.atomic
def reopen(*, complaint_id, reason, seen, by, now):
    """Look into an answered or closed complaint once more; points it has cost are given back.

    Raises ComplaintNotFound, IllegalStep, ComplaintMoved, OrderError (reason).
    """
    complaint, _state = lock(complaint_id, Step.REOPEN, by=by, seen=seen)
    reason = words(reason)
    open_again(complaint, by=by, now=now)
    write(complaint, ComplaintEntryKind.REOPENED, by=by, text=reason, now=now)
    return complaint


def open_again(complaint, *, now, by=None):
    """A locked complaint goes back to work with a new term; ``by`` None: the customer wrote."""
    _give_back_points(complaint, by=by, now=now)
    complaint.state = TRANSITIONS[State(complaint.state), Step.REOPEN]
    complaint.closed_at = None
    complaint.outcome = ""
    complaint.due_on = due_from(now)
    complaint.overdue_at = None
    complaint.save(
        update_fields=["state", "closed_at", "outcome", "points_entry", "due_on", "overdue_at"]
    )


def _close(complaint, state, outcome, *, by, now):
    if outcome not in Outcome.values:
        raise OrderError(_("Say whether the complaint is justified."))
    complaint.state = state
    complaint.outcome = outcome
    complaint.closed_at = now
    if outcome == Outcome.JUSTIFIED:
        _take_points(complaint, by=by, now=now)
    else:
        _give_back_points(complaint, by=by, now=now)
    complaint.save(update_fields=["state", "outcome", "closed_at", "points_entry"])
    write(
        complaint,
        ComplaintEntryKind.CLOSED,
        by=by,
        data={"outcome": outcome, "points": complaint.points},
        now=now,
    )
    messages.closed(complaint, now=now)
    return complaint


def _take_points(complaint, *, by, now):
    points = SystemSettings.load().points_complaint
    if complaint.points_entry_id or not complaint.dealer_id or not points:
        return
    complaint.points_entry = _move_points(
        complaint, -points, _("justified complaint № %(number)s, order № %(order)s"), by, now
    )


def _give_back_points(complaint, *, by, now):
    if not complaint.points_entry_id:
        return
    amount = -complaint.points_entry.amount
    _move_points(
        complaint, amount, _("complaint № %(number)s, order № %(order)s: taken back"), by, now
    )
    complaint.points_entry = None


def _move_points(complaint, amount, reason, by, now):
    # Named in the reason alone: an order that is opened again reverses what names it.
    return add_points(
        dealer_id=complaint.dealer_id,
        amount=amount,
        kind=PointsEntry.Kind.COMPLAINT,
        reason=reason % {"number": complaint.pk, "order": complaint.order_id},
        by=by,
        now=now,
    )
