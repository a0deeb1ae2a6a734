"""The outbox: messages to people and their deliveries by channel.

A message is written in the transaction of the event that it tells of. On site it is there at
once; every other channel is a delivery, a row with a due time that a worker claims, sends and
closes. This app knows recipients and messages, not orders.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """Whom a message is for."""

    CUSTOMER = "customer", _("customer")
    DEALER = "dealer", _("dealer")
    MANUFACTURER = "manufacturer", _("manufacturer")


class Channel(models.TextChoices):
    """How news reaches people. On site it is there at once: no delivery is written for it."""

    SITE = "site", _("on site")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class Message(models.Model):
    """One piece of news to one recipient.

    ``context`` holds what the templates of the event need, as JSON, and never a hidden phone.
    ``subject_key`` names what the message is about (``order:416``), so that messages can be found
    and withdrawn by it. What is withdrawn has lost its point (an offered order that somebody took):
    it is no longer counted, sent or a link. ``line`` is the message in one line where the text of
    the settings says it otherwise than the product; ``unsubscribe`` the path at which who has no
    account chooses how to be told.
    """

    event = models.CharField(_("event"), max_length=40)
    audience = models.CharField(_("audience"), max_length=12, choices=Audience)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("user"),
    )
    subject_key = models.CharField(_("about"), max_length=60)
    context = models.JSONField(_("context"), default=dict)
    url = models.CharField(_("link"), max_length=300, blank=True)
    line = models.CharField(_("line on the site"), max_length=300, blank=True)
    unsubscribe = models.CharField(_("link to unsubscribe"), max_length=300, blank=True)
    on_site = models.BooleanField(_("on site"), default=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["user", "-id"], name="message_bell", condition=models.Q(on_site=True)
            ),
            models.Index(
                fields=["user"],
                name="message_unread",
                condition=models.Q(on_site=True, read_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.Index(fields=["subject_key"], name="message_subject"),
            models.Index(fields=["-created_at", "-id"], name="message_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(on_site=False) | models.Q(user__isnull=False),
                name="message_on_site_has_user",
            )
        ]

    def __str__(self):
        return f"{self.event} → {self.audience}"


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    PENDING = "pending", pgettext_lazy("mail", "waiting")
    SENDING = "sending", pgettext_lazy("mail", "being sent")
    SENT = "sent", pgettext_lazy("mail", "sent")
    DELIVERED = "delivered", pgettext_lazy("mail", "delivered")
    DEAD = "dead", pgettext_lazy("mail", "failed")
    CANCELLED = "cancelled", pgettext_lazy("mail", "cancelled")
    DIGESTED = "digested", pgettext_lazy("mail", "put into a digest")


class Delivery(models.Model):
    """A message on its way through one channel: one row per message and channel.

    A worker claims it by setting ``lease_token`` and ``lease_until`` in a short transaction, sends
    with no transaction open, and records the result only where the lease is still its own.
    ``begun_at`` is since when a provider may have it: who may have had it is asked before it is
    given the same once more. What waits ``in_digest`` goes out as a line of a digest. Between
    ``quiet_from`` and ``quiet_until``, by clocks of ``quiet_zone``, it is not sent: neither at
    first nor when it is tried again.
    """

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("message")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    address = models.CharField(_("address"), max_length=254)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.PENDING
    )
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.UUIDField(_("lease"), null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    in_digest = models.BooleanField(_("in a digest"), default=False)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    quiet_zone = models.CharField(_("time zone"), max_length=40, blank=True)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True, editable=False)
    provider = models.CharField(_("provider"), max_length=20, blank=True)
    provider_id = models.CharField(_("the provider's number"), max_length=120, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    # What was really sent, kept when it goes out: read in the demo and in the message log.
    sent_subject = models.CharField(_("subject"), max_length=300, blank=True)
    sent_text = models.TextField(_("text"), blank=True)
    sent_html = models.TextField(_("html"), blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel"], name="delivery_one_per_message_and_channel"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="delivery_due",
                condition=models.Q(state__in=["pending", "sending"]),
            ),
            models.Index(fields=["state", "-id"], name="delivery_state"),
            models.Index(
                fields=["provider_id"],
                name="delivery_provider_id",
                condition=~models.Q(provider_id=""),
            ),
        ]

    def __str__(self):
        return f"{self.channel} {self.state}"
