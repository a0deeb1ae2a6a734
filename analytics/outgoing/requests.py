"""What a use of the outbox (LeadsDB, webhooks) hands to the engine, and back."""

import json
from dataclasses import dataclass, field

from analytics.models import DispatchState


@dataclass(frozen=True)
class Request:
    """What is posted. ``hides`` are the customer's words in it: no log keeps them."""

    body: bytes
    headers: dict = field(default_factory=dict)
    hides: tuple = ()


class NotNeeded(Exception):
    """Nothing is to be sent any more; ``state`` is what becomes of the dispatch."""

    def __init__(self, reason, *, state=DispatchState.OUTDATED):
        super().__init__(reason)
        self.reason, self.state = reason, state


def json_body(content):
    """Content as UTF-8 JSON; sums are texts with a point, moments ISO 8601."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def moment(at):
    """A moment as text in UTC, or None."""
    return at.isoformat(timespec="milliseconds") if at else None


def rubles(amount):
    """A sum as text with two digits after the point, or None."""
    return None if amount is None else f"{amount:.2f}"
