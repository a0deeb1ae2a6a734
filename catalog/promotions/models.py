"""Promotions and the dealers that take part."""

from decimal import Decimal

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Category, Product
from dealers.models import Dealer, Place

SMALLEST_PERCENT, LARGEST_PERCENT = Decimal("0.01"), Decimal(90)


def day_of(now):
    """The day it is for promotions: that of the product's time zone, whoever looks."""
    return timezone.localdate(now, timezone.get_default_timezone())


class PromotionState(models.TextChoices):
    """Where a promotion stands."""

    PLANNED = "planned", pgettext_lazy("promotion", "planned")
    RUNNING = "running", pgettext_lazy("promotion", "running")
    OVER = "over", pgettext_lazy("promotion", "over")


class PromotionQuerySet(models.QuerySet):
    """Reads of promotions."""

    def in_state(self, state, *, now):
        """Those that stand so at a moment."""
        today = day_of(now)
        is_over = models.Q(ends_on__lt=today) | models.Q(ended_at__lte=now)
        if state == PromotionState.OVER:
            return self.filter(is_over)
        if state == PromotionState.PLANNED:
            return self.filter(starts_on__gt=today).exclude(is_over)
        return self.filter(starts_on__lte=today).exclude(is_over)

    def not_over(self, *, now):
        """Those that are running or coming."""
        over = models.Q(ends_on__lt=day_of(now)) | models.Q(ended_at__lte=now)
        return self.exclude(over)

    def holding_in(self, place):
        """Those without regions, and those of the place's region."""
        links = Promotion.regions.through.objects.filter(promotion=models.OuterRef("pk"))
        return self.filter(
            ~models.Exists(links) | models.Exists(links.filter(place=place.region_id))
        )

    def concerning(self, dealer):
        """Those that hold somewhere in the dealer's territory."""
        links = Promotion.regions.through.objects.filter(promotion=models.OuterRef("pk"))
        additional = dealer.additional_places.all()
        served = models.Q(place=dealer.main_region_id) | models.Q(
            place__in=additional.annotate(
                of_region=models.functions.Coalesce("parent_id", "pk")
            ).values("of_region")
        )
        return self.filter(~models.Exists(links) | models.Exists(links.filter(served)))


@pghistory.track()
class Promotion(models.Model):
    """What the manufacturer offers customers for a time, with the dealers that join.

    Days are those of the product's time zone, both included; ``ended_at`` is set where it was ended
    before. Without regions it holds everywhere; without products and categories for all of them.
    ``percent`` is taken off the dealer's own price.
    """

    name = models.CharField(_("name"), max_length=120)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    picture = models.ImageField(_("picture"), upload_to="promotions/", blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    percent = models.DecimalField(
        _("discount, %"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(SMALLEST_PERCENT), MaxValueValidator(LARGEST_PERCENT)],
    )
    regions = models.ManyToManyField(
        Place, blank=True, related_name="promotions", verbose_name=_("regions")
    )
    categories = models.ManyToManyField(
        Category, blank=True, related_name="promotions", verbose_name=_("categories")
    )
    products = models.ManyToManyField(
        Product, blank=True, related_name="promotions", verbose_name=_("products")
    )
    ended_at = models.DateTimeField(_("ended before its time"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"))

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="promotion_period"
            ),
            models.CheckConstraint(
                condition=models.Q(percent__isnull=True)
                | models.Q(percent__gte=SMALLEST_PERCENT, percent__lte=LARGEST_PERCENT),
                name="promotion_percent_sane",
            ),
        ]
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="promotion_days")]

    def __str__(self):
        return self.name

    def state_at(self, now):
        """The PromotionState at a moment."""
        today = day_of(now)
        if self.ends_on < today or (self.ended_at is not None and self.ended_at <= now):
            return PromotionState.OVER
        return PromotionState.PLANNED if self.starts_on > today else PromotionState.RUNNING


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class PromotionDealer(models.Model):
    """A dealer takes part in a promotion."""

    promotion = models.ForeignKey(
        Promotion, on_delete=models.CASCADE, related_name="joined", verbose_name=_("promotion")
    )
    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, related_name="promotions", verbose_name=_("dealer")
    )
    joined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("joined by"),
    )
    joined_at = models.DateTimeField(_("joined the promotion"))

    class Meta:
        verbose_name = _("dealer in a promotion")
        verbose_name_plural = _("dealers in promotions")
        constraints = [
            models.UniqueConstraint(fields=["promotion", "dealer"], name="promotion_dealer_once")
        ]

    def __str__(self):
        return f"{self.dealer} — {self.promotion}"
