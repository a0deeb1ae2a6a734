"""Complaints come to be: a customer makes one, or somebody writes it down for the customer."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.limits import COMPLAINTS_OF_ORDER
from orders.complaints import messages
from orders.complaints.judging import open_again
from orders.complaints.locking import next_state, words, write
from orders.complaints.states import Step
from orders.complaints.terms import due_from
from orders.models import Complaint, ComplaintEntryKind, ComplaintFile, ReasonKind
from orders.services.accepting import reason_of
from orders.services.errors import OrderError, OrderNotFound
from orders.services.files import keep_files
from orders.services.locking import lock_order


@transaction.atomic
def file_complaint(*, order_id, category_id, text, form_key, now, by=None, files=()):
    """Make a complaint about an order and tell everybody concerned; returns it.

    ``by`` is who of the manufacturer writes it down, None for the customer. A form sent twice (the
    same ``form_key``) makes one complaint. Raises OrderNotFound, OrderError (category, text, too
    many of one order a day).
    """
    order = lock_order(order_id)
    if order is None or (by is not None and not by.is_manufacturer):
        raise OrderNotFound
    made = Complaint.objects.filter(form_key=form_key, order=order).first()
    if made is not None:
        return made
    category = reason_of(category_id, ReasonKind.COMPLAINT)
    text = words(text)
    _count(order, by, now)
    complaint = Complaint.objects.create(
        form_key=form_key,
        order=order,
        dealer=order.dealer,
        region=order.region,
        category=category,
        text=text,
        created_by=by,
        created_at=now,
        due_on=due_from(now),
    )
    entry = write(complaint, ComplaintEntryKind.FILED, by=by, text=text, now=now)
    keep_files(entry, files, model=ComplaintFile)
    messages.filed(complaint, by=by, now=now)
    return complaint


@transaction.atomic
def write_again(*, order_id, complaint_id, text, now, files=()):
    """The customer adds something to a complaint; one that was answered is open again.

    The same words twice running count once.

    Raises OrderNotFound, OrderError (text, too often).
    """
    order = lock_order(order_id)
    complaint = (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("dealer", "category", "owner")
        .filter(pk=complaint_id, order=order)
        .first()
        if order
        else None
    )
    if complaint is None:
        raise OrderNotFound
    text = words(text)
    last = complaint.entries.last()
    if last and (last.kind, last.text) == (ComplaintEntryKind.WROTE, text):
        # The same form once more.
        return complaint
    _count(order, None, now)
    state = next_state(complaint, Step.WRITE)
    if state != complaint.state:
        open_again(complaint, now=now)
    entry = write(complaint, ComplaintEntryKind.WROTE, by=None, text=text, now=now)
    keep_files(entry, files, model=ComplaintFile)
    messages.wrote_again(complaint, text, now=now)
    return complaint


def _count(order, by, now):
    if by is None and not COMPLAINTS_OF_ORDER.hit(order.pk, now=now):
        raise OrderError(
            _("You have written a lot today: we are reading it. Write again tomorrow.")
        )
