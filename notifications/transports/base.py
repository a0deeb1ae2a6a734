"""What every transport does."""

from abc import ABC, abstractmethod
from dataclasses import dataclass


class PermanentError(Exception):
    """Sending again would fail the same way: the address is wrong or refused."""


class NotTaken(Exception):
    """The provider has certainly not taken it; it may be sent later without asking first."""


@dataclass(frozen=True)
class Receipt:
    """What a provider answered: its own number, and whether it has arrived already."""

    provider: str = ""
    provider_id: str = ""
    is_delivered: bool = False


class Transport(ABC):
    """Sends deliveries of one channel; a context manager that keeps a connection for a batch.

    ``send`` is called with no transaction open and must end within a time-out of its own. It raises
    PermanentError where trying again is no use, NotTaken where the provider surely refused for now;
    any other error means: it may have gone out or not, try later.
    """

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    @abstractmethod
    def send(self, delivery, content):
        """Send ``content`` (of rendering) to the delivery's address; returns a Receipt or None."""

    def find(self, delivery, content):
        """The Receipt of an earlier attempt that the provider has taken, or None.

        Called before something that may have gone out is sent once more. Where nobody can tell and
        twice would be worse than not at all, raises PermanentError.
        """
        return None

    @abstractmethod
    def close(self):
        """Let go of connections."""
