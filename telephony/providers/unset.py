"""No provider at all: nothing is dialled, and whatever asks for it is told so."""

from telephony.providers.base import ProviderRefused

REASON = "no provider of calls is set up"


class Unset:
    """Refuses; without a token no callback is genuine."""

    name = "none"
    auth_token = ""
    caller = ""

    def place(self, dial):
        raise ProviderRefused(REASON)

    def find(self, dial):
        """Nothing can have gone out."""

    def reports(self, sid):
        return []

    def recordings(self, sid):
        return []

    def fetch(self, recording_sid):
        raise ProviderRefused(REASON)

    def delete(self, recording_sid):
        raise ProviderRefused(REASON)
