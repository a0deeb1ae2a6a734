"""Sending what is due: claim with a lease, send with no transaction open, record the result.

Any number of workers may do it at once. A claim is one short transaction; while a lease lives
nobody else touches its deliveries, and when a worker is lost the lease runs out and another takes
over. So every mail goes out at least once, and twice only where a worker was lost between sending
and recording; before a second SMS its provider is asked whether the first one went out.
"""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from notifications.choosing import QuietHours
from notifications.models import Channel, Delivery, DeliveryState
from notifications.rendering import Sms, render
from notifications.reports import shown
from notifications.stored import all_stored
from notifications.transports import TRANSPORTS, NotTaken, PermanentError

logger = structlog.get_logger(__name__)

# Waits after the first, second, … failed attempt; after the last there are no more.
BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)
MAX_ATTEMPTS = len(BACKOFF) + 1
JITTER = 0.2

BATCH = 20
LEASE = timedelta(minutes=5)
# A mail is not begun with less of its lease left than a slow server may take.
LEASE_RESERVE = timedelta(minutes=2)
# How long one tick goes on beginning mails.
BUDGET = timedelta(seconds=5)


class DeliveryRefused(Exception):
    """The delivery cannot be repeated or cancelled now; the message is for people."""


@dataclass(frozen=True)
class Claim:
    """Deliveries that are this worker's alone until ``until``."""

    token: uuid.UUID
    until: datetime
    deliveries: list[Delivery]


def backoff(attempts, jitter=random.uniform):
    """How long to wait after so many failed attempts, or None: give up.

    A fifth more or less at random, so that what failed together does not come back together.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    return BACKOFF[attempts - 1] * jitter(1 - JITTER, 1 + JITTER)


def due(*, now, channels):
    """What may be claimed now."""
    return Delivery.objects.filter(
        Q(state=DeliveryState.PENDING, due_at__lte=now)
        | Q(state=DeliveryState.SENDING, due_at__lte=now, lease_until__lte=now),
        channel__in=channels,
        in_digest=False,
    )


def claim(*, now, limit=BATCH, channels=None):
    """Take up to ``limit`` deliveries that are due, oldest first, with their messages."""
    token, until = uuid.uuid4(), now + LEASE
    with transaction.atomic():
        deliveries = list(
            due(now=now, channels=list(channels or TRANSPORTS))
            .select_related("message__user")
            .order_by("due_at", "id")
            .select_for_update(of=("self",), skip_locked=True)[:limit]
        )
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(
            state=DeliveryState.SENDING, lease_token=token, lease_until=until
        )
    return Claim(token=token, until=until, deliveries=deliveries)


def drain(*, clock, budget=BUDGET, limit=BATCH, channels=None):
    """Send what is due until nothing is or the budget is used up; returns how many went out."""
    end = clock() + budget
    sent = 0
    transports = {}
    stored = None
    try:
        while clock() < end:
            batch = claim(now=clock(), limit=limit, channels=channels)
            if batch.deliveries and stored is None:
                stored = all_stored()
            sent += _send_batch(batch, transports, stored, clock, end)
            if len(batch.deliveries) < limit:
                break
    finally:
        for transport in transports.values():
            transport.close()
    return sent


def retry(*, delivery_id, by, now):
    """Send a failed delivery once more, from the first attempt on. Raises DeliveryRefused.

    What its provider may have had stays known: of an SMS it is asked first.
    """
    changed = Delivery.objects.filter(
        pk=delivery_id, state=DeliveryState.DEAD, message__withdrawn_at__isnull=True
    ).update(
        state=DeliveryState.PENDING,
        due_at=now,
        attempts=0,
        error="",
        in_digest=False,
        provider_id="",
    )
    if not changed:
        raise DeliveryRefused(_("Only a failed message that is still of use can be sent again."))
    logger.info("delivery_retried", delivery=delivery_id, by=by.pk)


def cancel(*, delivery_id, by, now):
    """Do not send a delivery that waits. Raises DeliveryRefused."""
    changed = Delivery.objects.filter(
        pk=delivery_id, state__in=(DeliveryState.PENDING, DeliveryState.DEAD)
    ).update(state=DeliveryState.CANCELLED)
    if not changed:
        raise DeliveryRefused(_("Only a message that waits or has failed can be cancelled."))
    logger.info("delivery_cancelled", delivery=delivery_id, by=by.pk, at=now.isoformat())


def call_off_waiting(*, user_ids, reason):
    """Cancel what waits for people who are no longer to hear of anything; returns how much it was.

    What is just being sent may still go out.
    """
    return Delivery.objects.filter(message__user__in=user_ids, state=DeliveryState.PENDING).update(
        state=DeliveryState.CANCELLED, error=reason[:500]
    )


def _send_batch(batch, transports, stored, clock, end):
    sent = 0
    for position, delivery in enumerate(batch.deliveries):
        if clock() >= min(end, batch.until - LEASE_RESERVE):
            _release(batch, batch.deliveries[position:])
            break
        if delivery.attempts >= MAX_ATTEMPTS:
            lost = _("The worker was lost each time while sending.")
            _record_failure(batch, delivery, lost, now=clock(), is_permanent=True)
        elif (later := _after_quiet(delivery, clock())) is not None:
            _release(batch, [delivery], due_at=later)
        elif _has_left(delivery.message):
            _call_off(batch, delivery, _("The person's access has been switched off meanwhile."))
        else:
            sent += _send(batch, delivery, transports, stored, clock)
    return sent


def _after_quiet(delivery, now):
    """When the delivery may go out, where its recipient is not to be disturbed now; else None."""
    if delivery.quiet_from is None:
        return None
    quiet = QuietHours(delivery.quiet_from, delivery.quiet_until, delivery.quiet_zone)
    later = quiet.after(now)
    return later if later > now else None


def _has_left(message):
    """Whether the message waited for a person who may not read it any more."""
    return message.user is not None and not message.user.is_active


def _call_off(batch, delivery, reason):
    """Do not send what nobody is there for; the page of messages says why."""
    Delivery.objects.filter(
        pk=delivery.pk, lease_token=batch.token, state=DeliveryState.SENDING
    ).update(state=DeliveryState.CANCELLED, error=reason[:500], lease_token=None, lease_until=None)
    logger.info("delivery_called_off", delivery=delivery.pk)


def _send(batch, delivery, transports, stored, clock):
    was_begun = delivery.begun_at is not None
    delivery.attempts += 1
    try:
        content = _content(delivery, stored)
        if not _begin(batch, delivery, content, now=clock()):
            return False
        if delivery.channel not in transports:
            transports[delivery.channel] = TRANSPORTS[delivery.channel]()
        transport = transports[delivery.channel]
        receipt = transport.find(delivery, content) if was_begun else None
        receipt = receipt or transport.send(delivery, content)
    except PermanentError as error:
        _record_failure(batch, delivery, error, now=clock(), is_permanent=True)
        return False
    except Exception as error:
        # Whatever it was, one message must not stop the others, and it is tried again later.
        # Not the traceback: it may hold the recipient's number.
        logger.warning(
            "delivery_failed", delivery=delivery.pk, kind=type(error).__name__, error=shown(error)
        )
        _record_failure(
            batch,
            delivery,
            error,
            now=clock(),
            is_permanent=False,
            may_be_out=was_begun or not isinstance(error, NotTaken),
        )
        return False
    _record_sent(batch, delivery, content, receipt, now=clock())
    return True


def _content(delivery, stored):
    """What is to be sent; an SMS that may have gone out stays word for word what it was."""
    if delivery.channel == Channel.SMS and delivery.begun_at and delivery.sent_text:
        return Sms(text=delivery.sent_text)
    return render(delivery.message, delivery.channel, stored)


def _begin(batch, delivery, content, *, now):
    """Mark that a provider may have it from now on; False where it was withdrawn since the claim.

    Committed before anything is sent: whoever comes after a lost worker knows to ask first, and
    what loses its worker each time comes to an end. What was claimed with it and not begun has
    spent no attempt.
    """
    changes = {"begun_at": Coalesce(F("begun_at"), now), "attempts": delivery.attempts}
    if delivery.channel == Channel.SMS:
        changes["sent_text"] = content.text
    changed = Delivery.objects.filter(
        pk=delivery.pk, lease_token=batch.token, state=DeliveryState.SENDING
    ).update(**changes)
    delivery.begun_at = delivery.begun_at or now
    return changed > 0


def _record_sent(batch, delivery, content, receipt, *, now):
    # Also where it was cancelled meanwhile: it did go out.
    is_delivered = bool(receipt and receipt.is_delivered)
    Delivery.objects.filter(pk=delivery.pk, lease_token=batch.token).update(
        state=DeliveryState.DELIVERED if is_delivered else DeliveryState.SENT,
        sent_at=now,
        delivered_at=now if is_delivered else None,
        sent_subject=content.subject,
        sent_text=content.text,
        sent_html=content.html,
        provider=receipt.provider if receipt else "",
        provider_id=receipt.provider_id if receipt else "",
        error="",
        lease_token=None,
        lease_until=None,
    )


def _record_failure(batch, delivery, error, *, now, is_permanent, may_be_out=True):
    wait = None if is_permanent else backoff(delivery.attempts)
    changes = (
        {"state": DeliveryState.DEAD}
        if wait is None
        else {
            "state": DeliveryState.PENDING,
            "due_at": now + wait,
        }
    )
    if not may_be_out:
        changes["begun_at"] = None
    Delivery.objects.filter(
        pk=delivery.pk, lease_token=batch.token, state=DeliveryState.SENDING
    ).update(
        error=shown(error),
        attempts=delivery.attempts,
        lease_token=None,
        lease_until=None,
        **changes,
    )


def _release(batch, deliveries, **changes):
    """Give back what was claimed and not begun, with changes of its fields."""
    Delivery.objects.filter(
        pk__in=[delivery.pk for delivery in deliveries],
        lease_token=batch.token,
        state=DeliveryState.SENDING,
    ).update(state=DeliveryState.PENDING, lease_token=None, lease_until=None, **changes)
