"""What staff keeps of customers, and what was done to their data."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models.customers import Customer

STAFF = {
    "to": settings.AUTH_USER_MODEL,
    "on_delete": models.PROTECT,
    "related_name": "+",
    "verbose_name": _("who"),
}


class CustomerNote(models.Model):
    """What staff writes down about a customer; nobody else reads it.

    ``earlier`` are the former texts, the oldest first: {"text", "at"}. A deleted note keeps no
    text.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="notes", verbose_name=_("customer")
    )
    author = models.ForeignKey(**STAFF)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    earlier = models.JSONField(_("earlier texts"), default=list, blank=True)
    created_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    class Meta:
        verbose_name = _("note about a customer")
        verbose_name_plural = _("notes about customers")
        indexes = [models.Index(fields=["customer", "-id"], name="customer_note_newest")]

    def __str__(self):
        return f"№ {self.customer_id}"


class CustomerDeed(models.Model):
    """Something that staff did to a customer's card.

    ``data`` holds facts by kind: ``changes`` ({"field", "before", "after"}) of contacts, phones
    masked; ``other``, the number of the customer merged or split off, and ``orders``, how many
    orders went along; ``reason``.
    """

    class Kind(models.TextChoices):
        CONTACTS = "contacts", _("contacts changed")
        PHONE = "phone", _("phone shown")
        MERGED = "merged", _("merged with another customer")
        SPLIT = "split", _("merging taken back")
        NOTE = "note", _("note deleted")
        EXPORT = "export", _("data handed out")
        ERASED = "erased", _("personal data erased")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="deeds", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    data = models.JSONField(_("facts"), default=dict, blank=True)
    actor = models.ForeignKey(**STAFF)
    created_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change of a customer")
        verbose_name_plural = _("changes of customers")
        indexes = [
            models.Index(fields=["customer", "-created_at", "-id"], name="customer_deed_newest")
        ]

    def __str__(self):
        return f"№ {self.customer_id}: {self.kind}"


class CustomerMerge(models.Model):
    """Two customers found to be one person: what went from ``merged`` to ``kept``.

    ``orders`` and ``notes`` are the ids that went, ``followers`` those of customers that had been
    merged into ``merged`` before. Taking it back moves them where they were.
    """

    kept = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="merges", verbose_name=_("customer")
    )
    merged = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        related_name="merged_by",
        verbose_name=pgettext_lazy("merging", "the same person"),
    )
    orders = ArrayField(models.BigIntegerField(), verbose_name=_("orders"), default=list)
    notes = ArrayField(models.BigIntegerField(), verbose_name=_("notes"), default=list)
    followers = ArrayField(models.BigIntegerField(), verbose_name=_("customers"), default=list)
    by = models.ForeignKey(**STAFF)
    at = models.DateTimeField(_("when"))
    undone_by = models.ForeignKey(**STAFF | {"verbose_name": _("taken back by")}, null=True)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("merging of customers")
        verbose_name_plural = _("mergings of customers")
        constraints = [
            # Whoever is merged is merged into one customer at a time.
            models.UniqueConstraint(
                fields=["merged"],
                name="customer_merged_once",
                condition=models.Q(undone_at__isnull=True),
            )
        ]

    def __str__(self):
        return f"№ {self.merged_id} → № {self.kept_id}"


class CustomerErasure(models.Model):
    """A person's data erased on request.

    Rows are rewritten in one transaction, which leaves in ``files`` what storages still hold
    ([storage, name]); they are deleted after it, and again by the tick until ``done_at``.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.PROTECT, related_name="erasure", verbose_name=_("customer")
    )
    by = models.ForeignKey(**STAFF)
    reason = models.CharField(_("reason"), max_length=500)
    orders = models.PositiveIntegerField(_("orders"), default=0)
    files = models.JSONField(_("files to delete"), default=list)
    at = models.DateTimeField(_("when"))
    done_at = models.DateTimeField(_("files deleted"), null=True, blank=True)

    class Meta:
        verbose_name = _("erasure of a customer")
        verbose_name_plural = _("erasures of customers")
        indexes = [
            models.Index(
                fields=["at"], name="customer_erasure_due", condition=models.Q(done_at__isnull=True)
            )
        ]

    def __str__(self):
        return f"№ {self.customer_id}"
