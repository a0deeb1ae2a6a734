"""Orders that need a person of the manufacturer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AttentionReason(models.TextChoices):
    """Why a person must look."""

    NO_DEALER = "no_dealer", _("no dealer of the region can deliver the order")
    ALL_DECLINED = "all_declined", _("all dealers have declined")
    UNCLAIMED = "unclaimed", _("nobody has accepted in time")
    OVERDUE = "overdue", _("the term has passed")
    UNANSWERED = "unanswered", _("the customer’s message is not answered in time")
    PUT_BACK = "put_back", _("the dealer put it back: it changed the contents to what it lacks")


class Attention(models.Model):
    """A line of the attention list; closed when the cause has gone."""

    order = models.ForeignKey(
        "orders.Order", on_delete=models.CASCADE, related_name="attention", verbose_name=_("order")
    )
    reason = models.CharField(_("reason"), max_length=14, choices=AttentionReason)
    raised_at = models.DateTimeField(_("since"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )

    class Meta:
        verbose_name = _("order needing attention")
        verbose_name_plural = _("orders needing attention")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "reason"],
                name="attention_once",
                condition=models.Q(resolved_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["-raised_at", "-id"],
                name="attention_open",
                condition=models.Q(resolved_at__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.order_id}: {self.reason}"
