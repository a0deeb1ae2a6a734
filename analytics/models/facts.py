"""One narrow row per order, from which every report is counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.visits import Device, Origin, SearchQuery, Visit
from dealers.models import Dealer, Place
from orders.models import Order, OrderSource, Party, Reason
from orders.statuses import CHOICES

MONEY = {"max_digits": 14, "decimal_places": 2}


class OrderFact(models.Model):
    """What reports need of an order that is not deleted; kept up by a tick, never edited.

    ``first_*`` are of the visitor's first visit within the look-back before the order, ``last_*``
    of the visit in which it was placed; both empty for orders by phone and without consent.
    ``revenue`` is the order's sum once it is completed, else 0. ``strategy`` and ``stage`` are of
    the offer that was accepted (empty: by hand or not yet), ``offers`` how many dealers saw it in
    all cycles, ``given_up`` how often it went back. ``stars`` is the survey's rating, 1 to 5.
    """

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("order")
    )
    placed_at = models.DateTimeField(_("placed"))
    status = models.CharField(_("status"), max_length=14, choices=CHOICES)
    source = models.CharField(_("how it came"), max_length=8, choices=OrderSource)
    region = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("dealer"),
    )
    total = models.DecimalField(_("sum, ₽"), **MONEY)
    revenue = models.DecimalField(_("revenue, ₽"), **MONEY)

    visitor = models.UUIDField(_("visitor"), null=True)
    first_visit = models.ForeignKey(
        Visit, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("first visit")
    )
    last_visit = models.ForeignKey(
        Visit, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("last visit")
    )
    first_visit_at = models.DateTimeField(_("first visit at"), null=True)
    first_origin = models.ForeignKey(
        Origin, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("first touch")
    )
    last_origin = models.ForeignKey(
        Origin, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("last touch")
    )
    first_query = models.ForeignKey(
        SearchQuery, on_delete=models.PROTECT, null=True, related_name="+"
    )
    last_query = models.ForeignKey(
        SearchQuery, on_delete=models.PROTECT, null=True, related_name="+"
    )
    device = models.CharField(_("device"), max_length=7, choices=Device, blank=True)

    accepted_at = models.DateTimeField(_("accepted"), null=True)
    contacted_at = models.DateTimeField(_("contact"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    reason = models.ForeignKey(
        Reason, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reason")
    )
    party = models.CharField(_("whose reason"), max_length=12, choices=Party, blank=True)
    strategy = models.CharField(_("strategy"), max_length=12, blank=True)
    stage = models.PositiveSmallIntegerField(_("stage"), null=True)
    offers = models.PositiveSmallIntegerField(_("dealers who saw it"), default=0)
    given_up = models.PositiveSmallIntegerField(_("given up"), default=0)
    was_unclaimed = models.BooleanField(_("was accepted by nobody in time"), default=False)
    complaints = models.PositiveSmallIntegerField(_("complaints"), default=0)
    stars = models.DecimalField(_("satisfaction"), max_digits=3, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("facts of an order")
        verbose_name_plural = _("facts of orders")
        indexes = [
            models.Index(fields=["placed_at"], name="fact_by_placed"),
            models.Index(fields=["region", "placed_at"], name="fact_by_region"),
            models.Index(fields=["dealer", "placed_at"], name="fact_by_dealer"),
            models.Index(fields=["visitor"], name="fact_by_visitor"),
        ]

    def __str__(self):
        return f"№ {self.order_id}"


class Progress(models.Model):
    """How far a job of analytics has read what it follows: a row per job.

    ``mark`` is the highest id that was read, ``at`` when the job last had nothing left to read:
    how fresh reports are.
    """

    name = models.CharField(_("job"), max_length=30, primary_key=True)
    mark = models.BigIntegerField(_("read up to"), default=0)
    at = models.DateTimeField(_("up to date at"), null=True, blank=True)

    class Meta:
        verbose_name = _("progress of a job")
        verbose_name_plural = _("progress of jobs")

    def __str__(self):
        return self.name
