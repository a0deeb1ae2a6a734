"""Invitations to a survey, and what customers answered."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.models import Dealer, Place
from orders.models import Order
from surveys.models.questions import Question
from surveys.outcomes import Outcome

# The words of Russian, whatever their endings.
SEARCH_CONFIG = "russian"
# So many stars and fewer are a low rating.
LOW = 2
WAITING = models.Q(answered_at__isnull=True, voided_at__isnull=True)
COUNTED = models.Q(answered_at__isnull=False, voided_at__isnull=True)


class InvitationQuerySet(models.QuerySet):
    """Reads of invitations."""

    def visible_to(self, user):
        """Those whose answers a user may read: the manufacturer all, a dealer its own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        alive = self.filter(order__deleted_at__isnull=True)
        if user.is_manufacturer:
            return alive
        if user.is_dealer and user.dealer.is_active:
            return alive.filter(dealer_id=user.dealer_id)
        return self.none()

    def answered(self):
        return self.filter(answered_at__isnull=False)

    def counted(self):
        """Answered ones that count."""
        return self.filter(COUNTED)


class Invitation(models.Model):
    """The survey about one closed order: there is one at most, whatever happens.

    Dealer, region and outcome are the order's when it was made. ``questions`` are the ids of those
    that the customer is asked, fixed with the first saved answer, so that nothing changes under the
    customer's hands. ``rating`` are the stars for the dealer, ``points`` what these have moved in
    the order's ``cycle``. ``is_short``: the customer left a review alone. Voiding ends the link.
    """

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, related_name="survey", verbose_name=_("order")
    )
    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="surveys",
        db_index=False,  # survey_by_dealer begins with it
        verbose_name=_("dealer"),
    )
    region = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # survey_by_region begins with it
        verbose_name=_("region"),
    )
    outcome = models.CharField(pgettext_lazy("survey", "outcome"), max_length=10, choices=Outcome)
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent last"))
    sends = models.PositiveSmallIntegerField(_("times sent"), default=1)
    closes_at = models.DateTimeField(_("may be answered until"))
    remind_at = models.DateTimeField(_("reminder due"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    questions = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    started_at = models.DateTimeField(pgettext_lazy("survey", "begun"), null=True, blank=True)
    answered_at = models.DateTimeField(pgettext_lazy("survey", "answered"), null=True, blank=True)
    is_short = models.BooleanField(_("review alone"), default=False)
    rating = models.PositiveSmallIntegerField(_("stars"), null=True, blank=True)
    points = models.IntegerField(_("points"), default=0)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)

    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("voided by"),
    )
    void_reason = models.CharField(_("reason of voiding"), max_length=250, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)),
                name="survey_rating_in_stars",
            ),
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(answered_at__isnull=False),
                name="survey_rated_when_answered",
            ),
            models.CheckConstraint(
                condition=models.Q(voided_at__isnull=True) | ~models.Q(void_reason=""),
                name="survey_voided_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at"],
                name="survey_remind",
                condition=WAITING & models.Q(remind_at__isnull=False),
            ),
            models.Index(
                fields=["-answered_at", "-id"],
                name="survey_answered",
                condition=models.Q(answered_at__isnull=False),
            ),
            models.Index(fields=["dealer", "-answered_at", "-id"], name="survey_by_dealer"),
            models.Index(fields=["region", "-answered_at", "-id"], name="survey_by_region"),
            models.Index(fields=["created_at"], name="survey_created"),
        ]

    def __str__(self):
        return f"№ {self.order_id}"

    @property
    def is_answered(self):
        return self.answered_at is not None

    @property
    def is_voided(self):
        return self.voided_at is not None

    def is_open(self, now):
        """Whether the customer may still answer."""
        return not self.is_answered and not self.is_voided and now < self.closes_at


class Answer(models.Model):
    """The answer to one question: stars or scale in ``number``, places of options, or text.

    It counts once the survey is sent off.
    """

    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="answers", verbose_name=_("survey")
    )
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="answers", verbose_name=_("question")
    )
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    choices = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        verbose_name=pgettext_lazy("survey", "choices"),
    )
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = pgettext_lazy("survey", "answer")
        verbose_name_plural = pgettext_lazy("survey", "answers")
        constraints = [
            models.UniqueConstraint(fields=["invitation", "question"], name="answer_once")
        ]
        indexes = [
            models.Index(fields=["-id"], name="answer_with_text", condition=~models.Q(text="")),
            GinIndex(
                SearchVector("text", config=SEARCH_CONFIG),
                name="answer_words",
            ),
        ]

    def __str__(self):
        return f"{self.invitation_id}: {self.question_id}"
