"""E-mail through Django's backend: SMTP, a provider's API, or nothing at all in the demo."""

import smtplib
from email.utils import parseaddr

from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from notifications.models import Audience
from notifications.rendering import absolute
from notifications.transports.base import PermanentError, Receipt, Transport
from suz.common.providers import has_mail


class EmailTransport(Transport):
    """At least once: a mail repeated after a lost answer carries the same Message-ID.

    The time-out is the backend's, ``settings.EMAIL_TIMEOUT``.
    """

    def __init__(self):
        self._connection = None

    def send(self, delivery, mail):
        try:
            validate_email(delivery.address)
        except ValidationError as error:
            raise PermanentError(_("This is not an e-mail address.")) from error
        if not has_mail():
            raise PermanentError(_("Not sent: no mail server is set up."))
        # Nobody's address but ours: an answer to a mail must not reveal one person to another.
        letter = EmailMultiAlternatives(
            subject=mail.subject,
            body=mail.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[delivery.address],
            headers=_headers(delivery),
        )
        letter.attach_alternative(mail.html, "text/html")
        try:
            if self._connection is None:
                connection = get_connection()
                connection.open()
                self._connection = connection
            self._connection.send_messages([letter])
        except Exception as error:
            # A connection after an error is of unknown state.
            self.close()
            if is_permanent(error):
                raise PermanentError(_describe(error)) from error
            raise
        # Providers with an interface of their own give a number by which they report later.
        status = getattr(letter, "anymail_status", None)
        known = status.message_id if status and isinstance(status.message_id, str) else ""
        return Receipt("email", known)

    def close(self):
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _headers(delivery):
    headers = {
        "Message-ID": message_id(delivery),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    message = delivery.message
    if message.audience == Audience.CUSTOMER and message.unsubscribe:
        # One click in the mail program (RFC 8058).
        headers["List-Unsubscribe"] = f"<{absolute(message.unsubscribe)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def message_id(delivery):
    """The same for every attempt of a delivery."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    created = int(delivery.message.created_at.timestamp())
    return f"<{delivery.channel}-{delivery.pk}-{created}@{domain}>"


def is_permanent(error):
    """Whether the address or this very mail is refused for ever (SMTP 5xx).

    A refused sender or login is our own configuration: it will be put right, and mails must wait.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    return isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress)


def _describe(error):
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_decoded(answer)}" for code, answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return str(error)


def _decoded(answer):
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
