"""The points ledger."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.models.dealers import Dealer


class PointsEntry(models.Model):
    """A movement of a dealer's points. Append-only: corrections are entries of their own.

    ``balance`` is the dealer's balance after the entry, so the sum of amounts up to an entry
    equals its balance. ``order_id`` has no foreign key because orders lie a layer above; orders
    are never deleted from the database.
    """

    class Kind(models.TextChoices):
        COMPLETED = "completed", _("order completed")
        FAILED = "failed", _("order lost by the dealer's fault")
        REVERSAL = "reversal", _("reversal")
        RATING = "rating", _("customer's rating")
        RATING_VOIDED = "unrated", _("customer's rating does not count")
        COMPLAINT = "complaint", _("justified complaint")
        MANUAL = "manual", _("manual entry")

    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="points_entries", verbose_name=_("dealer")
    )
    amount = models.IntegerField(_("points"))
    balance = models.IntegerField(_("balance"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    order_id = models.BigIntegerField(_("order"), null=True, blank=True)
    cycle = models.PositiveSmallIntegerField(_("cycle"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("points entry")
        verbose_name_plural = _("points entries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order_id", "cycle", "kind"],
                name="points_once_per_order_cycle_kind",
                condition=models.Q(order_id__isnull=False),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="manual") | ~models.Q(reason=""),
                name="points_manual_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["dealer", "-id"], name="points_by_dealer"),
            models.Index(
                fields=["dealer", "created_at"], include=["amount"], name="points_by_dealer_time"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"{self.amount:+d}"
