"""The port behind which every provider of calls stands.

A provider dials the first phone of a call and asks our addresses what to do (documents of TwiML,
see telephony.scripts); it tells each change to the address of statuses. Nothing here may be called
in a request or with a transaction open.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class ProviderDown(Exception):
    """No clear answer: whether anything was done is unknown. Ask before trying once more."""


class ProviderRefused(Exception):
    """The provider said no, and would again; nothing was done."""


@dataclass(frozen=True, kw_only=True)
class Dial:
    """A first phone to be dialled. Addresses are absolute; ``token`` is ours and never reused.

    ``since`` is when the first attempt to place the call began; ``known`` are the provider's
    numbers of calls that are other calls of ours.
    """

    token: str
    to: str
    caller: str
    answer_url: str
    status_url: str
    finds_machines: bool
    since: datetime
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PhoneReport:
    """What the provider says of one phone of a call when asked."""

    sid: str
    status: str
    is_first: bool
    is_machine: bool = False


@dataclass(frozen=True)
class RecordingReport:
    """A finished recording at the provider; ``seconds`` long."""

    sid: str
    seconds: int


class Provider(Protocol):
    """What every provider can do. Methods raise ProviderDown or ProviderRefused."""

    name: str
    auth_token: str
    caller: str

    def place(self, dial: Dial) -> str:
        """Dial; returns the provider's number of the call. Takes ``token`` for idempotency where
        the provider has it."""
        ...

    def find(self, dial: Dial) -> str | None:
        """The provider's number of the call where an earlier ``place`` did go out, else None."""
        ...

    def reports(self, sid: str) -> list[PhoneReport]:
        """The phones of a call as they stand; empty where the provider does not know it."""
        ...

    def recordings(self, sid: str) -> list[RecordingReport]:
        """The finished recordings of a call."""
        ...

    def fetch(self, recording_sid: str) -> tuple[bytes, str]:
        """A recording's bytes and content type."""
        ...

    def delete(self, recording_sid: str) -> None:
        """Delete a recording at the provider; one that is gone already is a success."""
        ...
