"""Who may take an order, and who has it."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from dealers.models import Dealer
from suz.common.lengths import Seconds, length_class


class OfferState(models.TextChoices):
    """Where an offer stands."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Offer(models.Model):
    """A dealer may see and accept an order; made by distribution, one a cycle.

    ``WITHDRAWN``: somebody else took the order, or it left distribution.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.CASCADE, related_name="offers", verbose_name=_("order")
    )
    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="offers", verbose_name=_("dealer")
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    state = models.CharField(_("state"), max_length=10, choices=OfferState, default=OfferState.OPEN)
    strategy = models.CharField(
        _("strategy"), max_length=12, help_text=_("of the stage that made the offer")
    )
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    reason = models.ForeignKey(
        "orders.Reason",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reason"),
    )

    # From the offer to the answer; withdrawn offers have it as well.
    answer_class = length_class(Seconds(F("closed_at") - F("opened_at")), _("to the answer, class"))

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["order", "dealer", "cycle"], name="offer_once_a_cycle"),
            models.UniqueConstraint(
                fields=["order", "cycle"],
                name="offer_one_accepted_a_cycle",
                condition=models.Q(state="accepted"),
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True)
                | (~models.Q(state="open") & models.Q(closed_at__isnull=False)),
                name="offer_closed_when_not_open",
            ),
        ]
        indexes = [
            models.Index(
                fields=["dealer", "-order"], name="offer_open", condition=models.Q(state="open")
            ),
            models.Index(fields=["dealer", "-opened_at"], name="offer_by_dealer"),
        ]

    def __str__(self):
        return f"{self.order_id} → {self.dealer_id}"


class Assignment(models.Model):
    """A dealer's time with an order, from acceptance until it ends.

    ``offered_at`` is when the dealer first could accept; with ``started_at`` it gives the time to
    accept. Hand assignments have none.
    """

    class End(models.TextChoices):
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")
        GIVEN_UP = "given_up", _("given up")
        REASSIGNED = "reassigned", _("reassigned")

    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name=_("order"),
    )
    dealer = models.ForeignKey(
        Dealer, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("dealer")
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("manager"),
    )
    by_hand = models.BooleanField(_("assigned by hand"), default=False)
    offered_at = models.DateTimeField(_("offered"), null=True, blank=True)
    started_at = models.DateTimeField(_("accepted"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end = models.CharField(_("how it ended"), max_length=10, choices=End, blank=True)
    reason = models.ForeignKey(
        "orders.Reason",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reason"),
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                name="assignment_one_running",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end="")),
                name="assignment_end_has_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["dealer", "-started_at"], name="assignment_by_dealer"),
            models.Index(fields=["order", "dealer"], name="assignment_by_order"),
        ]

    def __str__(self):
        return f"{self.order_id}: {self.dealer_id}"
