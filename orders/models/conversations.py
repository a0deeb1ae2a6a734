"""How the correspondence about an order stands, and who asks for the way to an order."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from dealers.models import Dealer


class Ask(models.TextChoices):
    """What a customer asks for by the page of the order."""

    CHANGE = "change", _("change the order")
    CANCEL = "cancel", _("cancel the order")


class Conversation(models.Model):
    """Who waits for whom. What was said stands in the history, as comments.

    ``unanswered_since``: the customer's first message after the last answer; ``answer_due_at``:
    when the manufacturer is told of it, empty once it has been. ``dealer`` had the order when the
    customer wrote last: another one does not read it. ``asks`` is a wish that staff have not
    settled, ``asked`` the comment that holds it. ``…_saw`` is the id of the newest comment that
    the side has had before its eyes.
    """

    order = models.OneToOneField(
        "orders.Order",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="conversation",
        verbose_name=_("order"),
    )
    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealer"),
    )
    unanswered_since = models.DateTimeField(_("unanswered since"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("manufacturer is told at"), null=True, blank=True)
    asks = models.CharField(_("asks to"), max_length=6, choices=Ask, blank=True)
    asked = models.ForeignKey(
        "orders.HistoryEntry",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("wish"),
    )
    customer_saw = models.BigIntegerField(_("read by the customer up to"), default=0)
    dealer_saw = models.BigIntegerField(_("read by the dealer up to"), default=0)
    manufacturer_saw = models.BigIntegerField(_("read by the manufacturer up to"), default=0)

    class Meta:
        verbose_name = _("correspondence")
        verbose_name_plural = _("correspondence")
        indexes = [
            models.Index(
                fields=["order"],
                name="conversation_waits",
                condition=models.Q(unanswered_since__isnull=False) | ~models.Q(asks=""),
            ),
            models.Index(
                fields=["answer_due_at"],
                name="conversation_due",
                condition=models.Q(answer_due_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer_due_at__isnull=True)
                | models.Q(unanswered_since__isnull=False),
                name="conversation_due_while_unanswered",
            )
        ]

    def __str__(self):
        return str(self.order_id)

    @property
    def waits(self):
        """Whether the customer waits for a word or a deed."""
        return self.unanswered_since is not None or bool(self.asks)

    def concerns(self, user):
        """Whether what the customer waits for is this user's business."""
        return user.is_manufacturer or self.dealer_id in (None, user.dealer_id)


class OrderLookup(models.Model):
    """Somebody has lost the link to an order and gives its number and phone.

    The request only writes this row, so that its answer and its time are the same whether there is
    such an order or not; a tick looks for the order and sends the code. ``phone`` is kept until
    then. ``digest`` is of the code, ``order`` and ``digest`` stay empty where nothing was found.
    """

    number = models.BigIntegerField(_("number"))
    phone = PhoneNumberField(_("phone"), blank=True)
    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("order"),
    )
    digest = models.CharField(_("digest of the code"), max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("holds until"))
    looked_at = models.DateTimeField(_("looked up"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("search for an order")
        verbose_name_plural = _("searches for orders")
        indexes = [
            models.Index(
                fields=["id"],
                name="lookup_waiting",
                condition=models.Q(looked_at__isnull=True),
            ),
            models.Index(fields=["expires_at"], name="lookup_expiry"),
        ]

    def __str__(self):
        return str(self.pk)
