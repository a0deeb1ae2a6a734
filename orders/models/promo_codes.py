"""Promo codes."""

from decimal import Decimal

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.promotions.models import day_of
from dealers.models import Place
from orders.discounts import Cut

LETTERS = r"[A-ZА-ЯЁ0-9]{3,30}"
MOST_USES = 1_000_000
MONEY = {
    "max_digits": 12,
    "decimal_places": 2,
    "null": True,
    "blank": True,
    "validators": [MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(9_999_999))],
}


class PromoCodeState(models.TextChoices):
    """Where a code stands."""

    RUNNING = "running", pgettext_lazy("promo code", "works")
    PLANNED = "planned", pgettext_lazy("promo code", "not yet")
    OVER = "over", pgettext_lazy("promo code", "over")
    USED_UP = "used_up", pgettext_lazy("promo code", "used up")
    OFF = "off", pgettext_lazy("promo code", "switched off")


class PromoCodeQuerySet(models.QuerySet):
    """Reads of codes."""

    def in_state(self, state, *, now):
        """Those that stand so at a moment."""
        today = day_of(now)
        if state == PromoCodeState.OFF:
            return self.filter(is_active=False)
        found = self.filter(is_active=True)
        if state == PromoCodeState.PLANNED:
            return found.filter(starts_on__gt=today)
        if state == PromoCodeState.OVER:
            return found.filter(ends_on__lt=today)
        found = found.filter(starts_on__lte=today).exclude(ends_on__lt=today)
        used_up = models.Q(max_uses__isnull=False, uses__gte=models.F("max_uses"))
        return found.filter(used_up) if state == PromoCodeState.USED_UP else found.exclude(used_up)


@pghistory.track(exclude=["uses"])
class PromoCode(models.Model):
    """A word that makes an order cheaper: by a share of the goods' sum, or by so many rubles.

    ``code`` is in capitals. Days are those of the product's time zone, both included; without
    ``ends_on`` it holds until it is switched off, without ``max_uses`` any number of times, without
    regions everywhere. ``uses`` counts orders that hold a use: neither cancelled nor deleted ones.
    """

    code = models.CharField(
        _("code"), max_length=30, unique=True, validators=[RegexValidator(rf"\A{LETTERS}\Z")]
    )
    note = models.CharField(_("note for staff"), max_length=200, blank=True)
    percent = models.DecimalField(
        _("discount, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
    )
    amount = models.DecimalField(_("discount, ₽"), **MONEY)
    min_sum = models.DecimalField(_("least sum of goods, ₽"), **MONEY)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    max_uses = models.PositiveIntegerField(
        _("how many times"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_USES)],
    )
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    regions = models.ManyToManyField(
        Place, blank=True, related_name="promo_codes", verbose_name=_("regions")
    )
    is_active = models.BooleanField(_("switched on"), default=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"))

    objects = PromoCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("promo code")
        verbose_name_plural = _("promo codes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(percent__gt=0, percent__lte=100, amount__isnull=True)
                | models.Q(amount__gt=0, percent__isnull=True),
                name="promo_code_one_discount",
            ),
            models.CheckConstraint(
                condition=models.Q(max_uses__isnull=True)
                | models.Q(uses__lte=models.F("max_uses")),
                name="promo_code_uses_within_limit",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="promo_code_period",
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def cut(self):
        """The code's terms for the rule of sums."""
        return Cut(self.pk, self.code, self.percent, self.amount, self.min_sum)

    def state_at(self, now):
        """The PromoCodeState at a moment."""
        today = day_of(now)
        if not self.is_active:
            return PromoCodeState.OFF
        if self.starts_on > today:
            return PromoCodeState.PLANNED
        if self.ends_on is not None and self.ends_on < today:
            return PromoCodeState.OVER
        if self.max_uses is not None and self.uses >= self.max_uses:
            return PromoCodeState.USED_UP
        return PromoCodeState.RUNNING
