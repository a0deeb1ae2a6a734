"""One class per channel; each knows how to send and which errors are for ever."""

from notifications.models import Channel
from notifications.transports.base import PermanentError, Transport
from notifications.transports.email import EmailTransport

TRANSPORTS = {Channel.EMAIL: EmailTransport}

__all__ = ["TRANSPORTS", "PermanentError", "Transport"]
