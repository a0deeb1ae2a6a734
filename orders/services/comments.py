"""What people write about an order, and what they attach to it."""

from django.db import transaction
from django.utils.translation import gettext as _

from orders.models import CommentFile, HistoryEntry, HistoryKind
from orders.services.errors import OrderError, OrderNotFound
from orders.services.locking import lock_own
from suz.common.attachments import MAX_FILES


@transaction.atomic
def add_comment(*, order_id, by, text, is_visible, now, files=()):
    """A comment, internal or visible to the customer, with checked Attachments.

    Without words there must be a file. Raises OrderNotFound, OrderError.
    """
    order = lock_own(order_id, by)
    text = text.strip()
    if not text and not files:
        raise OrderError(_("Write something first."))
    if len(files) > MAX_FILES:
        raise OrderError(_("At most five files at once."))
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
    return entry


def may_switch(entry, user):
    """Whether the user decides if the customer sees the comment."""
    is_comment = entry.kind == HistoryKind.COMMENT and not entry.by_customer
    return is_comment and (user.is_manufacturer or entry.actor_id == user.pk)


def keep_files(entry, files, model=CommentFile):
    """Write Attachments as rows of ``model``; where that fails half-way none is left behind."""
    kept = []
    try:
        for position, one in enumerate(files, start=1):
            row = model(
                entry=entry,
                position=position,
                name=one.name,
                content_type=one.content_type,
                size=one.content.size,
                file=one.content,
                preview=one.preview or "",
            )
            kept.append(row)
            row.save()
    except Exception:
        for row in kept:
            for stored in (row.file, row.preview):
                if stored:
                    stored.storage.delete(stored.name)
        raise
