"""What a mail provider with webhooks reports afterwards."""

import pytest
from anymail.signals import AnymailTrackingEvent, tracking

from notifications.delivery import drain, retry
from notifications.models import Delivery, DeliveryState
from notifications.tests.conftest import draft, write
from notifications.transports import Receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(db, monkeypatch, clock, transport):
    """A mail that the provider has taken as number 77."""
    monkeypatch.setattr(transport, "send", lambda self, delivery, mail: Receipt("email", "77"))
    (message,) = write(draft("order_placed", "customer", email="roman@example.com"))
    drain(clock=clock)
    return message.deliveries.get()


def report(kind, number="77", **more):
    event = AnymailTrackingEvent(event_type=kind, message_id=number, **more)
    tracking.send(sender=object, event=event, esp_name="Unisender Go")


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (["delivered"], DeliveryState.DELIVERED),
        (["sent", "delivered", "opened", "delivered"], DeliveryState.DELIVERED),
        (["bounced"], DeliveryState.DEAD),
        (["rejected", "delivered"], DeliveryState.DEAD),
        (["opened", "clicked", "unknown"], DeliveryState.SENT),
    ],
)
def test_the_first_end_counts(row, kinds, state):
    for kind in kinds:
        report(kind, description="550 no such box")
    row.refresh_from_db()
    assert row.state == state
    assert ("550" in row.error) is (state == DeliveryState.DEAD)


@pytest.mark.parametrize("number", ["78", "", None])
def test_a_report_about_nothing_of_ours_changes_nothing(row, number):
    report("bounced", number)
    row.refresh_from_db()
    assert row.state == DeliveryState.SENT


def test_a_mail_that_bounced_can_be_sent_again(row, administrator, clock):
    report("bounced")
    retry(delivery_id=row.pk, by=administrator, now=clock())
    assert drain(clock=clock) == 1
    assert Delivery.objects.get().state == DeliveryState.SENT
