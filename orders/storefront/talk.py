"""The correspondence about an order as its customer reads it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from orders.models import CommentFile, HistoryEntry, HistoryKind
from orders.wishes import ask_words

PAGE_SIZE = 30
MAX_ID = 2**63 - 1


@dataclass(frozen=True)
class Said:
    """A message. ``state`` says who has read the customer's own one; ``is_new``: not yet seen."""

    pk: int
    is_mine: bool
    who: str
    text: str
    files: tuple[CommentFile, ...]
    at: datetime
    asks: str
    state: str
    is_new: bool


@dataclass(frozen=True)
class Talk:
    """A page of messages, the oldest first; ``before`` is the id to ask for what came earlier.

    ``newest`` is the id of the last one, None on a page of earlier ones.
    """

    messages: list[Said]
    before: int | None
    newest: int | None
    has_new: bool = False


def talk_of(order, *, before=None):
    """The last messages that the customer may read, or those before an id: two queries."""
    entries = HistoryEntry.objects.filter(order=order, kind=HistoryKind.COMMENT, is_visible=True)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    entries = entries.select_related("actor", "dealer").prefetch_related("files").order_by("-id")
    found = list(entries[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE][::-1]
    conversation = getattr(order, "conversation", None)
    messages = [_said(entry, conversation) for entry in shown]
    return Talk(
        messages=messages,
        before=shown[0].pk if len(found) > PAGE_SIZE else None,
        newest=shown[-1].pk if shown and before is None else None,
        has_new=any(one.is_new for one in messages),
    )


def asked_before(data):
    """The id that an address asks for messages before; None where it asks for the last ones."""
    text = data.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def visible_files(order):
    """Files of the order that its customer may have: those of messages shown to the customer."""
    return CommentFile.objects.filter(
        entry__order=order, entry__kind=HistoryKind.COMMENT, entry__is_visible=True
    )


def _said(entry, conversation):
    return Said(
        pk=entry.pk,
        is_mine=entry.by_customer,
        who=_who(entry),
        text=entry.text,
        files=tuple(entry.files.all()),
        at=entry.created_at,
        asks=ask_words(entry),
        state=_state(entry, conversation) if entry.by_customer else "",
        is_new=not entry.by_customer
        and conversation is not None
        and entry.pk > conversation.customer_saw,
    )


def _who(entry):
    if entry.by_customer:
        return _("You")
    if entry.actor is None:
        return _("Manager")
    if entry.actor.is_manufacturer:
        return _("%(name)s, manufacturer") % {"name": entry.actor.name}
    return f"{entry.actor.name}, {entry.dealer.name}" if entry.dealer else entry.actor.name


def _state(entry, conversation):
    if conversation is not None and entry.pk <= conversation.dealer_saw:
        return _("read by the dealer")
    if conversation is not None and entry.pk <= conversation.manufacturer_saw:
        return _("read by the manufacturer")
    return _("sent")
