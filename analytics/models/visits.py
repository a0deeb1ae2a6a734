"""What visitors of the storefront did, as it came in and folded into visits."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.models.channels import Channel
from dealers.models import Place
from orders.models import Order


class HitKind(models.TextChoices):
    """What happened on the storefront."""

    PAGE = "page", _("page opened")
    PRODUCT = "product", _("product seen")
    CART = "cart", _("added to the cart")
    CHECKOUT = "checkout", _("checkout begun")
    ORDER = "order", _("order placed")


class Device(models.TextChoices):
    """What the visitor looked with."""

    DESKTOP = "desktop", _("computer")
    MOBILE = "mobile", _("phone")
    TABLET = "tablet", _("tablet")


class Hit(models.Model):
    """One thing a visitor did, written by the request as it is; ``Visit`` is folded from these.

    No foreign keys: the one insert that a page pays for must look up nothing. ``visitor`` is the
    first-party cookie given with consent; marks are those of the address (``utm_*``, ``yclid``,
    ``gclid``), ``metrika`` the client id of Yandex Metrika where its counter runs.
    """

    at = models.DateTimeField(_("at"))
    visitor = models.UUIDField(_("visitor"))
    kind = models.CharField(_("what"), max_length=8, choices=HitKind)
    path = models.CharField(_("page"), max_length=300)
    referrer = models.CharField(_("referrer"), max_length=500, blank=True)
    marks = models.JSONField(_("marks"), default=dict, blank=True)
    device = models.CharField(_("device"), max_length=7, choices=Device)
    region_id = models.IntegerField(_("region"), null=True, blank=True)
    product_id = models.IntegerField(_("product"), null=True, blank=True)
    order_id = models.BigIntegerField(_("order"), null=True, blank=True)
    is_folded = models.BooleanField(_("folded"), default=False, db_default=False)

    class Meta:
        verbose_name = _("hit")
        verbose_name_plural = _("hits")
        indexes = [
            models.Index(
                fields=["visitor", "at"], name="hit_waiting", condition=models.Q(is_folded=False)
            ),
            # Old hits are deleted by age; they come in by age, so a block range is enough.
            BrinIndex(fields=["at"], name="hit_by_time"),
        ]

    def __str__(self):
        return f"{self.kind} {self.path}"


class Origin(models.Model):
    """Where visits come from: source, medium and campaign, with the channel that rules give it.

    ``source`` is ``utm_source``, else the search engine's name or the referrer's host, else
    "(direct)"; ``medium`` is ``utm_medium``, else "organic", "cpc" (a click id without marks),
    "referral" or "(none)".
    """

    source = models.CharField(_("source"), max_length=100)
    medium = models.CharField(_("medium"), max_length=60, blank=True)
    campaign = models.CharField(_("campaign"), max_length=150, blank=True)
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="origins", verbose_name=_("channel")
    )

    class Meta:
        verbose_name = _("origin of visits")
        verbose_name_plural = _("origins of visits")
        constraints = [
            models.UniqueConstraint(fields=["source", "medium", "campaign"], name="origin_once")
        ]
        indexes = [models.Index(fields=["campaign"], name="origin_by_campaign")]

    def __str__(self):
        return " / ".join(part for part in (self.source, self.medium, self.campaign) if part)


class SearchQuery(models.Model):
    """What was searched for: ``utm_term`` or the search engine's own parameter, in lower case."""

    text = models.CharField(_("query"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("search query")
        verbose_name_plural = _("search queries")

    def __str__(self):
        return self.text


class Landing(models.Model):
    """The first page of a visit, without its parameters."""

    path = models.CharField(_("page"), max_length=300, unique=True)

    class Meta:
        verbose_name = _("landing page")
        verbose_name_plural = _("landing pages")

    def __str__(self):
        return self.path


class LocalDay(models.Func):
    """The first day of the ``unit`` (day, month) of a moment in a time zone.

    The zone of Django's own functions cannot be written to a migration.
    """

    arity = 1
    template = "DATE_TRUNC('%(unit)s', %(expressions)s AT TIME ZONE '%(zone)s')::date"
    output_field = models.DateField()


def day_of(moment, name, unit="day"):
    """The day of the site's own zone, kept in the table: grouping by it costs next to nothing."""
    return models.GeneratedField(
        expression=LocalDay(moment, zone=settings.TIME_ZONE, unit=unit),
        output_field=models.DateField(),
        db_persist=True,
        verbose_name=name,
    )


def month_of(moment, name):
    """The first day of the month, kept likewise."""
    return day_of(moment, name, unit="month")


class Visit(models.Model):
    """Hits of one visitor with no more than 30 minutes between them and one origin.

    A hit from another origin than direct starts a new visit. What was reached is kept as flags, so
    that the funnel is one pass over visits.
    """

    visitor = models.UUIDField(_("visitor"))
    started_at = models.DateTimeField(pgettext_lazy("visit", "started"))
    ended_at = models.DateTimeField(pgettext_lazy("visit", "ended"))
    hits = models.PositiveIntegerField(_("pages"), default=0)
    origin = models.ForeignKey(
        Origin, on_delete=models.PROTECT, related_name="+", verbose_name=_("origin")
    )
    query = models.ForeignKey(
        SearchQuery,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("query"),
    )
    landing = models.ForeignKey(
        Landing, on_delete=models.PROTECT, related_name="+", verbose_name=_("landing page")
    )
    device = models.CharField(_("device"), max_length=7, choices=Device)
    region = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    yclid = models.CharField(_("click id of Yandex"), max_length=64, blank=True)
    gclid = models.CharField(_("click id of Google"), max_length=128, blank=True)
    metrika = models.CharField(_("Metrika client"), max_length=32, blank=True)
    saw_product = models.BooleanField(_("saw a product"), default=False)
    added_to_cart = models.BooleanField(_("added to the cart"), default=False)
    began_checkout = models.BooleanField(_("began checkout"), default=False)
    placed_order = models.BooleanField(_("placed an order"), default=False)
    day = day_of("started_at", _("day"))
    month = month_of("started_at", _("month"))

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [
            models.Index(fields=["visitor", "-started_at"], name="visit_by_visitor"),
            models.Index(
                fields=["started_at"],
                name="visit_by_start",
                include=[
                    "day",
                    "month",
                    "origin",
                    "region",
                    "device",
                    "saw_product",
                    "added_to_cart",
                    "began_checkout",
                    "placed_order",
                ],
            ),
        ]

    def __str__(self):
        return f"{self.visitor} {self.started_at:%Y-%m-%d %H:%M}"


class OrderVisit(models.Model):
    """Whose order it was and in which visit it was placed; outlives the hits it was read from.

    None for orders by phone and for those of visitors who did not agree to be counted.
    """

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("order")
    )
    visitor = models.UUIDField(_("visitor"))
    visit = models.ForeignKey(
        Visit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("visit"),
    )

    class Meta:
        verbose_name = _("visit of an order")
        verbose_name_plural = _("visits of orders")
        indexes = [models.Index(fields=["visitor"], name="order_visit_by_visitor")]

    def __str__(self):
        return f"№ {self.order_id}"
