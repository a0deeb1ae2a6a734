"""Digests: mails of low priority that a person gets together, once a day."""

from django.db import transaction
from django.urls import reverse

from notifications.events import DIGEST
from notifications.models import Channel, Delivery, DeliveryState, Message
from notifications.rendering import render_subject

# Lines of one mail; what is more is counted.
MOST = 50
PEOPLE = 50


def make_digests(*, now, limit=PEOPLE):
    """Put what is due for digests into one mail a person; returns how many mails were written."""
    waiting = _due(now).order_by("due_at").values_list("message__user", flat=True)
    people = list(dict.fromkeys(waiting[: limit * MOST]))[:limit]
    return sum(_digest(user_id, now) for user_id in people)


def _due(now):
    return Delivery.objects.filter(
        state=DeliveryState.PENDING, in_digest=True, due_at__lte=now, channel=Channel.EMAIL
    )


@transaction.atomic
def _digest(user_id, now):
    deliveries = list(
        _due(now)
        .filter(message__user=user_id)
        .select_related("message")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("id")
    )
    if not deliveries:
        return 0
    messages = [delivery.message for delivery in deliveries]
    news = [{"line": render_subject(one), "link": one.url} for one in messages[-MOST:]]
    digest = Message.objects.create(
        event=DIGEST,
        audience=messages[0].audience,
        user_id=user_id,
        subject_key="digest",
        context={"news": news, "news_count": len(messages)},
        url=reverse("message_list"),
        created_at=now,
    )
    Delivery.objects.create(
        message=digest, channel=Channel.EMAIL, address=deliveries[-1].address, due_at=now
    )
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(
        state=DeliveryState.DIGESTED
    )
    return 1
