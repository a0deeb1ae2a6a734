"""SMS through SMS.ru."""

import hashlib
from itertools import count, takewhile

import requests
from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from notifications.reports import Report
from notifications.transports.base import NotTaken, PermanentError, Receipt
from notifications.transports.sms.base import SmsTransport

OK = 100
# Wrong number, no text, text too long, number not served, number on the stop list.
FINAL_CODES = frozenset({202, 203, 205, 207, 209})
DELIVERED_CODES = frozenset({103, 110})
FAILED_CODES = frozenset({104, 105, 106, 107, 108, 150})


class SmsRu(SmsTransport):
    """SMS.ru can be asked about an SMS by its own number only.

    Where its answer was lost nobody can tell whether the SMS went out: rather than send it twice it
    is put before a person.
    """

    name = "smsru"

    def post(self, delivery, text):
        form = {
            "api_id": settings.SMSRU_API_ID,
            "to": delivery.address.lstrip("+"),
            "msg": text,
            "json": 1,
        }
        if settings.SMSRU_FROM:
            form["from"] = settings.SMSRU_FROM
        try:
            response = requests.post(
                f"{settings.SMSRU_API_URL.rstrip('/')}/sms/send",
                data=form,
                timeout=settings.PROVIDER_TIMEOUT,
            )
        except requests.ConnectTimeout as error:
            raise NotTaken("connection timed out") from error
        except requests.RequestException as error:
            # The library's own words may hold the form.
            raise ConnectionError(type(error).__name__) from None
        if response.status_code == requests.codes.too_many_requests:
            raise NotTaken(str(response.status_code))
        if response.status_code != requests.codes.ok:
            raise ConnectionError(str(response.status_code))
        return self._read(response)

    def find(self, delivery, content):
        if delivery.provider_id:
            return Receipt(self.name, delivery.provider_id)
        if delivery.attempts > 1:
            raise PermanentError(
                _(
                    "SMS.ru did not answer: nobody can tell whether the SMS went out. "
                    "Look there, and send it again if it did not."
                )
            )
        # A person has looked and wants it sent.
        return None

    def _read(self, response):
        try:
            answer = response.json()
            if answer["status_code"] == OK:
                (answer,) = answer["sms"].values()
            code = int(answer["status_code"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ConnectionError("unreadable answer") from None
        if code == OK:
            return Receipt(self.name, str(answer.get("sms_id", "")))
        said = f"{code} {answer.get('status_text', '')}".strip()
        raise PermanentError(said) if code in FINAL_CODES else NotTaken(said)


def reports_of(form):
    """What SMS.ru reports: (its number, Report) pairs, or None where the report is not from it."""
    entries = list(
        takewhile(
            lambda entry: entry is not None, (form.get(f"data[{number}]") for number in count())
        )
    )
    if not settings.SMSRU_API_ID or not entries:
        return None
    signed = hashlib.sha256((settings.SMSRU_API_ID + "".join(entries)).encode()).hexdigest()
    if not constant_time_compare(form.get("hash", ""), signed):
        return None
    return [pair for entry in entries if (pair := _report(entry))]


def _report(entry):
    kind, number, code, *_rest = [*entry.splitlines(), "", "", ""]
    if kind != "sms_status" or not number or not code.isdecimal():
        return None
    if int(code) in DELIVERED_CODES:
        return number, Report(is_delivered=True)
    if int(code) in FAILED_CODES:
        return number, Report(is_delivered=False, error=f"SMS.ru {int(code)}")
    return None
