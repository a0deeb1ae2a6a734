"""The addresses that a provider calls back, each with our own id of the call."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse


def callback(name, call_uuid, *arguments):
    """An absolute address under PUBLIC_URL."""
    path = reverse(f"telephony_{name}", args=[call_uuid, *arguments])
    return urljoin(settings.PUBLIC_URL, path)
