"""Reports that come by mail."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.models import Place


class Rhythm(models.TextChoices):
    """How often a report comes."""

    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")


WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class ReportSchedule(models.Model):
    """A report that a person wants by mail: the manufacturer's summary, or a dealer's scorecard.

    ``weekday`` (0: Monday) counts for weekly ones; monthly ones come on the first day. ``hour`` is
    of the person's own time zone. ``due_at``: when the next one is made, None while switched off.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("for whom"),
    )
    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS, default=0)
    hour = models.PositiveSmallIntegerField(
        _("hour"), default=9, validators=[MaxValueValidator(23)]
    )
    region = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    due_at = models.DateTimeField(_("next one"), null=True, blank=True)

    class Meta:
        verbose_name = _("report by mail")
        verbose_name_plural = _("reports by mail")
        constraints = [
            models.UniqueConstraint(fields=["user", "rhythm"], name="schedule_once_a_rhythm")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="schedule_due", condition=models.Q(due_at__isnull=False)
            )
        ]

    def __str__(self):
        return f"{self.user_id}: {self.rhythm}"


class ReportMail(models.Model):
    """One report to be sent, by a worker that holds it until ``leased_to``; sent once."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting to be sent")
        SENT = "sent", _("report sent")
        DEAD = "dead", _("report not sent")
        CANCELLED = "cancelled", _("not wanted any more")

    schedule = models.ForeignKey(
        ReportSchedule, on_delete=models.CASCADE, related_name="mails", verbose_name=_("report")
    )
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    due_at = models.DateTimeField(_("due"))
    leased_to = models.DateTimeField(_("leased to"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("report to be sent")
        verbose_name_plural = _("reports to be sent")
        constraints = [
            models.UniqueConstraint(fields=["schedule", "until"], name="report_mail_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="report_mail_due", condition=models.Q(state="pending")
            )
        ]

    def __str__(self):
        return f"{self.schedule_id}: {self.since:%Y-%m-%d} — {self.until:%Y-%m-%d}"
