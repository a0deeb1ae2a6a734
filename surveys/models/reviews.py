"""What customers let everybody read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.models import Dealer
from surveys.models.invitations import Invitation


class ReviewState(models.TextChoices):
    """Where a review stands."""

    WAITING = "waiting", pgettext_lazy("review", "waits for moderation")
    PUBLISHED = "published", pgettext_lazy("review", "published")
    REJECTED = "rejected", pgettext_lazy("review", "rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("review", "withdrawn")


class ReviewQuerySet(models.QuerySet):
    """Reads of reviews."""

    def visible_to(self, user):
        """The manufacturer reads all, a dealer those about it that everybody reads."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_manufacturer:
            return self
        if user.is_dealer and user.dealer.is_active:
            return self.published().filter(dealer_id=user.dealer_id)
        return self.none()

    def published(self):
        return self.filter(state=ReviewState.PUBLISHED)

    def waiting(self):
        return self.filter(state=ReviewState.WAITING)


class Review(models.Model):
    """A customer's words about a dealer, published with consent after moderation.

    There is one at most for a survey, whose stars it shows. ``text`` and ``reply`` are kept with
    phones and addresses of mail masked; nobody edits them otherwise. ``reason`` says why it was
    rejected or withdrawn. ``consent_at`` and ``consent_address`` prove the consent to publish.
    The dealer's ``reply`` is public at once; an administrator may hide it.
    """

    survey = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, related_name="review", verbose_name=_("survey")
    )
    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        related_name="reviews",
        db_index=False,  # review_by_dealer begins with it
        verbose_name=_("dealer"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ReviewState, default=ReviewState.WAITING
    )
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.TextField(_("text"), max_length=2000)
    name = models.CharField(_("name shown"), max_length=60)
    created_at = models.DateTimeField(pgettext_lazy("review", "written"))
    consent_at = models.DateTimeField(_("consent given"))
    consent_address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    moderated_at = models.DateTimeField(_("moderated"), null=True, blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("moderated by"),
    )
    reason = models.CharField(_("reason"), max_length=250, blank=True)

    reply = models.TextField(_("dealer's answer"), max_length=1000, blank=True)
    replied_at = models.DateTimeField(pgettext_lazy("survey", "answered"), null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    is_reply_hidden = models.BooleanField(_("answer hidden"), default=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stars__range=(1, 5)), name="review_stars_in_range"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="rejected") | ~models.Q(reason=""),
                name="review_rejected_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-created_at", "-id"], name="review_by_state"),
            models.Index(fields=["-created_at", "-id"], name="review_newest"),
            models.Index(fields=["dealer", "state", "-created_at", "-id"], name="review_by_dealer"),
        ]

    def __str__(self):
        return f"{self.name}: {self.text[:50]}"

    @property
    def is_published(self):
        return self.state == ReviewState.PUBLISHED

    @property
    def shown_reply(self):
        """The dealer's answer as everybody reads it."""
        return "" if self.is_reply_hidden else self.reply
