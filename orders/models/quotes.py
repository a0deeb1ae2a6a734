"""What each dealer would charge, recorded."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.models import Dealer
from orders.models.orders import MONEY, Order


class DealerQuote(models.Model):
    """A dealer's prices for the whole order, recorded when it was placed.

    ``prices`` are rubles a unit in the order of the lines' positions. The accepting dealer's quote
    becomes the order's prices. A dealer that became able to deliver later is quoted when a stage
    considers it; it may not exceed the promised range.
    """

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="quotes", verbose_name=_("order")
    )
    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="quotes", verbose_name=_("dealer")
    )
    prices = ArrayField(
        models.DecimalField(max_digits=12, decimal_places=2), verbose_name=_("prices, ₽")
    )
    goods_total = models.DecimalField(_("goods, ₽"), **MONEY)
    delivery_price = models.DecimalField(_("delivery, ₽"), null=True, blank=True, **MONEY)
    installation_price = models.DecimalField(_("installation, ₽"), null=True, blank=True, **MONEY)
    total = models.DecimalField(_("sum, ₽"), **MONEY)
    created_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("dealer's quote")
        verbose_name_plural = _("dealers' quotes")
        ordering = ["total", "id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "dealer"], name="quote_once"),
        ]

    def __str__(self):
        return f"{self.dealer_id}: {self.total}"

    @property
    def services_total(self):
        return self.total - self.goods_total
