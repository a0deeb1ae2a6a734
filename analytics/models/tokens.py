"""Tokens by which dealers' own systems come in."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.models import Dealer


class Scope(models.TextChoices):
    """What a token may do."""

    READ = "read", _("read offers and orders")
    ORDERS = "orders", _("accept orders, change their status, comment")
    PRICES = "prices", _("set prices and stock")


class ApiToken(models.Model):
    """A secret given to a dealer's program; it acts as ``user``, who made it, and ends with them.

    The secret itself is not kept: ``digest`` is its SHA-256, which for 256 random bits needs no
    salt; ``prefix`` is its beginning, by which people recognise it.
    """

    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="api_tokens", verbose_name=_("dealer")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("acts as"),
    )
    name = models.CharField(_("name"), max_length=60)
    scopes = ArrayField(
        models.CharField(max_length=10, choices=Scope), verbose_name=_("what it may do")
    )
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.name} ({self.prefix}…)"

    @property
    def scope_names(self):
        """What it may do, in words."""
        return ", ".join(str(Scope(code).label) for code in self.scopes)
