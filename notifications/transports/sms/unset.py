"""No provider: nothing counts as sent that nobody has."""

from django.utils.translation import gettext as _

from notifications.transports.base import PermanentError
from notifications.transports.sms.base import SmsTransport


class Unset(SmsTransport):
    """Every SMS fails at once, with the reason; sent again once there is a provider."""

    name = "none"

    def post(self, delivery, text):
        raise PermanentError(_("Not sent: no SMS provider is set up."))
