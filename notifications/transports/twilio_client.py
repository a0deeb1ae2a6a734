"""Twilio's own SDK, told where to go, how long to wait, and to keep numbers out of the logs."""

import logging

from django.conf import settings
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

API = "https://api.twilio.com"
# The SDK logs every request with its parameters, phones among them.
_silence = logging.Logger("twilio.silenced", logging.CRITICAL + 1)
_silence.addHandler(logging.NullHandler())


class HttpClient(TwilioHttpClient):
    """Speaks to the address of the settings: Twilio's, or what stands in for it in tests."""

    def request(self, method, url, *args, **kwargs):
        if url.startswith(API):
            url = settings.TWILIO_API_URL.rstrip("/") + url.removeprefix(API)
        return super().request(method, url, *args, **kwargs)


def twilio_client():
    """A client of the configured account; ``settings.PROVIDER_TIMEOUT`` seconds per request."""
    return Client(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        http_client=HttpClient(timeout=settings.PROVIDER_TIMEOUT, logger=_silence),
    )
