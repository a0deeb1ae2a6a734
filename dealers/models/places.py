"""Regions and cities: one tree."""

from django.contrib.postgres.indexes import OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]


class PlaceQuerySet(models.QuerySet):
    """Reads of the tree."""

    def regions(self):
        return self.filter(parent__isnull=True)

    def cities(self):
        return self.filter(parent__isnull=False)


class Place(models.Model):
    """A region (a subject of the federation) or a city in one.

    A region covers its cities: a dealer that serves the region serves them all.
    Coordinates are degrees (WGS 84); ``time_zone`` is an IANA name.
    """

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("region"),
    )
    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(
        _("code"), max_length=10, blank=True, help_text=_("ISO 3166-2, for regions only")
    )
    latitude = models.FloatField(_("latitude"), validators=LATITUDE)
    longitude = models.FloatField(_("longitude"), validators=LONGITUDE)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Moscow")
    population = models.PositiveIntegerField(_("population"), default=0)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="place_name_once_in_region", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["code"], name="place_code_once", condition=~models.Q(code="")
            ),
        ]
        indexes = [
            models.Index(OpClass(Lower("name"), name="text_pattern_ops"), name="place_name_prefix")
        ]

    def __str__(self):
        return self.name

    @property
    def is_region(self):
        return self.parent_id is None

    @property
    def region_id(self):
        """The region that this place is or lies in."""
        return self.parent_id or self.pk

    @property
    def covering_ids(self):
        """Ids of the places a dealer may serve to serve this one: itself and its region."""
        return (self.pk, self.parent_id) if self.parent_id else (self.pk,)
