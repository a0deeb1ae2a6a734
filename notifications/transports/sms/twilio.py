"""SMS through Twilio."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from requests.exceptions import ConnectTimeout
from twilio.base.exceptions import TwilioRestException

from notifications.models import Delivery
from notifications.transports.base import NotTaken, PermanentError, Receipt
from notifications.transports.sms.base import SmsTransport
from notifications.transports.twilio_client import twilio_client

# What is wrong with the recipient, not with us: no such number, no mobile, has unsubscribed, …
FINAL_CODES = frozenset({21211, 21214, 21217, 21219, 21408, 21610, 21612, 21614, 21635})
FAILED = frozenset({"failed", "undelivered", "canceled"})
DELIVERED = frozenset({"delivered", "read"})
# Clocks differ, and a request takes its time.
SLACK = timedelta(minutes=2)
# The newest SMS to one number that are looked through.
LOOKED_AT = 50


class Twilio(SmsTransport):
    """Twilio has no key against repetition, so it is asked what it has before a second attempt."""

    name = "twilio"

    def __init__(self):
        self._client = twilio_client()

    def post(self, delivery, text):
        sender = settings.TWILIO_SMS_FROM
        # A service of messages or a number.
        known = "messaging_service_sid" if sender.startswith("MG") else "from_"
        options = {known: sender}
        if settings.PUBLIC_URL.startswith("https://"):
            options["status_callback"] = callback_url(delivery.pk)
        try:
            made = self._client.messages.create(to=delivery.address, body=text, **options)
        except TwilioRestException as error:
            raise _translated(error) from None
        except ConnectTimeout as error:
            raise NotTaken("connection timed out") from error
        return self._receipt(made)

    def find(self, delivery, content):
        """The one of the same words to this number since the first attempt that has not failed."""
        try:
            listed = self._client.messages.list(to=delivery.address, limit=LOOKED_AT)
        except TwilioRestException as error:
            raise _Unanswered(f"{error.status} {error.code or ''}".strip()) from None
        since = delivery.begun_at - SLACK
        found = [
            one
            for one in listed
            if one.body.split() == content.text.split()
            and one.date_created >= since
            and one.status not in FAILED
        ]
        others = set(
            Delivery.objects.filter(provider_id__in=[one.sid for one in found])
            .exclude(pk=delivery.pk)
            .values_list("provider_id", flat=True)
        )
        mine = [one for one in found if one.sid not in others]
        # The earliest: the one of the first attempt.
        return self._receipt(min(mine, key=lambda one: one.date_created)) if mine else None

    def close(self):
        self._client.http_client.session.close()

    def _receipt(self, made):
        return Receipt(self.name, made.sid, is_delivered=made.status in DELIVERED)


class _Unanswered(Exception):
    """Twilio did not say what it has."""


def callback_url(delivery_id):
    """Where Twilio reports to; its signature covers exactly this address."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("sms_status", args=[delivery_id])


def _translated(error):
    """What an error means for the next attempt; without the address, which holds the number."""
    said = f"{error.status} {error.code or ''} {error.msg}".strip()
    if error.code in FINAL_CODES:
        return PermanentError(said)
    if 400 <= error.status < 500:
        # Too many at once, or our own account is set up wrongly: nothing was taken.
        return NotTaken(said)
    return _Unanswered(said)
