"""What customers are asked."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.outcomes import Outcome

MOST_OPTIONS = 12


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    STARS = "stars", pgettext_lazy("question", "stars, 1 to 5")
    CHOICE = "choice", pgettext_lazy("question", "one choice")
    SEVERAL = "several", pgettext_lazy("question", "several choices")
    TEXT = "text", pgettext_lazy("question", "text")
    SCALE = "scale", pgettext_lazy("question", "scale from 0 to 10")


class Purpose(models.TextChoices):
    """What an answer is used for besides the results."""

    RATING = "rating", _("the dealer's rating and points")
    REVIEW = "review", _("the text of a review")


class QuestionQuerySet(models.QuerySet):
    """Reads of questions."""

    def current(self):
        """Those that the editor shows, in order."""
        return self.filter(archived_at__isnull=True).order_by("position", "id")

    def asked_after(self, outcome):
        """Those that customers of orders with this outcome are asked now, in order."""
        return self.current().filter(**{f"for_{Outcome(outcome).value}": True}, is_active=True)


class Question(models.Model):
    """One question in one wording.

    Kind, text and options never change: answers keep what they were given to. Another wording is a
    row of its own with the same ``root`` (its first wording, None for that one itself) and the next
    ``number``; the one before is archived. ``options`` are the choices, which answers name by their
    place.
    """

    root = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="later",
        verbose_name=_("first wording"),
    )
    number = models.PositiveSmallIntegerField(_("wording"), default=1)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind)
    purpose = models.CharField(_("used for"), max_length=8, choices=Purpose, blank=True)
    text = models.CharField(_("question"), max_length=300)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    options = ArrayField(
        models.CharField(max_length=150),
        default=list,
        blank=True,
        verbose_name=pgettext_lazy("survey", "choices"),
    )
    is_required = models.BooleanField(_("required"), default=False)
    for_sold = models.BooleanField(_("asked when sold"), default=True)
    for_unsold = models.BooleanField(_("asked when not sold"), default=False)
    for_cancelled = models.BooleanField(_("asked when the customer cancelled"), default=False)
    is_active = models.BooleanField(_("asked"), default=True)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("survey", "question")
        verbose_name_plural = pgettext_lazy("survey", "questions")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"],
                name="question_purpose_once",
                condition=models.Q(archived_at__isnull=True) & ~models.Q(purpose=""),
            ),
            models.CheckConstraint(
                condition=models.Q(purpose="")
                | models.Q(purpose="rating", kind="stars")
                | models.Q(purpose="review", kind="text"),
                name="question_purpose_fits",
            ),
            models.UniqueConstraint(
                fields=["root", "number"],
                name="question_wording_once",
                condition=models.Q(root__isnull=False),
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def first_id(self):
        """The id that all wordings of the question share."""
        return self.root_id or self.pk

    @property
    def outcomes(self):
        """The outcomes after which it is asked."""
        return [outcome for outcome in Outcome if getattr(self, f"for_{outcome.value}")]

    @property
    def has_options(self):
        return self.kind in (QuestionKind.CHOICE, QuestionKind.SEVERAL)
