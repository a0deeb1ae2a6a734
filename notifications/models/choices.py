"""Who is told of what by which channel: the settings, and each person's choice within them."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.models.messages import Audience, Channel


class Mode(models.TextChoices):
    """What the settings allow of a channel."""

    OFF = "off", pgettext_lazy("channel", "off")
    ON_REQUEST = "on_request", _("by choice, off at first")
    OPTIONAL = "optional", _("by choice, on at first")
    MANDATORY = "mandatory", _("always")


class ChannelSetting(models.Model):
    """What an administrator has set for an event, an audience and a channel.

    An empty ``mode`` and empty texts mean: as the catalogue and the product's own texts say.
    ``subject`` is the subject of a mail; ``body`` the text, on site the line.
    """

    event = models.CharField(_("event"), max_length=40)
    audience = models.CharField(_("audience"), max_length=12, choices=Audience)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    mode = models.CharField(_("mode"), max_length=12, choices=Mode, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("setting of messages")
        verbose_name_plural = _("settings of messages")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "audience", "channel"], name="channel_setting_once"
            )
        ]

    def __str__(self):
        return f"{self.event} {self.audience} {self.channel}"


class SettingChange(models.Model):
    """A change of a ChannelSetting: who, when, what it was and what it became. Append-only."""

    class What(models.TextChoices):
        MODE = "mode", _("mode")
        SUBJECT = "subject", _("subject")
        BODY = "body", _("text")

    event = models.CharField(_("event"), max_length=40)
    audience = models.CharField(_("audience"), max_length=12, choices=Audience)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    what = models.CharField(_("what"), max_length=8, choices=What)
    before = models.TextField(_("before the change"), blank=True)
    after = models.TextField(_("after the change"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change of the settings of messages")
        verbose_name_plural = _("changes of the settings of messages")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.event} {self.what}"


class Preferences(models.Model):
    """How a person of the workspace wants to be told.

    ``choices`` maps an event to channels to true or false; what is missing is as the settings say
    at first. Times are in the person's time zone. Between ``quiet_from`` and ``quiet_until`` mails
    and SMS wait, urgent ones excepted; with ``digest_hour`` mails of low priority go out together
    at that hour.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notification_preferences",
        verbose_name=_("user"),
    )
    choices = models.JSONField(_("choices"), default=dict, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the digest"), null=True, blank=True, validators=[MaxValueValidator(23)]
    )
    sound = models.BooleanField(_("sound"), default=True)
    title_count = models.BooleanField(_("number in the title"), default=True)
    browser = models.BooleanField(_("browser notifications"), default=False)

    class Meta:
        verbose_name = _("person's choice of messages")
        verbose_name_plural = _("people's choices of messages")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="preferences_quiet_hours_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(digest_hour__isnull=True) | models.Q(digest_hour__lte=23),
                name="preferences_digest_hour",
            ),
        ]

    def __str__(self):
        return str(self.user_id)


class RecipientChoice(models.Model):
    """How somebody without an account wants to be told about one thing (``order:416``)."""

    key = models.CharField(_("about"), max_length=60, unique=True)
    by_email = models.BooleanField(_("by e-mail"))
    by_sms = models.BooleanField(_("by SMS"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("customer's choice of messages")
        verbose_name_plural = _("customers' choices of messages")

    def __str__(self):
        return self.key
