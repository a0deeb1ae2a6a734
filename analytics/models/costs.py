"""What advertising cost."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Cost(models.Model):
    """Cost of a campaign of a source on a day, in rubles with VAT.

    It belongs to the visits whose origin has this source and campaign, both without case; one that
    no visit ever had is shown as unmatched.
    """

    day = models.DateField(_("day"))
    source = models.CharField(_("source"), max_length=100)
    campaign = models.CharField(_("campaign"), max_length=150)
    amount = models.DecimalField(
        _("cost, ₽"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    impressions = models.PositiveIntegerField(_("impressions"), null=True, blank=True)
    clicks = models.PositiveIntegerField(_("clicks"), null=True, blank=True)

    class Meta:
        verbose_name = _("cost of advertising")
        verbose_name_plural = _("costs of advertising")
        ordering = ["-day", "source", "campaign"]
        constraints = [
            models.UniqueConstraint(fields=["day", "source", "campaign"], name="cost_once_a_day"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="cost_not_negative"),
        ]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.campaign}"


class UploadState(models.TextChoices):
    """Where an upload of costs stands."""

    PREVIEW = "preview", _("checked, not applied")
    APPLIED = "applied", _("applied")
    UNDONE = "undone", _("taken back")


class CostUpload(models.Model):
    """A file of costs: what it says, and what it replaced, so that it can be taken back.

    ``lines`` are [day, source, campaign, amount, clicks, impressions]; ``bad`` [row, reason];
    ``before`` the lines that stood there, as ``lines``.
    """

    file_name = models.CharField(_("file"), max_length=255)
    state = models.CharField(
        _("state"), max_length=10, choices=UploadState, default=UploadState.PREVIEW
    )
    lines = models.JSONField(_("lines"))
    bad = models.JSONField(_("rejected rows"), default=list, blank=True)
    before = models.JSONField(_("replaced"), default=list, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    created_at = models.DateTimeField(_("uploaded"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("upload of costs")
        verbose_name_plural = _("uploads of costs")
        ordering = ["-id"]

    def __str__(self):
        return self.file_name


class CostAlias(models.Model):
    """A campaign as the costs call it, and as the visits do; both without case."""

    source = models.CharField(_("source in the costs"), max_length=100)
    campaign = models.CharField(_("campaign in the costs"), max_length=150)
    visit_source = models.CharField(_("source of the visits"), max_length=100)
    visit_campaign = models.CharField(_("campaign of the visits"), max_length=150)

    class Meta:
        verbose_name = _("other name of a campaign")
        verbose_name_plural = _("other names of campaigns")
        constraints = [
            models.UniqueConstraint(Lower("source"), Lower("campaign"), name="cost_alias_once")
        ]

    def __str__(self):
        return f"{self.campaign} → {self.visit_campaign}"
