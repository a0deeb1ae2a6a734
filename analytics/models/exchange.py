"""Where the exchange with dealers' 1C stands, and what was exchanged."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.tokens import ApiToken
from dealers.models import Dealer


class ExchangeMark(models.Model):
    """Up to which entry of history a token's program has taken orders.

    ``offered`` is what was given out last; it becomes ``confirmed`` when the program says success.
    """

    token = models.OneToOneField(
        ApiToken,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("API token"),
    )
    confirmed = models.BigIntegerField(_("confirmed up to"), default=0)
    offered = models.BigIntegerField(_("given out up to"), default=0)

    class Meta:
        verbose_name = _("mark of an exchange")
        verbose_name_plural = _("marks of exchanges")

    def __str__(self):
        return f"{self.token_id}: {self.confirmed}"


class ExchangeLog(models.Model):
    """One thing exchanged with a dealer's 1C; kept for 90 days."""

    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, related_name="+", verbose_name=_("dealer")
    )
    token = models.ForeignKey(
        ApiToken, on_delete=models.CASCADE, related_name="+", verbose_name=_("API token")
    )
    at = models.DateTimeField(_("at"))
    what = models.CharField(_("what"), max_length=60)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    is_good = models.BooleanField(_("succeeded"), default=True)
    result = models.TextField(_("result"), blank=True)

    class Meta:
        verbose_name = _("exchange with 1C")
        verbose_name_plural = _("exchanges with 1C")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["dealer", "-id"], name="exchange_by_dealer"),
            models.Index(fields=["at"], name="exchange_by_time"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"
