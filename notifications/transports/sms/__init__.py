"""SMS through the provider that the settings name; without an account a simulator takes them."""

from django.conf import settings

from notifications.transports.sms.simulator import Simulator
from notifications.transports.sms.smsru import SmsRu
from notifications.transports.sms.twilio import Twilio

PROVIDERS = {"simulator": Simulator, "twilio": Twilio, "smsru": SmsRu}


def sms_transport():
    """The transport of the configured provider."""
    return PROVIDERS[settings.SMS_PROVIDER]()
