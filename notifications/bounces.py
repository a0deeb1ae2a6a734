"""What a mail provider tells of mails that it has taken: delivered, bounced, complained of."""

from anymail.signals import tracking
from django.utils import timezone

from notifications.reports import Report, record_report

FAILED = {"bounced", "rejected", "failed"}


def listen():
    """Hear what the webhooks of anymail report; called once, when Django is ready."""
    tracking.connect(_hear, dispatch_uid="notifications.bounces")


def _hear(sender, event, esp_name, **_kwargs):
    if not event.message_id:
        return
    if event.event_type in FAILED:
        why = event.description or event.reject_reason or event.event_type
        outcome = Report(is_delivered=False, error=str(why))
    elif event.event_type == "delivered":
        outcome = Report(is_delivered=True)
    else:
        return
    record_report(outcome, provider_id=event.message_id, now=timezone.now())
