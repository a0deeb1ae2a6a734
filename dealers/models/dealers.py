"""Dealers and where they are found."""

import pghistory
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Cast, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from dealers.models.places import LATITUDE, LONGITUDE, Place
from dealers.ratings import FEW, PRIOR_MEAN, PRIOR_WEIGHT

STARS = models.DecimalField(max_digits=8, decimal_places=2)


class DealerQuerySet(models.QuerySet):
    """Reads of dealers."""

    def selling(self):
        """Those that may get orders from the site at all."""
        return self.filter(is_active=True, is_authorised=True, takes_site_orders=True)

    def serving(self, place):
        """Those whose territory covers the place."""
        ids = place.covering_ids
        return self.filter(
            models.Q(main_region__in=ids)
            | models.Exists(
                Dealer.additional_places.through.objects.filter(
                    dealer_id=models.OuterRef("pk"), place_id__in=ids
                )
            )
        )


@pghistory.track(exclude=["points", "rating_sum", "rating_count", "rating"])
class Dealer(models.Model):
    """A company that sells the manufacturer's goods in its territory.

    ``points`` is the balance of the ledger (see PointsEntry), changed with it only. ``rating`` is
    the average of customers' stars, damped as dealers.ratings says; the database works it out from
    ``rating_sum`` and ``rating_count``, which dealers.services.ratings changes.
    """

    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("address on the site"), max_length=160, unique=True)
    logo = models.ImageField(_("logo"), upload_to="dealers/", blank=True)
    main_region = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        related_name="main_dealers",
        limit_choices_to={"parent__isnull": True},
        verbose_name=_("main region"),
    )
    additional_places = models.ManyToManyField(
        Place,
        blank=True,
        related_name="additional_dealers",
        verbose_name=_("additional regions and cities"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_authorised = models.BooleanField(_("authorised dealer"), default=False)
    takes_site_orders = models.BooleanField(_("orders from the site"), default=False)
    site_calls = models.BooleanField(_("call from the site"), default=False)
    whole_line = models.BooleanField(
        _("whole product line in stock"),
        default=False,
        help_text=_("every product of the manufacturer counts as in stock"),
    )
    own_prices = models.BooleanField(
        _("own prices"), default=False, help_text=_("otherwise recommended prices")
    )
    website = models.URLField(_("site"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    description = models.TextField(_("description"), blank=True)
    points = models.IntegerField(_("points"), default=0, editable=False)
    rating_sum = models.PositiveIntegerField(_("stars given"), default=0, editable=False)
    rating_count = models.PositiveIntegerField(_("ratings"), default=0, editable=False)
    rating = models.GeneratedField(
        expression=(
            Cast(models.F("rating_sum") + PRIOR_WEIGHT * PRIOR_MEAN, STARS)
            / (models.F("rating_count") + PRIOR_WEIGHT)
        ),
        output_field=models.DecimalField(max_digits=3, decimal_places=2),
        db_persist=True,
        verbose_name=_("rating by customers"),
    )
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    version = models.PositiveIntegerField(
        _("version of the profile"),
        default=0,
        editable=False,
        help_text=_("grows with every change of the profile, its phones and outlets included"),
    )

    objects = DealerQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer")
        verbose_name_plural = _("dealers")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="dealer_name_once")]
        indexes = [
            models.Index(
                OpClass(Lower("name"), name="text_pattern_ops"), name="dealer_name_prefix"
            ),
            models.Index(fields=["-points", "id"], name="dealer_points"),
        ]

    def __str__(self):
        return self.name

    @property
    def has_few_ratings(self):
        """Whether so few customers have rated the dealer that the average says little."""
        return self.rating_count < FEW


class DealerPhone(models.Model):
    """A phone of a dealer, shown to everybody."""

    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, related_name="phones", verbose_name=_("dealer")
    )
    number = PhoneNumberField(_("phone"))
    note = models.CharField(_("note"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("dealer's phone")
        verbose_name_plural = _("dealer's phones")
        ordering = ["id"]

    def __str__(self):
        return str(self.number)


class Outlet(models.Model):
    """A shop or warehouse where customers come. Coordinates are degrees (WGS 84)."""

    dealer = models.ForeignKey(
        Dealer, on_delete=models.CASCADE, related_name="outlets", verbose_name=_("dealer")
    )
    city = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="outlets", verbose_name=_("city")
    )
    address = models.CharField(_("address"), max_length=250)
    phone = PhoneNumberField(_("phone"), blank=True)
    hours = models.CharField(_("opening hours"), max_length=150, blank=True)
    latitude = models.FloatField(_("latitude"), validators=LATITUDE)
    longitude = models.FloatField(_("longitude"), validators=LONGITUDE)

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering = ["id"]

    def __str__(self):
        return self.address
