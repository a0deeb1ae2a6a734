"""Complaints of customers and everything said and done about them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.models import Dealer, Place, PointsEntry
from orders.complaints.states import CHOICES, OPEN, STATES, State
from orders.models.files import AttachedFile
from orders.models.history import Entry

STILL_OPEN = models.Q(state__in=OPEN)


class Outcome(models.TextChoices):
    """What a closed complaint was found to be."""

    JUSTIFIED = "justified", _("justified")
    UNJUSTIFIED = "unjustified", _("not justified")


class ComplaintQuerySet(models.QuerySet):
    """Reads of complaints, scoped by who looks."""

    def alive(self):
        """Those about orders that are not deleted."""
        return self.filter(order__deleted_at__isnull=True)

    def visible_to(self, user):
        """All for the manufacturer; for a dealer those about it. None about a deleted order."""
        alive = self.alive()
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_manufacturer:
            return alive
        if user.is_dealer and user.dealer.is_active:
            return alive.filter(dealer_id=user.dealer_id)
        return self.none()

    def open(self):
        """Those whose customer waits for an answer."""
        return self.filter(STILL_OPEN)


class Complaint(models.Model):
    """What a customer is not content with. Its id is the number that people see.

    ``dealer`` is whom it is about: the order's dealer then, or the one that was asked first.
    ``region`` is the order's, for the list. ``due_on`` is the last day to answer; ``overdue_at`` is
    when it was marked late. ``created_by`` is who wrote it down for the customer, empty where the
    customer did. ``points_entry`` is what the dealer loses by it now.
    """

    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, editable=False)
    order = models.ForeignKey(
        "orders.Order",
        on_delete=models.PROTECT,
        related_name="complaints",
        db_index=False,  # complaint_by_order begins with it
        verbose_name=_("order"),
    )
    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        db_index=False,  # complaint_by_dealer begins with it
        verbose_name=_("dealer"),
    )
    region = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("region")
    )
    category = models.ForeignKey(
        "orders.Reason",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("category"),
    )
    state = models.CharField(_("state"), max_length=10, choices=CHOICES, default=State.NEW)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("owner"),
    )
    text = models.TextField(_("text"), max_length=4000)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written down by"),
    )
    created_at = models.DateTimeField(_("created"))
    due_on = models.DateField(_("term"))
    overdue_at = models.DateTimeField(_("marked overdue"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    points_entry = models.OneToOneField(
        PointsEntry,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="complaint",
        verbose_name=_("points taken"),
    )

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "form_key"], name="complaint_once_a_form"),
            models.CheckConstraint(
                condition=models.Q(state=State.NEW) | models.Q(owner__isnull=False),
                name="complaint_taken_has_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.CLOSED, closed_at__isnull=False)
                & ~models.Q(outcome="")
                | ~models.Q(state=State.CLOSED) & models.Q(closed_at__isnull=True, outcome=""),
                name="complaint_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN) | models.Q(answered_at__isnull=False),
                name="complaint_closed_is_answered",
            ),
            models.CheckConstraint(
                condition=models.Q(points_entry__isnull=True) | models.Q(outcome=Outcome.JUSTIFIED),
                name="complaint_points_when_justified",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-id"], name="complaint_by_order"),
            models.Index(fields=["state", "-id"], name="complaint_by_state"),
            models.Index(fields=["dealer", "-id"], name="complaint_by_dealer"),
            models.Index(fields=["owner", "-id"], name="complaint_by_owner"),
            models.Index(fields=["category", "-id"], name="complaint_by_category"),
            models.Index(fields=["region", "-id"], name="complaint_by_region"),
            models.Index(fields=["created_at", "id"], name="complaint_by_created"),
            models.Index(fields=["due_on", "id"], name="complaint_by_term"),
            models.Index(fields=["due_on"], name="complaint_open_by_term", condition=STILL_OPEN),
        ]

    def __str__(self):
        return f"№ {self.pk}"

    @property
    def state_info(self):
        return STATES[State(self.state)]

    @property
    def is_open(self):
        return self.state in OPEN

    @property
    def is_overdue(self):
        return self.is_open and self.overdue_at is not None

    @property
    def points(self):
        """What the dealer loses by it now, a negative number or zero."""
        return self.points_entry.amount if self.points_entry_id else 0


class ComplaintEntryKind(models.TextChoices):
    """What an entry tells of."""

    FILED = "filed", _("complaint made")
    WROTE = "wrote", _("customer wrote again")
    OWNER = "owner", _("given to a person")
    CHANGED = "changed", _("category or term changed")
    NOTE = "note", _("note")
    ASKED = "asked", _("question to the dealer")
    STATEMENT = "statement", _("dealer's statement")
    ANSWER = "answer", _("answer to the customer")
    CLOSED = "closed", _("complaint closed")
    REOPENED = "reopened", _("complaint opened again")
    OVERDUE = "overdue", _("term passed")


class ComplaintEntry(Entry):
    """One line of a complaint's time line, append-only by its services.

    ``data`` holds the owner, the outcome with its points, what was changed.
    """

    complaint = models.ForeignKey(
        Complaint,
        on_delete=models.CASCADE,
        related_name="entries",
        db_index=False,  # complaint_entries begins with it
        verbose_name=_("complaint"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ComplaintEntryKind)

    class Meta:
        verbose_name = _("entry of a complaint")
        verbose_name_plural = _("entries of complaints")
        ordering = ["id"]
        indexes = [models.Index(fields=["complaint", "id"], name="complaint_entries")]

    def __str__(self):
        return f"{self.complaint_id}: {self.kind}"


class ComplaintFile(AttachedFile):
    """A file of something that was said about a complaint."""

    entry = models.ForeignKey(
        ComplaintEntry, on_delete=models.CASCADE, related_name="files", verbose_name=_("entry")
    )

    class Meta:
        verbose_name = _("file of a complaint")
        verbose_name_plural = _("files of complaints")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="complaint_file_position")
        ]
