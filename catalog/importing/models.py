"""Uploads of price lists: the file until it is applied, what it would change, what it changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.models import Dealer

MONEY = {"max_digits": 12, "decimal_places": 2, "null": True, "blank": True}


class UploadState(models.TextChoices):
    """Where an upload stands."""

    WAITING = "waiting", pgettext_lazy("price upload", "waiting")
    READING = "reading", pgettext_lazy("price upload", "being read")
    COLUMNS = "columns", pgettext_lazy("price upload", "needs columns")
    READY = "ready", pgettext_lazy("price upload", "to be checked")
    FAILED = "failed", pgettext_lazy("price upload", "not read")
    DISCARDED = "discarded", pgettext_lazy("price upload", "discarded")
    APPLIED = "applied", pgettext_lazy("price upload", "applied")
    ROLLED_BACK = "rolled_back", pgettext_lazy("price upload", "rolled back")


class PriceUpload(models.Model):
    """One file of a dealer. It changes nothing before it is applied as a whole.

    ``due_at`` is when it is to be read, empty when it is not; while it is being read, ``leased_to``
    is when another worker may take it over. ``columns`` maps fields to the indexes of columns and
    ``heading_rows`` counts the rows above the goods; ``headings`` keeps the words over the columns
    and ``sample`` the first rows, from which people choose the columns where they are not
    recognised. ``done`` of ``total`` rows are compared; ``whole_line`` is the dealer's switch that
    the comparison was made with, ``revision`` counts the comparisons.
    """

    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, related_name="price_uploads", verbose_name=_("dealer")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=UploadState, default=UploadState.WAITING
    )
    file_name = models.CharField(_("file"), max_length=200)
    file_format = models.CharField(_("format"), max_length=5, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    created_at = models.DateTimeField(_("uploaded"))
    due_at = models.DateTimeField(_("to be read at"), null=True, blank=True)
    leased_to = models.DateTimeField(_("leased to"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    revision = models.PositiveIntegerField(_("comparison"), default=0)
    failure = models.CharField(_("why it was not read"), max_length=20, blank=True)
    columns = models.JSONField(_("columns"), default=dict, blank=True)
    heading_rows = models.PositiveSmallIntegerField(_("rows of headings"), default=0)
    headings = models.JSONField(_("headings"), default=list, blank=True)
    sample = models.JSONField(_("first rows"), default=list, blank=True)
    whole_line = models.BooleanField(_("whole product line in stock"), default=False)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows"), default=0)
    counts = models.JSONField(_("rows by outcome"), default=dict, blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("applied by"),
    )
    rolled_back_at = models.DateTimeField(_("rolled back at"), null=True, blank=True)
    rolled_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rolled back by"),
    )

    class Meta:
        verbose_name = _("price list upload")
        verbose_name_plural = _("price list uploads")
        constraints = [
            # One file at a time: a dealer knows which preview it looks at.
            models.UniqueConstraint(
                fields=["dealer"],
                condition=models.Q(state__in=["waiting", "reading"]),
                name="price_upload_one_in_work",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "reading"], due_at__isnull=False)
                | (~models.Q(state__in=["waiting", "reading"]) & models.Q(due_at__isnull=True)),
                name="price_upload_due_when_in_work",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False),
                name="price_upload_due",
            ),
            models.Index(fields=["dealer", "-id"], name="price_upload_of_dealer"),
        ]

    def __str__(self):
        return self.file_name

    @property
    def is_in_work(self):
        return self.state in (UploadState.WAITING, UploadState.READING)

    def count(self, *kinds):
        """How many rows had one of these outcomes."""
        return sum(self.counts.get(kind, 0) for kind in kinds)


class PriceUploadFile(models.Model):
    """The file itself, kept in the database, where nobody but the product reaches it.

    It is deleted as soon as it is not needed: applied, discarded or unreadable.
    """

    upload = models.OneToOneField(
        PriceUpload,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="file",
        verbose_name=_("upload"),
    )
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("file of a price list")
        verbose_name_plural = _("files of price lists")

    def __str__(self):
        return str(self.upload)


class RowKind(models.TextChoices):
    """What becomes of a row."""

    NEW = "new", pgettext_lazy("price list row", "new")
    CHANGED = "changed", pgettext_lazy("price list row", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("price list row", "unchanged")
    SKIPPED = "skipped", pgettext_lazy("price list row", "not in the catalogue")
    REJECTED = "rejected", pgettext_lazy("price list row", "rejected")


class PriceUploadRow(models.Model):
    """A row of a file against what the dealer had: the preview, the report and the way back.

    ``had_terms`` tells whether the dealer had said anything of the product; old and new are its
    stock and its own price in rubles (empty: the recommended one). ``faults`` lists
    ``[field, reason, value, detail]``.
    """

    upload = models.ForeignKey(
        PriceUpload, on_delete=models.CASCADE, related_name="rows", verbose_name=_("upload")
    )
    row = models.PositiveIntegerField(_("row"))
    kind = models.CharField(_("outcome"), max_length=9, choices=RowKind)
    title = models.CharField(_("as written"), max_length=200, blank=True)
    product = models.ForeignKey(
        "catalog.Product",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
    )
    had_terms = models.BooleanField(_("was there before"), default=False)
    old_in_stock = models.BooleanField(_("was in stock"), null=True, blank=True)
    old_price = models.DecimalField(_("old price, ₽"), **MONEY)
    new_in_stock = models.BooleanField(_("in stock"), null=True, blank=True)
    new_price = models.DecimalField(_("new price, ₽"), **MONEY)
    faults = models.JSONField(_("faults"), default=list, blank=True)

    class Meta:
        verbose_name = _("row of a price list")
        verbose_name_plural = _("rows of price lists")
        constraints = [
            models.UniqueConstraint(fields=["upload", "row"], name="price_upload_row_once"),
        ]
        indexes = [
            models.Index(fields=["upload", "kind", "row"], name="price_upload_row_by_kind"),
        ]

    def __str__(self):
        return f"{self.upload_id}: {self.row}"
