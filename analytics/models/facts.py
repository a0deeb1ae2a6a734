"""Narrow rows per order and per line of an order, from which every report is counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.visits import Device, Landing, Origin, SearchQuery, Visit, day_of, month_of
from catalog.models import Category, Product
from dealers.models import Dealer, Place
from orders.models import Order, OrderLine, OrderSource, Party, Reason
from orders.statuses import CHOICES, Status
from suz.common.lengths import length_class

MONEY = {"max_digits": 14, "decimal_places": 2}


def _kept(model, name):
    """A key that may be missing and keeps what it points at from being deleted."""
    return models.ForeignKey(
        model, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=name
    )


def _copied(model, name, **options):
    """A key that OrderFact or the order's line holds to the database's rules already."""
    return models.ForeignKey(
        model,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=name,
        **options,
    )


class OrderFact(models.Model):
    """What reports need of an order that is not deleted; kept up by a tick, never edited.

    ``first_*`` are of the visitor's first visit within the look-back before the order, ``last_*``
    of the visit in which it was placed; both empty for orders by phone and without consent.
    ``to_*`` are whole seconds between two moments of the order, empty where one of them is missing.
    ``revenue`` is the order's sum once it is completed, else 0. ``strategy`` and ``stage`` are of
    the offer that was accepted (empty: by hand or not yet), ``offers`` how many dealers saw it in
    all cycles, ``given_up`` how often it went back. ``stars`` is the survey's rating, 1 to 5.
    """

    # PostgreSQL reads a row from the left: what most reports ask for stands there, and of one
    # length each, which is found without looking at what is before.
    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("order")
    )
    placed_at = models.DateTimeField(_("placed"))
    day = day_of("placed_at", _("day"))
    month = month_of("placed_at", _("month"))
    to_order = models.IntegerField(_("from visit to order, s"), null=True)
    to_accept = models.IntegerField(_("to acceptance, s"), null=True)
    to_contact = models.IntegerField(_("to contact, s"), null=True)
    to_close = models.IntegerField(_("to completion or cancellation, s"), null=True)
    to_order_class = length_class("to_order", _("from visit to order, class"))
    to_accept_class = length_class("to_accept", _("to acceptance, class"))
    to_contact_class = length_class("to_contact", _("to contact, class"))
    to_close_class = length_class("to_close", _("to completion or cancellation, class"))

    region = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("region"),
    )
    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("dealer"),
    )
    first_origin = _kept(Origin, _("first touch"))
    last_origin = _kept(Origin, _("last touch"))
    first_query = _kept(SearchQuery, _("query of the first touch"))
    last_query = _kept(SearchQuery, _("query of the last touch"))
    first_landing = _kept(Landing, _("landing page of the first touch"))
    last_landing = _kept(Landing, _("landing page of the last touch"))
    reason = _kept(Reason, _("reason"))

    first_visit_at = models.DateTimeField(_("first visit at"), null=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    contacted_at = models.DateTimeField(_("contact"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    visitor = models.UUIDField(_("visitor"), null=True)
    stage = models.PositiveSmallIntegerField(_("stage"), null=True)
    offers = models.PositiveSmallIntegerField(_("dealers who saw it"), default=0)
    given_up = models.PositiveSmallIntegerField(_("given up"), default=0)
    was_unclaimed = models.BooleanField(_("was accepted by nobody in time"), default=False)
    complaints = models.PositiveSmallIntegerField(_("complaints"), default=0)
    stars = models.PositiveSmallIntegerField(_("satisfaction, stars"), null=True)

    status = models.CharField(_("status"), max_length=14, choices=CHOICES)
    strategy = models.CharField(_("strategy"), max_length=12, blank=True)
    total = models.DecimalField(_("sum, ₽"), **MONEY)
    revenue = models.DecimalField(_("revenue, ₽"), **MONEY)
    source = models.CharField(_("how it came"), max_length=8, choices=OrderSource)
    party = models.CharField(_("whose reason"), max_length=12, choices=Party, blank=True)
    device = models.CharField(_("device"), max_length=7, choices=Device, blank=True)

    first_visit = models.ForeignKey(
        Visit, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("first visit")
    )
    last_visit = models.ForeignKey(
        Visit, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("last visit")
    )

    class Meta:
        verbose_name = _("facts of an order")
        verbose_name_plural = _("facts of orders")
        indexes = [
            models.Index(fields=["day"], name="fact_by_day"),
            models.Index(fields=["region", "day"], name="fact_by_region"),
            models.Index(fields=["dealer", "day"], name="fact_by_dealer"),
            models.Index(
                fields=["dealer", "month", "day"],
                name="fact_completed",
                condition=models.Q(status=Status.COMPLETED),
            ),
            models.Index(fields=["visitor"], name="fact_by_visitor"),
        ]

    def __str__(self):
        return f"№ {self.order_id}"


class LineFact(models.Model):
    """A line of an order with what its order is narrowed by; kept up together with OrderFact.

    ``is_first*`` mark one line of an order: of all, of each category and of each product, so that
    orders are counted in one pass. All of it is a copy: lines come and go with edits of the order
    and need not know of this table.
    """

    line = models.OneToOneField(
        OrderLine,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="+",
        verbose_name=_("line of an order"),
    )
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="+", verbose_name=_("order")
    )
    day = models.DateField(_("day"))
    status = models.CharField(_("status"), max_length=14, choices=CHOICES)
    region = _copied(Place, _("region"))
    dealer = _copied(Dealer, _("dealer"), null=True)
    first_origin = _copied(Origin, _("first touch"), null=True)
    last_origin = _copied(Origin, _("last touch"), null=True)
    category = _copied(Category, _("category"))
    product = _copied(Product, _("product"))
    quantity = models.PositiveIntegerField(_("quantity"))
    total = models.DecimalField(_("sum, ₽"), **MONEY)
    is_first = models.BooleanField(_("first of the order"))
    is_first_of_category = models.BooleanField(_("first of its category"))
    is_first_of_product = models.BooleanField(_("first of its product"))

    class Meta:
        verbose_name = _("facts of a line")
        verbose_name_plural = _("facts of lines")
        indexes = [models.Index(fields=["day"], name="line_fact_by_day")]

    def __str__(self):
        return f"№ {self.order_id}, {self.line_id}"


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
