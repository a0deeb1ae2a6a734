"""The outbox: messages are written here in the transaction of the event that they tell of.

Nothing is sent from here. ``notifications.delivery`` sends what is due; on site a message is there
with the commit. Which channels a message takes is decided here, by the settings and by what its
recipient has chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from notifications.choosing import (
    QuietHours,
    channels_for,
    due_for,
    quiet_of,
    wishes_of,
    zone_of,
)
from notifications.events import Priority, kept_context, notice_for
from notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Message,
    Preferences,
    RecipientChoice,
)
from notifications.rendering import render_line
from notifications.stored import stored_for


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message to be written, to one recipient.

    ``user`` is a user of the workspace; who is none (a customer) has an ``email`` and a ``phone``
    (E.164), chooses by ``subject_key`` and gets the path ``unsubscribe`` along; ``wishes`` are that
    choice by channel where the caller knows it, ``unasked`` the channels that are taken while the
    recipient has chosen nothing. ``quiet`` gives the QuietHours in which SMS wait unless they are
    urgent; it is asked where there is one. Where the settings and the recipient agree on a channel,
    a draft goes out by it if there is an address, and stands on site where ``on_site`` and a user
    are given. ``context`` is plain JSON with the keys of ``events.CONTEXT_KEYS``; ``url`` the path
    that the message leads to.
    """

    event: str
    audience: str
    subject_key: str
    context: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    user: Any = None
    email: str = ""
    phone: str = ""
    unsubscribe: str = ""
    wishes: dict[str, bool] | None = None
    unasked: frozenset[str] = frozenset()
    quiet: Callable[[], QuietHours] | None = None
    on_site: bool = True

    def address(self, channel):
        """Where a channel finds the recipient; empty where it cannot."""
        if channel == Channel.EMAIL:
            return self.email or (self.user.email if self.user else "")
        return str(self.phone or (self.user.phone if self.user else "") or "")


def enqueue(drafts, *, now):
    """Write messages and what is to be sent of them; a fixed number of queries for any number.

    Two that write, one that reads the settings, and one each for choices of users and of customers
    where there are such recipients. Returns the messages. Raises UnknownEvent, and
    TransactionManagementError outside of a transaction: a message without its event, or the other
    way round, must not come to be.
    """
    drafts = list(drafts)
    if not drafts:
        return []
    if not connection.in_atomic_block:
        raise TransactionManagementError("a message is written in its event's transaction")
    for draft in drafts:
        notice_for(draft.event, draft.audience)
    stored = stored_for(draft.event for draft in drafts)
    preferences = _preferences(drafts)
    choices = _choices(drafts)
    taken = [_channels(draft, stored, preferences, choices) for draft in drafts]
    messages = [
        _message(draft, channels, now) for draft, channels in zip(drafts, taken, strict=True)
    ]
    if any(setting.channel == Channel.SITE and setting.body for setting in stored.values()):
        for message in messages:
            message.line = render_line(message, stored)
    Message.objects.bulk_create(messages)
    Delivery.objects.bulk_create(
        _delivery(draft, message, channel, preferences, now)
        for draft, message, channels in zip(drafts, messages, taken, strict=True)
        for channel in (Channel.EMAIL, Channel.SMS)
        if channel in channels and draft.address(channel)
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


def _preferences(drafts):
    users = {draft.user.pk for draft in drafts if draft.user is not None}
    if not users:
        return {}
    return {one.user_id: one for one in Preferences.objects.filter(user__in=users)}


def _choices(drafts):
    keys = {draft.subject_key for draft in drafts if draft.user is None and draft.wishes is None}
    if not keys:
        return {}
    return {one.key: one for one in RecipientChoice.objects.filter(key__in=keys)}


def _channels(draft, stored, preferences, choices):
    modes = {
        channel: found.mode
        for channel in Channel
        if (found := stored.get((draft.event, str(draft.audience), str(channel))))
    }
    if draft.wishes is not None:
        wishes = draft.wishes
    elif draft.user is not None:
        wishes = wishes_of(preferences.get(draft.user.pk), draft.event)
    else:
        choice = choices.get(draft.subject_key)
        wishes = (
            {Channel.EMAIL: choice.by_email, Channel.SMS: choice.by_sms}
            if choice
            else dict.fromkeys(draft.unasked, True)
        )
    return channels_for(draft.event, draft.audience, stored=modes, wishes=wishes)


def _message(draft, channels, now):
    return Message(
        event=draft.event,
        audience=draft.audience,
        user=draft.user,
        subject_key=draft.subject_key,
        context=kept_context(draft.audience, draft.context),
        url=draft.url,
        unsubscribe=draft.unsubscribe,
        on_site=draft.on_site and draft.user is not None and Channel.SITE in channels,
        created_at=now,
    )


def _delivery(draft, message, channel, preferences, now):
    priority = notice_for(draft.event, draft.audience).priority
    chosen = preferences.get(draft.user.pk) if draft.user else None
    zone = draft.user.time_zone if draft.user else ""
    quiet = None
    if priority != Priority.URGENT:
        if draft.user:
            quiet = quiet_of(chosen, zone)
        elif channel == Channel.SMS and draft.quiet:
            # A mail would not wake a customer.
            quiet = draft.quiet()
    due_at, in_digest = due_for(chosen, priority, quiet, zone_of(zone), channel, now)
    return Delivery(
        message=message,
        channel=channel,
        address=draft.address(channel),
        due_at=due_at,
        in_digest=in_digest,
        quiet_from=quiet and quiet.begin,
        quiet_until=quiet and quiet.end,
        quiet_zone=quiet.zone if quiet else "",
    )
