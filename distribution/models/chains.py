"""Chains as the administrator edits them, and their versions as orders keep them."""

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Category
from dealers.models import Dealer, Place
from distribution.strategies import CHAIN_STRATEGIES, STRATEGY_NAMES, LimitUnit, Period

MINUTES = [MinValueValidator(1), MaxValueValidator(43_200)]


class Chain(models.Model):
    """An ordered list of stages: the default one (no region) or a region's own."""

    region = models.OneToOneField(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="chain",
        limit_choices_to={"parent__isnull": True},
        verbose_name=_("region"),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("chain of strategies")
        verbose_name_plural = _("chains of strategies")
        constraints = [
            models.UniqueConstraint(
                fields=["region"], name="chain_one_default", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(region__isnull=False) | models.Q(is_active=True),
                name="chain_default_in_use",
            ),
        ]

    def __str__(self):
        return str(self.region) if self.region_id else str(_("default chain"))


@pghistory.track()
class ChainStage(models.Model):
    """One entry of a chain. Which fields count depends on the strategy; see StageSpec."""

    chain = models.ForeignKey(
        Chain, on_delete=models.CASCADE, related_name="stages", verbose_name=_("chain")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    strategy = models.CharField(
        _("strategy"),
        max_length=12,
        choices=[(code.value, STRATEGY_NAMES[code]) for code in CHAIN_STRATEGIES],
    )
    is_on = models.BooleanField(_("on"), default=True)
    window = models.PositiveIntegerField(
        _("window, minutes"), null=True, blank=True, validators=MINUTES
    )
    delay = models.PositiveIntegerField(
        _("delay since the order was placed, minutes"),
        default=0,
        validators=[MaxValueValidator(43_200)],
    )
    min_points = models.IntegerField(_("minimum points"), default=0)
    max_minutes = models.PositiveIntegerField(
        _("median time to accept at most, minutes"), default=15, validators=MINUTES
    )
    min_orders = models.PositiveIntegerField(
        _("accepted orders at least"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
    )
    at_once = models.PositiveSmallIntegerField(
        _("dealers at once"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    rounds = models.PositiveSmallIntegerField(
        _("rounds"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    weight_distance = models.PositiveSmallIntegerField(
        _("weight of distance"), default=1, validators=[MaxValueValidator(100)]
    )
    weight_price = models.PositiveSmallIntegerField(
        _("weight of price"), default=1, validators=[MaxValueValidator(100)]
    )
    weight_rating = models.PositiveSmallIntegerField(
        _("weight of rating"), default=1, validators=[MaxValueValidator(100)]
    )
    weight_speed = models.PositiveSmallIntegerField(
        _("weight of speed"), default=1, validators=[MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("stage of a chain")
        verbose_name_plural = _("stages of a chain")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(window__isnull=False) | models.Q(strategy__in=["fix", "base"]),
                name="chain_stage_has_window",
            )
        ]

    def __str__(self):
        return self.get_strategy_display()


class FixPin(models.Model):
    """A row of a Fix stage: the dealer pinned for a region and/or category."""

    stage = models.ForeignKey(
        ChainStage, on_delete=models.CASCADE, related_name="pins", verbose_name=_("stage")
    )
    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="+", verbose_name=_("dealer")
    )
    region = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"parent__isnull": True},
        verbose_name=_("region"),
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )

    class Meta:
        verbose_name = _("pinned dealer")
        verbose_name_plural = _("pinned dealers")
        ordering = ["id"]

    def __str__(self):
        return str(self.dealer)


class PriorityLimit(models.Model):
    """A row of a Base+ stage: a priority dealer and its limit."""

    stage = models.ForeignKey(
        ChainStage, on_delete=models.CASCADE, related_name="limits", verbose_name=_("stage")
    )
    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="+", verbose_name=_("dealer")
    )
    unit = models.CharField(
        _("unit"),
        max_length=8,
        choices=[(LimitUnit.PERCENT.value, _("per cent")), (LimitUnit.COUNT.value, _("orders"))],
        default=LimitUnit.PERCENT.value,
    )
    limit = models.PositiveIntegerField(
        _("limit"), validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    period = models.CharField(
        _("period"),
        max_length=8,
        choices=[
            (Period.DAY.value, _("day")),
            (Period.WEEK.value, _("week")),
            (Period.MONTH.value, _("month")),
            (Period.QUARTER.value, _("quarter")),
            (Period.YEAR.value, _("year")),
        ],
        default=Period.MONTH.value,
    )

    class Meta:
        verbose_name = _("priority dealer")
        verbose_name_plural = _("priority dealers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "dealer"], name="priority_limit_once"),
            models.CheckConstraint(
                condition=~models.Q(unit="percent") | models.Q(limit__lte=100),
                name="priority_limit_percent_sane",
            ),
        ]

    def __str__(self):
        return str(self.dealer)


class ChainVersion(models.Model):
    """A chain as it stood from ``valid_from`` on: the switched-on stages as JSON (StageSpec).

    Written on every save of a chain and never changed: an order placed earlier but planned later
    still gets the chain of its time. An inactive regional chain leaves an empty ``spec`` with
    ``is_active`` false.
    """

    region = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    spec = models.JSONField(_("stages"))
    is_active = models.BooleanField(_("in use"), default=True)
    valid_from = models.DateTimeField(_("valid from"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )

    class Meta:
        verbose_name = _("version of a chain")
        verbose_name_plural = _("versions of chains")
        indexes = [models.Index(fields=["region", "-valid_from"], name="chain_version_latest")]

    def __str__(self):
        return f"{self.region_id or ''} {self.valid_from:%Y-%m-%d %H:%M}"
