"""Settings that the administrator edits."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from suz.common.providers import has_calls


@pghistory.track()
class SystemSettings(models.Model):
    """One row (id 1). Times are in minutes or days as named."""

    points_completed = models.PositiveIntegerField(
        _("points for a completed order"), default=100, validators=[MaxValueValidator(100_000)]
    )
    points_failed = models.PositiveIntegerField(
        _("points taken for an order lost by the dealer"),
        default=50,
        validators=[MaxValueValidator(100_000)],
    )
    points_complaint = models.PositiveIntegerField(
        _("points taken for a justified complaint"),
        default=30,
        validators=[MaxValueValidator(100_000)],
    )
    points_in_distribution = models.BooleanField(
        _("distribution takes points into account"),
        default=True,
        help_text=_(
            "otherwise Rating stages are passed over and points do not part equals in scores"
        ),
    )
    term_days = models.PositiveSmallIntegerField(
        _("term of an order, days"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    complaint_days = models.PositiveSmallIntegerField(
        _("term of a complaint, days"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    installation_dealer = models.ForeignKey(
        "dealers.Dealer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("default dealer for installation orders"),
    )
    chosen_dealer_minutes = models.PositiveIntegerField(
        _("a dealer chosen by the customer sees the order alone for, minutes"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(10_080)],
    )
    unclaimed_minutes = models.PositiveIntegerField(
        _("an order nobody accepted becomes urgent after, minutes"),
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(43_200)],
        help_text=_("counted from the opening of the last stage"),
    )
    answer_hours = models.PositiveSmallIntegerField(
        _("a customer’s message waits for an answer, hours"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("after this the manufacturer is told"),
    )
    calls_enabled = models.BooleanField(
        _("calls from the site work"),
        default=False,
        help_text=_(
            "while they do not, dealers see the phone on acceptance and mark contact by hand"
        ),
    )
    processed_after_call = models.BooleanField(
        _("a connected call makes the order processed"),
        default=True,
        help_text=_("otherwise the manager does it by hand after the call"),
    )
    robot_enabled = models.BooleanField(
        _("the robot calls customers"),
        default=True,
        help_text=_("after acceptance, those who agreed to it, where calls from the site work"),
    )
    robot_from_hour = models.PositiveSmallIntegerField(
        _("the robot calls from, hour"),
        default=9,
        validators=[MaxValueValidator(23)],
        help_text=_("by the time of the customer's place"),
    )
    robot_to_hour = models.PositiveSmallIntegerField(
        _("the robot calls until, hour"),
        default=21,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
    )
    robot_attempts = models.PositiveSmallIntegerField(
        _("attempts of the robot"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    robot_pause_minutes = models.PositiveSmallIntegerField(
        _("pause between attempts, minutes"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(1_440)],
    )
    recordings_keep_days = models.PositiveSmallIntegerField(
        _("recordings are kept for, days"),
        default=180,
        validators=[MinValueValidator(1), MaxValueValidator(3_650)],
    )
    sms_from_hour = models.PositiveSmallIntegerField(
        _("SMS to customers go out from, hour"),
        default=9,
        validators=[MaxValueValidator(23)],
        help_text=_("by the time of the customer's place"),
    )
    sms_to_hour = models.PositiveSmallIntegerField(
        _("SMS to customers go out until, hour"),
        default=21,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
        help_text=_("later ones wait for the morning, one-time codes excepted"),
    )
    dealers_see_only_own = models.BooleanField(
        _("dealers see only accepted orders"),
        default=False,
        help_text=_("otherwise also those offered to them"),
    )

    customers_keep_years = models.PositiveSmallIntegerField(
        _("customers are kept without orders for, years"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("after that the list of customers suggests to erase their data"),
    )

    class Meta:
        verbose_name = _("settings")
        verbose_name_plural = _("settings")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="settings_one_row")]

    def __str__(self):
        return str(_("settings"))

    @property
    def calls_work(self):
        """Whether a call from the site can be asked for: switched on, and somebody dials."""
        return self.calls_enabled and has_calls()

    @property
    def robot_calls(self):
        """Whether the robot rings customers who agreed to it."""
        return self.calls_work and self.robot_enabled

    @classmethod
    def load(cls):
        """The settings; defaults where nothing was saved yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
