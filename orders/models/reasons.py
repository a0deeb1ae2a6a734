"""Editable reasons for declining, giving up and cancelling."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Party(models.TextChoices):
    """Whose reason it is; points are taken only for the dealer's."""

    CUSTOMER = "customer", _("customer")
    DEALER = "dealer", _("dealer")
    MANUFACTURER = "manufacturer", _("manufacturer")


class ReasonKind(models.TextChoices):
    """What the reason explains."""

    DECLINE = "decline", _("declining an offer")
    GIVE_UP = "give_up", _("giving up an accepted order")
    CANCEL = "cancel", _("cancelling")
    COMPLAINT = "complaint", _("complaints: what they are about")


class Reason(models.Model):
    """One line of a list of reasons. Switched off, never deleted."""

    kind = models.CharField(_("what for"), max_length=10, choices=ReasonKind)
    party = models.CharField(_("party"), max_length=12, choices=Party)
    text = models.CharField(_("text"), max_length=150)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "party", "text"], name="reason_once")
        ]

    def __str__(self):
        return self.text
