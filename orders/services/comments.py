"""What staff write about an order, and what they attach to it."""

from django.db import transaction

from orders import messages
from orders.models import HistoryEntry, HistoryKind
from orders.services.conversations import answered, check_contents
from orders.services.errors import OrderNotFound
from orders.services.files import keep_files
from orders.services.locking import lock_own


@transaction.atomic
def add_comment(*, order_id, by, text, is_visible, now, files=()):
    """A comment, internal or visible to the customer, with checked Attachments.

    A visible one answers the customer, who is told of it; of an internal one of the manufacturer
    the dealer is told. Without words there must be a file. Raises OrderNotFound, OrderError.
    """
    order = lock_own(order_id, by)
    text = text.strip()
    check_contents(text, files)
    entry = HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.COMMENT,
        text=text,
        actor=by,
        dealer_id=order.dealer_id,
        is_visible=is_visible,
        created_at=now,
    )
    keep_files(entry, files)
    if is_visible:
        answered(order, entry, by=by, files=len(files), now=now)
    elif by.is_manufacturer:
        messages.internal_comment(order, entry, files=len(files), now=now)
    return entry


@transaction.atomic
def show_comment(*, order_id, entry_id, is_visible, by, now):
    """Show a comment with its files to the customer, or hide it again; the history keeps who.

    Its author may, and the manufacturer; what the customer wrote stays visible. As wanted already
    is a success. Raises OrderNotFound.
    """
    order = lock_own(order_id, by)
    comments = HistoryEntry.objects.filter(order=order, kind=HistoryKind.COMMENT)
    entry = comments.filter(pk=entry_id).first()
    if entry is None or not may_switch(entry, by):
        raise OrderNotFound
    if entry.is_visible == is_visible:
        return entry
    entry.is_visible = is_visible
    entry.save(update_fields=["is_visible"])
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.VISIBILITY,
        actor=by,
        dealer_id=entry.dealer_id,
        data={"written_at": entry.created_at.isoformat(), "shown": is_visible},
        created_at=now,
    )
    if is_visible:
        answered(order, entry, by=by, files=entry.files.count(), now=now)
    return entry


def may_switch(entry, user):
    """Whether the user decides if the customer sees the comment."""
    is_comment = entry.kind == HistoryKind.COMMENT and not entry.by_customer
    return is_comment and (user.is_manufacturer or entry.actor_id == user.pk)
