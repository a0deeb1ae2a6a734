"""The correspondence about an order: what the customer writes, who has answered, who has read."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dealers.models import SystemSettings
from orders import messages
from orders.models import (
    Ask,
    AttentionReason,
    Conversation,
    HistoryEntry,
    HistoryKind,
    Order,
)
from orders.services.attention import raise_attention, resolve_attention
from orders.services.errors import OrderError, OrderNotFound
from orders.services.files import keep_files
from orders.services.locking import lock_order, lock_own
from suz.common.attachments import MAX_FILES

ESCALATED_AT_ONCE = 100


@transaction.atomic
def write_as_customer(*, order_id, text, key, now, files=(), asks=""):
    """The customer's message; returns the history entry.

    ``files`` are checked Attachments, ``key`` makes one form write once. ``asks`` is an Ask: the
    message is then a wish that staff have to settle. Without words there must be a file. Raises
    OrderNotFound, OrderError.
    """
    order = lock_order(order_id)
    if order is None:
        raise OrderNotFound
    said = order.history.filter(kind=HistoryKind.COMMENT, by_customer=True)
    if written := said.filter(data__key=str(key)).first():
        return written
    text = text.strip()
    check_contents(text, files)
    if asks and not order.is_open:
        raise OrderError(
            _("The order is closed. Write what is the matter: the dealer will answer.")
        )
    entry = HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.COMMENT,
        text=text,
        data={"key": str(key)} | ({"asks": str(Ask(asks))} if asks else {}),
        by_customer=True,
        dealer_id=order.dealer_id,
        is_visible=True,
        created_at=now,
    )
    keep_files(entry, files)
    _wait_for_answer(order, entry, asks, now)
    messages.from_customer(order, entry, files=len(files), asks=asks, now=now)
    return entry


def check_contents(text, files):
    """Raise OrderError where there is nothing to read or too much attached."""
    if not text and not files:
        raise OrderError(_("Write something first."))
    if len(files) > MAX_FILES:
        raise OrderError(_("At most five files at once."))


def _wait_for_answer(order, entry, asks, now):
    talk, _is_new = Conversation.objects.get_or_create(order=order)
    talk.dealer_id = order.dealer_id
    talk.customer_saw = entry.pk
    if talk.unanswered_since is None:
        talk.unanswered_since = now
        talk.answer_due_at = now + timedelta(hours=SystemSettings.load().answer_hours)
    if asks:
        talk.asks, talk.asked = asks, entry
    talk.save()


def answered(order, entry, *, by, files, now):
    """A word to the customer has been written or shown, on the locked order: nobody waits now."""
    talk, _is_new = Conversation.objects.get_or_create(order=order)
    talk.unanswered_since = talk.answer_due_at = None
    talk.save(update_fields=["unanswered_since", "answer_due_at"])
    resolve_attention(order_id=order.pk, reasons=[AttentionReason.UNANSWERED], by=by, now=now)
    messages.from_staff(order, entry, by=by, files=files, now=now)


@transaction.atomic
def need_no_answer(*, order_id, by, now):
    """The customer's last words need no answer; the history does not grow. Raises OrderNotFound."""
    order = lock_own(order_id, by)
    waiting = Conversation.objects.filter(order=order, unanswered_since__isnull=False)
    if waiting.update(unanswered_since=None, answer_due_at=None):
        resolve_attention(order_id=order.pk, reasons=[AttentionReason.UNANSWERED], by=by, now=now)
    return order


@transaction.atomic
def settle_wish(*, order_id, is_granted, by, now):
    """Staff have done what the customer asked for, or will not; the customer is told on the page.

    Raises OrderNotFound, OrderError where nothing is asked for.
    """
    order = lock_own(order_id, by)
    if not end_wish(order, granted=Ask.values if is_granted else (), by=by, now=now):
        raise OrderError(_("The customer asks for nothing any more."))
    return order


def end_wish(order, *, granted, by, now, only="", answers=True):
    """End the open wish of a locked order, if any (of the kind ``only``); returns its Ask or "".

    ``granted`` are the Asks that what has just been done fulfils. With ``answers`` the deed is an
    answer, unless the customer has written more since.
    """
    talk = Conversation.objects.filter(order=order).exclude(asks="").first()
    if talk is None or (only and talk.asks != only):
        return ""
    asks, asked_id = Ask(talk.asks), talk.asked_id
    talk.asks, talk.asked = "", None
    more = order.history.filter(kind=HistoryKind.COMMENT, by_customer=True, pk__gt=asked_id or 0)
    if answers and talk.unanswered_since is not None and not more.exists():
        talk.unanswered_since = talk.answer_due_at = None
        resolve_attention(order_id=order.pk, reasons=[AttentionReason.UNANSWERED], by=by, now=now)
    talk.save(update_fields=["asks", "asked", "unanswered_since", "answer_due_at"])
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.SETTLED,
        actor=by,
        dealer_id=order.dealer_id,
        data={"asks": str(asks), "granted": asks in granted},
        is_visible=True,
        created_at=now,
    )
    return asks


def hand_over(order, *, now):
    """The locked order leaves its dealer: what the dealer owed the customer is the manufacturer's.

    Of the wish the manufacturer keeps the care; a new dealer has read nothing yet.
    """
    talk = Conversation.objects.filter(order=order).first()
    if talk is None:
        return
    fields = ["dealer_saw"]
    talk.dealer_saw = 0
    # What the customer wrote before any dealer had the order, the next one reads.
    if talk.answer_due_at is not None and talk.dealer_id is not None:
        talk.answer_due_at = None
        fields.append("answer_due_at")
        raise_attention(order_id=order.pk, reason=AttentionReason.UNANSWERED, now=now)
    talk.save(update_fields=fields)


@transaction.atomic
def tell_of_unanswered(*, now, limit=ESCALATED_AT_ONCE):
    """Tell the manufacturer of messages that wait too long, once for each; returns how many."""
    due = Conversation.objects.filter(answer_due_at__lte=now).order_by("answer_due_at")
    told = 0
    for order_id in list(due.values_list("order_id", flat=True)[:limit]):
        # The order first, as everywhere: whoever answers right now comes before or after.
        order = (
            Order.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("dealer", "manager", "place", "region", "promo_code")
            .filter(pk=order_id)
            .first()
        )
        if order is None or not due.filter(order=order).update(answer_due_at=None):
            continue
        if order.deleted_at is None:
            raise_attention(order_id=order.pk, reason=AttentionReason.UNANSWERED, now=now)
            messages.unanswered(order, now)
            told += 1
    return told


def seen_by_customer(*, order_id, upto):
    """The customer has had the messages up to the entry ``upto`` before the eyes."""
    newest = _newest_comment(order_id, upto, is_visible=True)
    if newest:
        _mark(order_id, "customer_saw", newest)


def seen_by_staff(*, order, upto, by):
    """``by``, whose order it is, has read its time line up to the entry ``upto``."""
    side = "manufacturer_saw" if by.is_manufacturer else "dealer_saw"
    newest = _newest_comment(order.pk, upto, by_customer=True)
    if newest:
        _mark(order.pk, side, newest)


def _newest_comment(order_id, upto, **which):
    """The newest such comment, not beyond ``upto``: nobody reads what is not yet written."""
    comments = HistoryEntry.objects.filter(order=order_id, kind=HistoryKind.COMMENT, pk__lte=upto)
    return comments.filter(**which).aggregate(newest=Max("pk"))["newest"]


@transaction.atomic
def _mark(order_id, side, newest):
    Conversation.objects.get_or_create(order_id=order_id)
    later = Conversation.objects.filter(order=order_id, **{f"{side}__lt": newest})
    later.update(**{side: newest})
