"""What people attach to comments."""

from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _


def private_storage():
    """Where no address leads: files go out through views that check who asks."""
    return storages["private"]


class AttachedFile(models.Model):
    """A file of something that was written (``entry``), kept under a random name.

    ``name`` is what people see, clean of folders and control signs; ``preview`` is a small picture
    of a picture, empty for documents. Pictures are our own encoding, documents are as they came.
    """

    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("file"), max_length=150)
    content_type = models.CharField(_("format"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    file = models.FileField(_("content"), upload_to="comments/%Y/%m", storage=private_storage)
    preview = models.FileField(
        _("small picture"), upload_to="comments/%Y/%m", storage=private_storage, blank=True
    )

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def is_picture(self):
        return bool(self.preview)


class CommentFile(AttachedFile):
    """A file of a comment."""

    entry = models.ForeignKey(
        "orders.HistoryEntry",
        on_delete=models.CASCADE,
        related_name="files",
        verbose_name=_("comment"),
    )

    class Meta:
        verbose_name = _("file of a comment")
        verbose_name_plural = _("files of comments")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="comment_file_position")
        ]
