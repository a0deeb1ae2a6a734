"""The visitor's cart."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from dealers.models import Dealer
from orders.models.promo_codes import PromoCode

MAX_QUANTITY = 100_000
MAX_LINES = 200


class Cart(models.Model):
    """Found by the random token in the visitor's cookie.

    With ``chosen_dealer`` the visitor orders from one dealer of the list, which then sees the
    order first. ``form_key`` makes placing idempotent, in all tabs; it is renewed when the cart has
    become an order.
    """

    token = models.CharField(max_length=43, unique=True)
    form_key = models.UUIDField(default=uuid.uuid4)
    chosen_dealer = models.ForeignKey(
        Dealer,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chosen dealer"),
    )
    promo_code = models.ForeignKey(
        PromoCode,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("promo code"),
    )
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        indexes = [models.Index(fields=["updated_at"], name="cart_updated")]

    def __str__(self):
        return f"{self.pk}"


class CartLine(models.Model):
    """So many units of a product."""

    cart = models.ForeignKey(
        Cart, on_delete=models.CASCADE, related_name="lines", verbose_name=_("cart")
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", verbose_name=_("product")
    )
    quantity = models.PositiveIntegerField(
        _("quantity"), validators=[MinValueValidator(1), MaxValueValidator(MAX_QUANTITY)]
    )

    class Meta:
        verbose_name = _("cart line")
        verbose_name_plural = _("cart lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "product"], name="cart_line_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, quantity__lte=MAX_QUANTITY),
                name="cart_line_quantity_sane",
            ),
        ]

    def __str__(self):
        return f"{self.product} × {self.quantity}"
