"""What every transport does."""

from abc import ABC, abstractmethod


class PermanentError(Exception):
    """Sending again would fail the same way: the address is wrong or refused."""


class Transport(ABC):
    """Sends deliveries of one channel; a context manager that keeps a connection for a batch.

    ``send`` is called with no transaction open and must end within a time-out of its own. It raises
    PermanentError where trying again is no use; any other error means: try later.
    """

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    @abstractmethod
    def send(self, delivery, mail):
        """Send ``mail`` (rendering.Mail) to the delivery's address."""

    @abstractmethod
    def close(self):
        """Let go of connections."""
