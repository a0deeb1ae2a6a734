"""What the database says about the work under test."""

from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

from distribution.services.selection import due_order_ids
from notifications.models import Delivery, DeliveryState
from notifications.transports.email import message_id

WAITING = (DeliveryState.PENDING, DeliveryState.SENDING)


def at_work(name, *, waiting_for_table=False):
    """How many connections of a process are in a transaction, at a locked table where asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
            " AND xact_start IS NOT NULL"
            " AND (NOT %s OR (wait_event_type, wait_event) = ('Lock', 'relation'))",
            [name, waiting_for_table],
        )
        return cursor.fetchone()[0]


@contextmanager
def locked(table):
    """Let nobody else write the table: who works comes this far and waits."""
    other = connection.get_new_connection(connection.get_connection_params())
    try:
        with other.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')
        yield
    finally:
        other.close()


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
