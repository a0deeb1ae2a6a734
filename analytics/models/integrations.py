"""Other systems that are told of orders, and the outbox of what they are told."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.models import Dealer
from orders.models import Order
from suz.common.addresses import LONGEST_ADDRESS


class EndpointKind(models.TextChoices):
    """Whose system it is."""

    LEADSDB = "leadsdb", _("LeadsDB")
    WEBHOOK = "webhook", _("webhook")


# What is remembered of how the system answers is no change of its settings.
@pghistory.track(
    exclude=["secret", "failures", "resume_at"],
    # The usual name is a field's own here.
    obj_field=pghistory.ObjForeignKey(related_name="history"),
)
class Endpoint(models.Model):
    """A system that is told of orders: the manufacturer's LeadsDB, or one of a dealer.

    ``secret`` is sealed (suz.common.sealing) and never shown again. ``events`` are those of
    analytics.webhooks.events that a dealer's system asked for. ``enabled_since`` is when it was
    switched on, None while it is off: nothing earlier is told by itself. After ``failures`` in a
    row nothing is tried before ``resume_at``.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=EndpointKind)
    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealer"),
    )
    url = models.CharField(_("address"), max_length=LONGEST_ADDRESS)
    user = models.CharField(_("user"), max_length=100, blank=True)
    secret = models.TextField(_("secret"), blank=True, editable=False)
    events = ArrayField(models.CharField(max_length=30), verbose_name=_("events"), default=list)
    enabled_since = models.DateTimeField(_("on since"), null=True, blank=True)
    created_at = models.DateTimeField(_("added"))
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    resume_at = models.DateTimeField(_("tried again at"), null=True, blank=True)

    class Meta:
        verbose_name = _("connected system")
        verbose_name_plural = _("connected systems")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="leadsdb", dealer__isnull=True)
                | Q(kind="webhook", dealer__isnull=False),
                name="endpoint_webhook_has_dealer",
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="leadsdb"), name="endpoint_one_leadsdb"
            ),
            models.UniqueConstraint(
                fields=["dealer", "url"],
                condition=Q(kind="webhook"),
                name="endpoint_once_a_dealer",
            ),
        ]

    def __str__(self):
        return self.get_kind_display() if self.dealer_id is None else self.url

    @property
    def is_on(self):
        return self.enabled_since is not None


class SyncState(models.TextChoices):
    """Where a synchronisation stands."""

    RUNNING = "running", pgettext_lazy("synchronisation", "running")
    FINISHED = "finished", pgettext_lazy("synchronisation", "finished")
    STOPPED = "stopped", pgettext_lazy("synchronisation", "stopped")


class SyncRun(models.Model):
    """Sending of all orders placed from ``since`` until the run was begun, in their present state.

    It goes through the orders by (created, id); what was queued up to now stands in ``mark_at`` and
    ``mark_id``, so that it goes on wherever its process ended. ``total`` is how many orders there
    were at the beginning, ``queued`` how many are in the outbox.
    """

    since = models.DateField(_("orders placed since"))
    state = models.CharField(_("state"), max_length=8, choices=SyncState, default=SyncState.RUNNING)
    by = models.ForeignKey(
        "dealers.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    started_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)
    mark_at = models.DateTimeField(_("queued up to"))
    mark_id = models.BigIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(_("orders"), validators=[MinValueValidator(0)])
    queued = models.PositiveIntegerField(_("queued"), default=0)

    class Meta:
        verbose_name = _("synchronisation with LeadsDB")
        verbose_name_plural = _("synchronisations with LeadsDB")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="sync_one_running"
            )
        ]

    def __str__(self):
        return f"{self.since:%Y-%m-%d}"


class DispatchState(models.TextChoices):
    """Where a dispatch stands."""

    PENDING = "pending", pgettext_lazy("dispatch", "waiting")
    SENDING = "sending", pgettext_lazy("dispatch", "being sent")
    SENT = "sent", pgettext_lazy("dispatch", "taken")
    DEAD = "dead", pgettext_lazy("dispatch", "failed")
    OUTDATED = "outdated", pgettext_lazy("dispatch", "replaced by a later one")
    CANCELLED = "cancelled", pgettext_lazy("dispatch", "cancelled")


UNFINISHED = ("pending", "sending")


class Dispatch(models.Model):
    """One thing that one system is to be told, on its way: a row of the outbox.

    ``key`` is the idempotency key that goes with every attempt. It names an order's revision
    (LeadsDB) or an event (webhooks); ``source`` is that revision, or the id of the record that the
    event is of. What is sent is made up when it is sent. A worker claims a row by ``lease_token``
    and ``lease_until`` and records the result only where the lease is still its own. Of one order
    nothing is sent to a system while something earlier is unfinished. ``answer`` is the beginning
    of what the system last answered, without the customer's data.
    """

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.PROTECT, related_name="dispatches", verbose_name=_("system")
    )
    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("order"),
    )
    event = models.CharField(_("event"), max_length=30)
    source = models.BigIntegerField(_("revision or record"), default=0)
    key = models.CharField(_("idempotency key"), max_length=80, unique=True)
    run = models.ForeignKey(
        SyncRun,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="dispatches",
        verbose_name=_("synchronisation"),
    )
    occurred_at = models.DateTimeField(_("happened"))
    state = models.CharField(
        _("state"), max_length=9, choices=DispatchState, default=DispatchState.PENDING
    )
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.UUIDField(_("lease"), null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    status_code = models.PositiveSmallIntegerField(_("status answered"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True)
    sent_at = models.DateTimeField(_("taken"), null=True, blank=True)

    class Meta:
        verbose_name = _("message to a connected system")
        verbose_name_plural = _("messages to connected systems")
        constraints = [
            models.CheckConstraint(
                condition=Q(event="test", order__isnull=True)
                | (~Q(event="test") & Q(order__isnull=False)),
                name="dispatch_is_of_an_order",
            )
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at", "id"],
                name="dispatch_due",
                condition=Q(state__in=UNFINISHED),
            ),
            models.Index(
                fields=["order", "endpoint", "id"],
                name="dispatch_lane",
                condition=Q(state__in=UNFINISHED),
            ),
            models.Index(fields=["endpoint", "-id"], name="dispatch_newest"),
            models.Index(fields=["endpoint", "state", "-id"], name="dispatch_by_state"),
            models.Index(
                fields=["run", "state"], name="dispatch_of_run", condition=Q(run__isnull=False)
            ),
            models.Index(
                fields=["tried_at"],
                name="dispatch_finished",
                condition=~Q(state__in=[*UNFINISHED, "dead"]),
            ),
        ]

    def __str__(self):
        return self.key
