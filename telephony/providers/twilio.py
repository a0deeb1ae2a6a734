"""Twilio, through its own SDK."""

from datetime import UTC, timedelta

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from telephony.providers.base import PhoneReport, ProviderDown, ProviderRefused, RecordingReport
from telephony.states import Status

API = "https://api.twilio.com"
# Seconds; leases are longer.
TIMEOUT = 10
RING_SECONDS = 30
TOLD = [Status.INITIATED, Status.RINGING, "answered", Status.COMPLETED]
LISTED = 50
# The clocks of two machines differ.
CLOCKS = timedelta(seconds=10)
MAX_RECORDING = 200_000_000
CHUNK = 65_536
TOO_MANY, BROKEN = 429, 500


class Elsewhere(TwilioHttpClient):
    """Sends what is meant for Twilio to TWILIO_API_URL: a mock of its API."""

    def request(self, method, url, *args, **kwargs):
        return super().request(method, elsewhere(url), *args, **kwargs)


def elsewhere(url):
    """The address to use for one of Twilio's."""
    if url.startswith(API):
        return settings.TWILIO_API_URL.rstrip("/") + url.removeprefix(API)
    return url


class Twilio:
    """One account with one number."""

    name = "twilio"

    def __init__(self):
        self.auth_token = settings.TWILIO_AUTH_TOKEN
        self.caller = settings.TWILIO_NUMBER
        self._client = Client(
            settings.TWILIO_ACCOUNT_SID,
            self.auth_token,
            http_client=Elsewhere(timeout=TIMEOUT, pool_connections=False),
        )

    def place(self, dial):
        options = {"machine_detection": "Enable"} if dial.finds_machines else {}
        call = _asked(
            self._client.calls.create,
            to=dial.to,
            from_=dial.caller,
            url=dial.answer_url,
            method="POST",
            status_callback=dial.status_url,
            status_callback_method="POST",
            status_callback_event=[str(status) for status in TOLD],
            timeout=RING_SECONDS,
            **options,
        )
        return call.sid

    def find(self, dial):
        """Twilio knows no token of ours: the calls from our number to this one since then.

        Two calls of ours to one phone at once cannot be told apart; either's number will do, since
        callbacks come with our own.
        """
        since = dial.since.astimezone(UTC) - CLOCKS
        calls = _asked(self._client.calls.list, to=dial.to, from_=dial.caller, limit=LISTED)
        for call in calls:
            created = call.date_created
            is_new = created is None or created.astimezone(UTC) >= since
            if is_new and call.sid not in dial.known and not call.parent_call_sid:
                return call.sid
        return None

    def reports(self, sid):
        try:
            first = _asked(self._client.calls(sid).fetch)
        except ProviderRefused:
            return []
        children = _asked(self._client.calls.list, parent_call_sid=sid, limit=LISTED)
        return [_report(first, is_first=True), *(_report(child) for child in children)]

    def recordings(self, sid):
        # The recording of a Dial belongs to the first phone's call.
        found = _asked(self._client.recordings.list, call_sid=sid, limit=LISTED)
        return [
            RecordingReport(one.sid, int(one.duration or 0))
            for one in found
            if str(one.status) == Status.COMPLETED
        ]

    def fetch(self, recording_sid):
        account = self._client.account_sid
        address = elsewhere(f"{API}/2010-04-01/Accounts/{account}/Recordings/{recording_sid}.mp3")
        try:
            with requests.get(
                address, auth=(account, self.auth_token), timeout=TIMEOUT, stream=True
            ) as answer:
                if answer.status_code >= 400:
                    raise _failure(answer.status_code, "recording")
                content = bytearray()
                for chunk in answer.iter_content(CHUNK):
                    content += chunk
                    if len(content) > MAX_RECORDING:
                        raise ProviderRefused("the recording is too large")
                return bytes(content), answer.headers.get("Content-Type", "audio/mpeg")
        except requests.RequestException as error:
            raise ProviderDown(type(error).__name__) from error

    def delete(self, recording_sid):
        try:
            _asked(self._client.recordings(recording_sid).delete)
        except ProviderRefused as refusal:
            # Deleted by an earlier attempt.
            if refusal.args[1:] != (404,):
                raise


def _report(call, *, is_first=False):
    answered_by = str(call.answered_by or "")
    return PhoneReport(
        sid=call.sid,
        status=str(call.status),
        is_first=is_first,
        is_machine=answered_by.startswith(("machine", "fax")),
    )


def _asked(method, /, **arguments):
    """What the SDK's method gives, with its errors as the port's. No number gets into them."""
    try:
        return method(**arguments)
    except TwilioRestException as error:
        raise _failure(error.status, f"Twilio {error.code or error.status}") from None
    except TwilioException as error:
        # Lists fail with the answer as it came, or with what was no answer at all.
        status = getattr(error.args[-1], "status_code", BROKEN)
        raise _failure(status, "Twilio") from None
    except requests.RequestException as error:
        raise ProviderDown(type(error).__name__) from None


def _failure(status, words):
    if status == TOO_MANY or status >= BROKEN:
        return ProviderDown(f"{words}: {status}")
    return ProviderRefused(words, status)
