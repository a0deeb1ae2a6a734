"""What a call can be, without the database."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CallKind(TextChoices):
    """Who is joined with the customer."""

    BRIDGE = "bridge", _("a manager calls")
    ROBOT = "robot", _("the robot calls")


class Leg(TextChoices):
    """Whose phone."""

    MANAGER = "manager", pgettext_lazy("call", "manager")
    CUSTOMER = "customer", pgettext_lazy("call", "customer")


class CallState(TextChoices):
    """How far a call has come; ``WAITING`` and ``PLACING`` before the provider has it."""

    WAITING = "waiting", pgettext_lazy("call", "about to begin")
    PLACING = "placing", pgettext_lazy("call", "being placed")
    DIALLING = "dialling", pgettext_lazy("call", "dialling")
    RINGING = "ringing", pgettext_lazy("call", "the phone rings")
    ANSWERED = "answered", pgettext_lazy("call", "answered")
    CALLING = "calling", pgettext_lazy("call", "the customer's phone rings")
    CONNECTED = "connected", pgettext_lazy("call", "connected")
    ENDED = "ended", pgettext_lazy("call", "ended")


class Outcome(TextChoices):
    """How a call ended. ``CONNECTED``: the two (or the customer and the robot) talked."""

    CONNECTED = "connected", pgettext_lazy("call", "talked")
    BUSY = "busy", pgettext_lazy("call", "busy")
    NO_ANSWER = "no_answer", pgettext_lazy("call", "no answer")
    MACHINE = "machine", pgettext_lazy("call", "answering machine")
    HUNG_UP = "hung_up", pgettext_lazy("call", "hung up before connection")
    FAILED = "failed", pgettext_lazy("call", "could not be put through")
    WITHDRAWN = "withdrawn", pgettext_lazy("call", "no longer needed")


class Result(TextChoices):
    """What the customer told the robot."""

    CONFIRMED = "confirmed", pgettext_lazy("call", "order confirmed")
    CALL_BACK = "call_back", pgettext_lazy("call", "asks to be called back")
    CANCELLED = "cancelled", pgettext_lazy("call", "order cancelled")
    SILENT = "silent", pgettext_lazy("call", "nothing chosen")


class Status(StrEnum):
    """The provider's words for one phone of a call (Twilio's)."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"
    FAILED = "failed"


FINAL = frozenset({Status.COMPLETED, Status.BUSY, Status.NO_ANSWER, Status.CANCELED, Status.FAILED})


class Fact(TextChoices):
    """What an event tells."""

    STATUS = "status", pgettext_lazy("call", "state of a phone")
    MACHINE = "machine", pgettext_lazy("call", "who answered")
    JOINED = "joined", pgettext_lazy("call", "both are connected")
    PRESSED = "pressed", pgettext_lazy("call", "key pressed")
