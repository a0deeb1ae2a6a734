"""Invitations to work here."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.models.dealers import Dealer
from dealers.models.users import Role


class InvitationState(models.TextChoices):
    """What became of an invitation."""

    SENT = "sent", _("waits for an answer")
    EXPIRED = "expired", _("expired")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
    REVOKED = "revoked", _("revoked")


class Invitation(models.Model):
    """A person asked to work here, who becomes a user by following a link once.

    The link is signed with ``version``: sending it anew makes the earlier one void.
    """

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=24, choices=Role)
    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("dealer"),
    )
    is_head = models.BooleanField(_("head manager"), default=False)
    version = models.PositiveIntegerField(_("version of the link"), default=1)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    accepted_at = models.DateTimeField(
        pgettext_lazy("invitation", "accepted"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="invitation_open_once",
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="invitation_email_lower"
            ),
            models.CheckConstraint(
                condition=models.Q(role="dealer_manager", dealer__isnull=False)
                | (~models.Q(role="dealer_manager") & models.Q(dealer__isnull=True)),
                name="invitation_dealer_manager_has_dealer",
            ),
            models.CheckConstraint(
                condition=models.Q(is_head=False) | models.Q(role="dealer_manager"),
                name="invitation_head_is_dealer_manager",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="invitation_accepted_or_revoked",
            ),
        ]

    def __str__(self):
        return self.email

    def state_at(self, now):
        """The InvitationState at a moment."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        return InvitationState.SENT if now < self.expires_at else InvitationState.EXPIRED
