"""What was said and done about an order."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.models import Dealer


class HistoryKind(models.TextChoices):
    """What an entry tells of."""

    PLACED = "placed", _("order placed")
    ACCEPTED = "accepted", _("order accepted")
    ASSIGNED = "assigned", _("order assigned by hand")
    CONTACTED = "contacted", _("contact with the customer")
    STATUS = "status", _("status changed")
    DECLINED = "declined", _("offer declined")
    GIVEN_UP = "given_up", _("order given up")
    CANCELLED = "cancelled", _("order cancelled")
    COMPLETED = "completed", _("order completed")
    REOPENED = "reopened", _("order reopened")
    RESTARTED = "restarted", _("distribution started again")
    DISTRIBUTED = "distributed", _("stage of distribution")
    LINES = "lines", _("contents changed")
    OVERDUE = "overdue", _("term passed")
    DETAILS = "details", _("details changed")
    COMMENT = "comment", _("comment")
    VISIBILITY = "visibility", _("comment shown or hidden")
    DELETED = "deleted", _("order deleted")
    RESTORED = "restored", _("order restored")
    PROMO = "promo", _("promo code")
    PHONE_SHOWN = "phone_shown", _("phone shown")
    CONFIRMED = "confirmed", _("order confirmed by the customer")
    SETTLED = "settled", _("customer’s wish settled")
    LINK = "link", _("customer’s link renewed")


class Entry(models.Model):
    """A line of a time line: what somebody said or did.

    ``data`` holds facts by kind, never a phone. ``actor`` is empty for the system and for the
    customer (``by_customer``).
    """

    text = models.TextField(_("text"), max_length=4000, blank=True)
    data = models.JSONField(_("facts"), default=dict, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    by_customer = models.BooleanField(_("by the customer"), default=False)
    created_at = models.DateTimeField(_("when"))

    class Meta:
        abstract = True


class HistoryEntry(Entry):
    """One line of the order's time line.

    ``data`` holds facts by kind (from, to, reason, …), never a phone. ``actor`` is empty for the
    system and for the customer (``by_customer``). ``dealer`` is whose doing it was, so that a
    dealer is not shown another's. Internal entries are for staff; visible ones for the customer
    too.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.CASCADE, related_name="history", verbose_name=_("order")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=HistoryKind)
    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealer"),
    )
    is_visible = models.BooleanField(_("visible to the customer"), default=False)

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["order", "id"], name="history_by_order"),
            models.Index(
                fields=["actor", "-order"],
                name="history_by_actor",
                condition=models.Q(actor__isnull=False),
            ),
            # Customers write little of what there is.
            models.Index(
                fields=["order", "-id"],
                name="history_said_by_customer",
                condition=models.Q(by_customer=True, kind="comment"),
            ),
        ]

    def __str__(self):
        return f"{self.order_id}: {self.kind}"
