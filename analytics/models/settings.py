"""Settings of analytics that the administrator edits."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class AnalyticsSettings(models.Model):
    """One row (id 1): for how long visits are kept and looked back at."""

    look_back_days = models.PositiveSmallIntegerField(
        _("first touch: look back, days"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("A visit counts for an order when it was at most so long before it."),
    )
    keep_hits_days = models.PositiveSmallIntegerField(
        _("keep single pages, days"),
        default=90,
        validators=[MinValueValidator(7), MaxValueValidator(1_100)],
        help_text=_("Visits folded from them stay; reports are made of visits."),
    )
    keep_visits_months = models.PositiveSmallIntegerField(
        _("keep visits, months"),
        default=36,
        validators=[MinValueValidator(13), MaxValueValidator(120)],
        help_text=_("Visits of those who ordered are kept as long as their orders."),
    )

    class Meta:
        verbose_name = _("settings of analytics")
        verbose_name_plural = _("settings of analytics")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="analytics_settings_one_row")
        ]

    def __str__(self):
        return str(_("settings of analytics"))

    @classmethod
    def load(cls):
        """The settings; defaults where nothing was saved yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
