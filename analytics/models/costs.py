"""What advertising cost."""

from django.core.validators import MinValueValidator
from django.db import models
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
