"""What providers report of what they have taken; reports come in any order, and twice."""

from dataclasses import dataclass

from django.db import transaction

from notifications.models import Delivery, DeliveryState
from suz.common.masking import without_phones

ERROR_LENGTH = Delivery._meta.get_field("error").max_length


@dataclass(frozen=True)
class Report:
    """How it ended: delivered, or not and why."""

    is_delivered: bool
    error: str = ""


@transaction.atomic
def record_report(report, *, provider_id, now, delivery_id=None):
    """Record a report about a delivery; returns whether it changed anything.

    Found by the provider's number; also, where a report comes before the answer to the sending, by
    our own. The first end stays: a delivery that arrived has not failed later on.
    """
    found = Delivery.objects.select_for_update()
    if delivery_id is None:
        delivery = found.filter(provider_id=provider_id).first()
    else:
        delivery = found.filter(pk=delivery_id, provider_id__in=("", provider_id)).first()
    if delivery is None or delivery.state not in (
        DeliveryState.SENT,
        DeliveryState.SENDING,
        DeliveryState.PENDING,
        DeliveryState.CANCELLED,
    ):
        return False
    if delivery.begun_at is None:
        # Nothing of ours can be with a provider yet.
        return False
    if not (delivery.provider_id or report.is_delivered or delivery.state == DeliveryState.SENDING):
        # A late word about an attempt before the one that waits.
        return False
    delivery.provider_id = provider_id
    delivery.sent_at = delivery.sent_at or now
    delivery.lease_token = delivery.lease_until = None
    if report.is_delivered:
        delivery.state, delivery.delivered_at, delivery.error = DeliveryState.DELIVERED, now, ""
    else:
        delivery.state = DeliveryState.DEAD
        delivery.error = shown(report.error)
    delivery.save(
        update_fields=[
            "provider_id",
            "sent_at",
            "lease_token",
            "lease_until",
            "state",
            "delivered_at",
            "error",
        ]
    )
    return True


def shown(error):
    """An error in words, as it may be kept: short, without phones and zero bytes."""
    text = str(error) or type(error).__name__
    return without_phones(text.replace("\x00", ""))[:ERROR_LENGTH]
