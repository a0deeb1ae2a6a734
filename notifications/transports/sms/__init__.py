"""SMS through the provider that the settings name; a demo's are taken by a simulator."""

from django.conf import settings

from notifications.transports.sms.simulator import Simulator
from notifications.transports.sms.smsru import SmsRu
from notifications.transports.sms.twilio import Twilio
from notifications.transports.sms.unset import Unset

PROVIDERS = {"simulator": Simulator, "twilio": Twilio, "smsru": SmsRu, "none": Unset}


def sms_transport():
    """The transport of the configured provider."""
    return PROVIDERS[settings.SMS_PROVIDER]()
