"""What a person has set for the list of orders."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class ListColumns(models.Model):
    """The columns that a person wants to see; without a row the usual ones."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("user"),
    )
    columns = ArrayField(models.CharField(max_length=20), verbose_name=_("columns"))

    class Meta:
        verbose_name = _("columns of the list of orders")
        verbose_name_plural = _("columns of the list of orders")

    def __str__(self):
        return f"{self.user_id}: {', '.join(self.columns)}"
