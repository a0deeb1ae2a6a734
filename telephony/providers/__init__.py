"""The providers of calls, one chosen by the settings: TELEPHONY_PROVIDER."""

from django.conf import settings

from telephony.providers.base import Provider, ProviderDown, ProviderRefused
from telephony.providers.simulator import Simulator
from telephony.providers.twilio import Twilio
from telephony.providers.unset import Unset

__all__ = ["PROVIDERS", "Provider", "ProviderDown", "ProviderRefused", "is_simulated", "provider"]

PROVIDERS = {"twilio": Twilio, "simulator": Simulator, "none": Unset}


def provider():
    """The provider in use."""
    return PROVIDERS[settings.TELEPHONY_PROVIDER]()


def is_simulated():
    """Whether calls reach the pages of the simulator only."""
    return settings.TELEPHONY_PROVIDER == "simulator"
