"""Calls about orders, what was heard of them, and their recordings."""

import uuid

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.models import Dealer
from orders.models import Order
from telephony.states import CallKind, CallState, Fact, Leg, Outcome, Result

__all__ = ["Call", "CallEvent", "Listening", "Recording", "RecordingState", "SimPhone"]


def private_storage():
    """Where recordings lie; nothing there has an address of its own."""
    return storages["private"]


class Call(models.Model):
    """One attempt to reach an order's customer: dialled once at most, whatever happens.

    Numbers are not kept: a worker takes them from the order and the manager when it places the
    call. ``uuid`` stands in every address that the provider calls back. ``state``, ``outcome``,
    ``party`` and ``result`` are folded from the events (telephony.folding) once there are any.
    ``cycle`` is the order's when the call was asked for: a dealer that has lost the order proves
    nothing by it. ``version`` grows with each change, for pages that look on.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="calls", verbose_name=_("order")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=CallKind)
    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="+", verbose_name=_("dealer")
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("manager"),
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    number = models.PositiveSmallIntegerField(_("number of the robot's attempt"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=CallState, default=CallState.WAITING
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    party = models.CharField(_("whose phone"), max_length=8, choices=Leg, blank=True)
    result = models.CharField(_("answer"), max_length=10, choices=Result, blank=True)
    sid = models.CharField(_("provider's number"), max_length=64, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts to place"), default=0)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    poll_at = models.DateTimeField(_("ask the provider"), null=True, blank=True)

    created_at = models.DateTimeField(_("asked for"))
    placed_at = models.DateTimeField(_("placed"), null=True, blank=True)
    joined_at = models.DateTimeField(_("connected"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("telephony", "call")
        verbose_name_plural = pgettext_lazy("telephony", "calls")
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                name="call_one_open_per_order",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["order", "cycle", "number"],
                name="call_robot_once",
                condition=models.Q(kind="robot"),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="robot") | models.Q(manager__isnull=False),
                name="call_bridge_has_manager",
            ),
            models.CheckConstraint(
                condition=models.Q(state="ended", ended_at__isnull=False)
                | (~models.Q(state="ended") & models.Q(ended_at__isnull=True)),
                name="call_ended_when_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-id"], name="call_by_order"),
            models.Index(
                fields=["due_at"],
                name="call_due",
                condition=models.Q(state__in=["waiting", "placing"]),
            ),
            models.Index(
                fields=["poll_at"], name="call_poll", condition=models.Q(poll_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"№ {self.order_id}: {self.get_kind_display()}"

    @property
    def is_open(self):
        return self.state != CallState.ENDED

    @property
    def first_leg(self):
        """The phone that is dialled first."""
        return Leg.CUSTOMER if self.kind == CallKind.ROBOT else Leg.MANAGER


class CallEvent(models.Model):
    """Something heard of a call; ``key`` makes what is told twice one event."""

    call = models.ForeignKey(
        Call,
        on_delete=models.CASCADE,
        related_name="events",
        verbose_name=pgettext_lazy("telephony", "call"),
    )
    key = models.CharField(_("key"), max_length=120)
    fact = models.CharField(_("what"), max_length=8, choices=Fact)
    leg = models.CharField(_("whose phone"), max_length=8, choices=Leg)
    status = models.CharField(_("state"), max_length=12, blank=True)
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    digits = models.CharField(_("keys"), max_length=8, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("event of a call")
        verbose_name_plural = _("events of calls")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["call", "key"], name="call_event_once")]

    def __str__(self):
        return f"{self.call_id}: {self.key}"


class RecordingState(models.TextChoices):
    """Where a recording is."""

    WAITING = "waiting", pgettext_lazy("recording", "at the provider")
    FETCHING = "fetching", pgettext_lazy("recording", "being fetched")
    FETCHED = "fetched", pgettext_lazy("recording", "here, not yet deleted at the provider")
    STORED = "stored", pgettext_lazy("recording", "here")
    ERASING = "erasing", pgettext_lazy("recording", "being erased at the provider")
    DELETED = "deleted", pgettext_lazy("recording", "deleted")
    LOST = "lost", pgettext_lazy("recording", "could not be fetched")


class Recording(models.Model):
    """What was spoken. Fetched by a worker into private storage, then deleted at the provider."""

    call = models.ForeignKey(
        Call,
        on_delete=models.PROTECT,
        related_name="recordings",
        verbose_name=pgettext_lazy("telephony", "call"),
    )
    sid = models.CharField(_("provider's number"), max_length=64, unique=True)
    seconds = models.PositiveIntegerField(_("length, seconds"), default=0)
    state = models.CharField(
        _("state"), max_length=8, choices=RecordingState, default=RecordingState.WAITING
    )
    file = models.FileField(_("file"), storage=private_storage, blank=True)
    content_type = models.CharField(_("type"), max_length=30, blank=True)
    size = models.PositiveIntegerField(_("size, bytes"), default=0)
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        indexes = [
            models.Index(
                fields=["due_at"],
                name="recording_due",
                condition=models.Q(state__in=["waiting", "fetching", "fetched", "erasing"]),
            ),
            models.Index(
                fields=["created_at"],
                name="recording_kept",
                condition=models.Q(state__in=["fetched", "stored"]),
            ),
        ]

    def __str__(self):
        return f"{self.call_id}: {self.get_state_display()}"

    @property
    def is_playable(self):
        return self.state in (RecordingState.FETCHED, RecordingState.STORED)


class Listening(models.Model):
    """Who listened to a recording, once an hour at most."""

    recording = models.ForeignKey(
        Recording,
        on_delete=models.CASCADE,
        related_name="listenings",
        verbose_name=_("recording"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who"),
    )
    at = models.DateTimeField(_("when"))
    hour = models.DateTimeField(_("hour"), editable=False)

    class Meta:
        verbose_name = _("listening")
        verbose_name_plural = _("listenings")
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "user", "hour"], name="listening_once_an_hour"
            )
        ]

    def __str__(self):
        return f"{self.recording_id}: {self.user_id}"


class SimPhone(models.Model):
    """A call of the simulated provider with one phone, as a real provider keeps it by itself.

    The product knows nothing of these rows but through the provider's port and signed callbacks.
    ``token`` is the caller's idempotency token. ``script`` is the list of verbs still to be done,
    ``said`` what the phone was told, ``action`` what the person holding it does next.
    """

    sid = models.CharField(max_length=64, unique=True)
    token = models.CharField(max_length=64, unique=True)
    parent = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="child"
    )
    number = models.CharField(max_length=20)
    caller = models.CharField(max_length=20, blank=True)
    answer_url = models.CharField(max_length=300, blank=True)
    status_url = models.CharField(max_length=300, blank=True)
    finds_machines = models.BooleanField(default=False)
    status = models.CharField(max_length=12, default="queued")
    action = models.CharField(max_length=12, blank=True)
    script = models.JSONField(default=list)
    waits = models.CharField(max_length=8, blank=True)
    verb = models.JSONField(default=dict)
    said = models.JSONField(default=list)
    is_joined = models.BooleanField(default=False)
    ring_seconds = models.PositiveSmallIntegerField(default=30)
    created_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    recording = models.CharField(max_length=64, blank=True)
    recorded_seconds = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("simulated phone")
        verbose_name_plural = _("simulated phones")
        indexes = [
            models.Index(fields=["number", "-id"], name="simphone_number"),
            models.Index(
                fields=["id"], name="simphone_live", condition=models.Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self):
        return self.sid
