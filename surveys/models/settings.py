"""Settings of surveys that the administrator edits."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_POINTS = 10_000
POINTS = [MinValueValidator(-MOST_POINTS), MaxValueValidator(MOST_POINTS)]


@pghistory.track(exclude=["swept_until"])
class SurveySettings(models.Model):
    """One row (id 1).

    ``enabled_since``: orders closed from this moment on are surveyed by themselves, None: none
    are. ``swept_until``: every order closed before has its invitation or will have none, so the
    clock need not look at it again.
    """

    enabled_since = models.DateTimeField(_("surveys are sent since"), null=True, blank=True)
    swept_until = models.DateTimeField(null=True, blank=True, editable=False)
    reminder_days = models.PositiveSmallIntegerField(
        _("reminder after, days"),
        default=3,
        validators=[MaxValueValidator(60)],
        help_text=_("0: none"),
    )
    open_days = models.PositiveSmallIntegerField(
        _("a survey may be answered for, days"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    points_5 = models.SmallIntegerField(_("points for 5 stars"), default=20, validators=POINTS)
    points_4 = models.SmallIntegerField(_("points for 4 stars"), default=10, validators=POINTS)
    points_3 = models.SmallIntegerField(_("points for 3 stars"), default=0, validators=POINTS)
    points_2 = models.SmallIntegerField(_("points for 2 stars"), default=-10, validators=POINTS)
    points_1 = models.SmallIntegerField(_("points for 1 star"), default=-20, validators=POINTS)

    class Meta:
        verbose_name = _("settings of surveys")
        verbose_name_plural = _("settings of surveys")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="survey_settings_one_row")
        ]

    def __str__(self):
        return str(_("settings of surveys"))

    @classmethod
    def load(cls):
        """The settings; defaults where nothing was saved yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def points_for(self, stars):
        """The points that a rating gives its dealer, negative where it takes some."""
        return getattr(self, f"points_{stars}")
