"""What is done about an open complaint: taken, asked about, stated, noted."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealers.models import Role, User
from orders.complaints import messages
from orders.complaints.locking import lock, words, write
from orders.complaints.states import Step
from orders.models import ComplaintEntryKind, ComplaintFile, ReasonKind
from orders.services.accepting import reason_of
from orders.services.comments import keep_files
from orders.services.errors import OrderError


@transaction.atomic
def give(*, complaint_id, owner_id, seen, by, now):
    """Make a person of the manufacturer the owner: take a complaint, or hand it over.

    Raises ComplaintNotFound, IllegalStep, ComplaintMoved, OrderError (owner).
    """
    complaint, state = lock(complaint_id, Step.TAKE, by=by, seen=seen)
    owner = owners().filter(pk=owner_id).first()
    if owner is None:
        raise OrderError(_("Choose a person from the list."))
    if complaint.owner_id == owner.pk:
        return complaint
    before = complaint.owner.name if complaint.owner_id else ""
    complaint.owner = owner
    complaint.state = state
    complaint.save(update_fields=["owner", "state"])
    write(
        complaint,
        ComplaintEntryKind.OWNER,
        by=by,
        data={"before": before, "owner": owner.name},
        now=now,
    )
    if owner != by:
        messages.given(complaint, now=now)
    return complaint


@transaction.atomic
def change(*, complaint_id, category_id, due_on, seen, by, now):
    """Set category and term of an open complaint; a new term ahead is not overdue.

    Raises ComplaintNotFound, IllegalStep, ComplaintMoved, OrderError (category, term).
    """
    complaint, _state = lock(complaint_id, Step.CHANGE, by=by, seen=seen)
    changes = []
    if category_id != complaint.category_id:
        category = reason_of(category_id, ReasonKind.COMPLAINT)
        changes.append(("category", complaint.category.text, category.text))
        complaint.category = category
    if due_on != complaint.due_on:
        if due_on < timezone.localdate(now):
            raise OrderError(_("The term cannot lie in the past."))
        changes.append(("due_on", complaint.due_on.isoformat(), due_on.isoformat()))
        complaint.due_on = due_on
        complaint.overdue_at = None
    if not changes:
        return complaint
    complaint.save(update_fields=["category", "due_on", "overdue_at"])
    write(
        complaint,
        ComplaintEntryKind.CHANGED,
        by=by,
        data={
            "changes": [
                {"field": name, "before": before, "after": after} for name, before, after in changes
            ]
        },
        now=now,
    )
    return complaint


@transaction.atomic
def note(*, complaint_id, text, by, now, files=()):
    """Write something down that the manufacturer's people alone read.

    Raises ComplaintNotFound, OrderError (text).
    """
    complaint, _state = lock(complaint_id, Step.NOTE, by=by)
    return _say(complaint, ComplaintEntryKind.NOTE, text, files, by=by, now=now)


@transaction.atomic
def ask_dealer(*, complaint_id, text, seen, by, now, files=()):
    """Ask the dealer for a statement; one about nobody becomes one about its order's dealer.

    Raises ComplaintNotFound, IllegalStep, ComplaintMoved, OrderError (text, nobody to ask).
    """
    complaint, state = lock(complaint_id, Step.ASK, by=by, seen=seen)
    dealer = complaint.dealer or complaint.order.dealer
    if dealer is None:
        raise OrderError(_("There is nobody to ask: no dealer has the order."))
    complaint.dealer = dealer
    complaint.state = state
    complaint.save(update_fields=["dealer", "state"])
    entry = _say(complaint, ComplaintEntryKind.ASKED, text, files, by=by, now=now)
    messages.asked(complaint, entry.text, now=now)
    return complaint


@transaction.atomic
def give_statement(*, complaint_id, text, by, now, files=()):
    """The dealer says what it has to say; whoever waited for it may go on.

    Raises ComplaintNotFound, IllegalStep, OrderError (text).
    """
    complaint, state = lock(complaint_id, Step.STATE, by=by)
    if state != complaint.state:
        complaint.state = state
        complaint.save(update_fields=["state"])
    entry = _say(complaint, ComplaintEntryKind.STATEMENT, text, files, by=by, now=now)
    messages.stated(complaint, entry.text, now=now)
    return complaint


def owners():
    """Who may own a complaint: the manufacturer's people who work."""
    return User.objects.filter(
        role__in=(Role.ADMINISTRATOR, Role.MANUFACTURER_MANAGER), is_active=True
    ).order_by("name", "pk")


def _say(complaint, kind, text, files, *, by, now):
    entry = write(complaint, kind, by=by, text=words(text), now=now)
    keep_files(entry, files, model=ComplaintFile)
    return entry
