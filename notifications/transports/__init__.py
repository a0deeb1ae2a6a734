"""One class per channel and provider; each knows how to send and which errors are for ever."""

from notifications.models import Channel
from notifications.transports.base import NotTaken, PermanentError, Receipt, Transport
from notifications.transports.email import EmailTransport
from notifications.transports.sms import sms_transport

TRANSPORTS = {Channel.EMAIL: EmailTransport, Channel.SMS: sms_transport}

__all__ = ["TRANSPORTS", "NotTaken", "PermanentError", "Receipt", "Transport"]
