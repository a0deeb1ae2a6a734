"""What SMS of every provider have in common."""

import phonenumbers
from django.utils.translation import gettext as _

from notifications.transports.base import PermanentError, Transport


class SmsTransport(Transport):
    """``name`` is kept with each delivery: whom to ask about it later."""

    name = ""

    def send(self, delivery, content):
        self._check(delivery.address)
        return self.post(delivery, content.text)

    def post(self, delivery, text):
        """Hand an SMS to the provider and return the Receipt."""
        raise NotImplementedError

    def close(self):
        """Nothing is kept open."""

    @staticmethod
    def _check(phone):
        try:
            is_valid = phonenumbers.is_valid_number(phonenumbers.parse(phone))
        except phonenumbers.NumberParseException:
            is_valid = False
        if not is_valid:
            raise PermanentError(_("This is not a phone number."))
