"""What the database says about the work under test."""

from django.db import connection
from django.utils import timezone

from distribution.services.selection import due_order_ids
from notifications.models import Delivery, DeliveryState
from notifications.transports.email import message_id

WAITING = (DeliveryState.PENDING, DeliveryState.SENDING)


def at_work(name, *, waiting_for_lock=False):
    """How many connections of a process are in a transaction, waiting for a lock where asked."""
    with connection.cursor() as cursor:
        # A transaction keeps seeing what it saw first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
            " AND xact_start IS NOT NULL AND (NOT %s OR wait_event_type = 'Lock')",
            [name, waiting_for_lock],
        )
        return cursor.fetchone()[0]


def is_all_done():
    """Whether nothing is due: no order to be distributed, no mail to be sent."""
    return (
        not due_order_ids(now=timezone.now(), limit=1)
        and not Delivery.objects.filter(state__in=WAITING).exists()
    )


def sent_ids():
    """The Message-ID of each delivery that counts as sent."""
    sent = Delivery.objects.filter(state=DeliveryState.SENT).select_related("message")
    return {message_id(delivery) for delivery in sent}
