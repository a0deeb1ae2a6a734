"""The outbox: messages are written here in the transaction of the event that they tell of.

Nothing is sent from here. ``notifications.delivery`` sends what is due; on site a message is there
with the commit.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from notifications.events import kept_context, notice_for
from notifications.models import Channel, Delivery, DeliveryState, Message


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message to be written, to one recipient.

    ``user`` is a user of the workspace; who is none (a customer) has an ``email``. A draft goes out
    by e-mail where either gives an address, and stands on site where ``on_site`` and a user are
    given. ``context`` is plain JSON with the keys of ``events.CONTEXT_KEYS``; ``url`` the path that
    the message leads to.
    """

    event: str
    audience: str
    subject_key: str
    context: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    user: Any = None
    email: str = ""
    on_site: bool = True

    @property
    def address(self):
        return self.email or (self.user.email if self.user else "")


def enqueue(drafts, *, now):
    """Write messages and what is to be sent of them; two queries for any number of drafts.

    Returns the messages. Raises UnknownEvent, and TransactionManagementError outside of a
    transaction: a message without its event, or the other way round, must not come to be.
    """
    drafts = list(drafts)
    if not drafts:
        return []
    if not connection.in_atomic_block:
        raise TransactionManagementError("a message is written in its event's transaction")
    for draft in drafts:
        notice_for(draft.event, draft.audience)
    messages = Message.objects.bulk_create(
        Message(
            event=draft.event,
            audience=draft.audience,
            user=draft.user,
            subject_key=draft.subject_key,
            context=kept_context(draft.audience, draft.context),
            url=draft.url,
            on_site=draft.on_site and draft.user is not None,
            created_at=now,
        )
        for draft in drafts
    )
    Delivery.objects.bulk_create(
        Delivery(message=message, channel=Channel.EMAIL, address=draft.address, due_at=now)
        for draft, message in zip(drafts, messages, strict=True)
        if draft.address
    )
    return messages


def withdraw(*, subject_key, event, now, except_user_ids=()):
    """Take back messages that have lost their point: no longer counted, linked or sent.

    What is just being sent may still go out, once; then it counts as sent. Returns how many
    messages were taken back.
    """
    messages = Message.objects.filter(subject_key=subject_key, event=event).exclude(
        user_id__in=except_user_ids
    )
    count = messages.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)
    # The lease stays: a worker that is sending right now then records what really happened.
    Delivery.objects.filter(
        message__in=messages, state__in=(DeliveryState.PENDING, DeliveryState.SENDING)
    ).update(state=DeliveryState.CANCELLED)
    return count
