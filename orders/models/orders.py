"""The order and its lines."""

import uuid
from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from catalog.models import Category, Product, Service, Unit
from dealers.models import Dealer, Place
from orders.discounts import ends
from orders.models.carts import MAX_QUANTITY
from orders.models.customers import CUSTOMER_FIGURES, Customer
from orders.models.promo_codes import PromoCode
from orders.models.queries import OrderQuerySet
from orders.statuses import CHOICES, FINAL, OPEN, STATUSES, Status

MONEY = {"max_digits": 14, "decimal_places": 2}
# Lists show no deleted orders, so their indexes hold none and can be counted without the table.
ALIVE = models.Q(deleted_at__isnull=True)
OVERDUE = ALIVE & models.Q(status__in=OPEN, overdue_at__isnull=False)
# Lists say how many orders each status has, counted from the index alone.
COUNTED = ("status",)
CATEGORY_OF_PRODUCT = """
    SELECT family.category_id INTO NEW.category_id
      FROM catalog_product AS product
      JOIN catalog_productfamily AS family ON family.id = product.family_id
     WHERE product.id = NEW.product_id;
    RETURN NEW;
"""

# What an order's version counts the changes of; those of its lines are counted by
# orders.services.versions.raise_version.
VERSIONED_FIELDS = (
    "status",
    "cycle",
    "dealer",
    "manager",
    "customer_name",
    "phone",
    "email",
    "place",
    "address",
    "latitude",
    "longitude",
    "comment",
    "wants_delivery",
    "wants_installation",
    "due_on",
    "deleted_at",
)


class OrderSource(models.TextChoices):
    """How the order came."""

    SITE = "site", _("site")
    PHONE = "phone", _("phone")


class ContactKind(models.TextChoices):
    """How contact with the customer was proven."""

    CALL = "call", _("call through the site")
    BY_HAND = "by_hand", _("marked by hand")


class Order(models.Model):
    """What a customer asked for. Its id is the order number that people see.

    Name, phone, e-mail and address are the customer's words at the time. ``phone`` is read through
    ``orders.phones.phone_for`` only. ``cycle`` grows each time the order goes (back) into
    distribution; ``version`` with every change that two people could make at once, whoever makes it
    and however. ``price_min`` and ``price_max`` are the promised range for goods and services in
    rubles; until a dealer accepts, lines carry the prices of the upper end. These, like the
    dealers' quotes, are before the promo code: ``discount`` is what it takes off the goods,
    ``total`` what is left to pay. ``confirmed_at`` is when the customer confirmed the order as it
    stands with its dealer; new contents, another place or another dealer undo it.
    """

    form_key = models.UUIDField(_("form key"), unique=True, default=uuid.uuid4, editable=False)
    cart_digest = models.CharField(_("cart digest"), max_length=64, editable=False)
    link_version = models.PositiveSmallIntegerField(_("link version"), default=1, editable=False)
    source = models.CharField(
        _("source"), max_length=8, choices=OrderSource, default=OrderSource.SITE
    )
    status = models.CharField(_("status"), max_length=14, choices=CHOICES, default=Status.NEW)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="orders", verbose_name=_("customer")
    )
    customer_name = models.CharField(_("name"), max_length=150)
    phone = PhoneNumberField(_("phone"))
    email = models.EmailField(_("e-mail"), blank=True)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="orders", verbose_name=_("city")
    )
    region = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="region_orders", verbose_name=_("region")
    )
    address = models.CharField(_("address"), max_length=250, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    wants_delivery = models.BooleanField(_("delivery wanted"), default=False)
    wants_installation = models.BooleanField(_("installation wanted"), default=False)
    chosen_dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="chosen_in_orders",
        verbose_name=_("chosen dealer"),
    )

    dealer = models.ForeignKey(
        Dealer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("dealer"),
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("manager"),
    )
    price_min = models.DecimalField(_("promised from, ₽"), null=True, blank=True, **MONEY)
    price_max = models.DecimalField(_("promised to, ₽"), **MONEY)
    goods_total = models.DecimalField(_("goods, ₽"), **MONEY)
    services_total = models.DecimalField(_("services, ₽"), default=0, **MONEY)
    promo_code = models.ForeignKey(
        PromoCode,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("promo code"),
    )
    discount = models.DecimalField(
        _("discount, ₽"), default=Decimal(0), db_default=Decimal(0), **MONEY
    )
    total = models.DecimalField(_("sum, ₽"), **MONEY)
    earned = models.DecimalField(_("earned, ₽"), null=True, blank=True, **MONEY)

    contact_kind = models.CharField(_("contact"), max_length=8, choices=ContactKind, blank=True)
    cancel_reason = models.ForeignKey(
        "orders.Reason",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reason of cancelling"),
    )
    created_at = models.DateTimeField(_("created"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    contacted_at = models.DateTimeField(_("contact"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed by the customer"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    due_on = models.DateField(_("term"))
    overdue_at = models.DateTimeField(_("marked overdue"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deleted by"),
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status=Status.NEW, dealer__isnull=True)
                | models.Q(status__in=[*FINAL])
                | models.Q(status__in=[s for s in OPEN if s != Status.NEW], dealer__isnull=False),
                name="order_in_work_has_dealer",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, status__in=OPEN)
                | models.Q(closed_at__isnull=False, status__in=FINAL),
                name="order_closed_when_final",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    total=models.F("goods_total")
                    + models.F("services_total")
                    - models.F("discount")
                ),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(discount__gte=0, discount__lte=models.F("goods_total")),
                name="order_discount_within_goods",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="order_by_status", condition=ALIVE),
            models.Index(
                fields=["dealer", "status", "-id"], name="order_by_dealer_status", condition=ALIVE
            ),
            models.Index(fields=["dealer", "-id"], name="order_by_dealer", condition=ALIVE),
            models.Index(
                fields=["dealer", "created_at", "id"],
                name="order_by_dealer_created",
                include=COUNTED,
                condition=ALIVE,
            ),
            models.Index(
                fields=["dealer", "total", "id"], name="order_by_dealer_total", condition=ALIVE
            ),
            models.Index(
                "dealer",
                OpClass(Lower("customer_name"), name="text_pattern_ops"),
                name="order_by_dealer_name",
                condition=ALIVE,
            ),
            models.Index(
                "dealer",
                OpClass("phone", name="text_pattern_ops"),
                name="order_by_dealer_phone",
                condition=ALIVE,
            ),
            models.Index(
                fields=["region", "-id"], name="order_by_region", include=COUNTED, condition=ALIVE
            ),
            models.Index(
                fields=["source", "-id"], name="order_by_source", include=COUNTED, condition=ALIVE
            ),
            models.Index(
                fields=["created_at", "id"],
                name="order_by_created",
                include=COUNTED,
                condition=ALIVE,
            ),
            models.Index(fields=["total", "id"], name="order_by_total", condition=ALIVE),
            models.Index(fields=["due_on", "id"], name="order_by_term", condition=ALIVE),
            models.Index(
                fields=["-id"],
                name="order_in_progress",
                condition=ALIVE & models.Q(status__in=OPEN),
            ),
            models.Index(
                fields=["-id"],
                name="order_overdue",
                include=COUNTED,
                condition=OVERDUE,
            ),
            models.Index(fields=["due_on", "id"], name="order_overdue_by_term", condition=OVERDUE),
            models.Index(fields=["customer", "-id"], name="order_customer"),
            models.Index(
                OpClass(Lower("customer_name"), name="text_pattern_ops"), name="order_name_prefix"
            ),
            models.Index(OpClass("phone", name="text_pattern_ops"), name="order_phone_prefix"),
            models.Index(
                models.F("place"),
                Lower("address"),
                name="order_by_address",
                condition=~models.Q(address=""),
            ),
            models.Index(
                fields=["-deleted_at", "-id"],
                name="order_deleted",
                condition=models.Q(deleted_at__isnull=False),
            ),
            models.Index(
                fields=["closed_at", "id"],
                name="order_closed",
                condition=ALIVE & models.Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["due_on"],
                name="order_due",
                condition=models.Q(status__in=OPEN, overdue_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_orders", operation=pgtrigger.Delete),
            # In the database, so that no way of changing an order can forget it.
            pgtrigger.Trigger(
                name="raise_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*VERSIONED_FIELDS),
                func="NEW.version = OLD.version + 1; RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="customer_gets",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=CUSTOMER_FIGURES,
            ),
            pgtrigger.Trigger(
                name="customer_figures",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "customer", "closed_at", "total", "region", "deleted_at"
                ),
                func=CUSTOMER_FIGURES,
            ),
        ]

    def __str__(self):
        return f"№ {self.pk}"

    @property
    def status_info(self):
        return STATUSES[Status(self.status)]

    @property
    def is_open(self):
        return self.status in OPEN

    @property
    def is_overdue(self):
        return self.is_open and self.overdue_at is not None

    @cached_property
    def promised_range(self):
        """Lowest and highest promised sum in rubles, after the promo code; one query with one."""
        low = self.price_max if self.price_min is None else self.price_min
        if not self.discount:
            return low, self.price_max
        quotes = self.quotes.filter(total__range=(low, self.price_max))
        sums = list(quotes.values_list("goods_total", "total"))
        return ends(self.promo_code.cut, sums) if sums else (self.total, self.total)

    @property
    def services(self):
        """Services the customer asked for."""
        wanted = (
            (Service.DELIVERY, self.wants_delivery),
            (Service.INSTALLATION, self.wants_installation),
        )
        return [service for service, wants in wanted if wants]


class OrderLine(models.Model):
    """A product as it was when ordered; the price is the accepting dealer's, once there is one.

    ``placed_price`` is the promise's upper end, to which an order that is given up returns.
    ``category`` is the product's when it was ordered; the database sets it (``line_category``), so
    that the list finds the orders of a category without a look at the catalogue.
    """

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="lines", verbose_name=_("order")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product")
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("category"),
    )
    category_name = models.CharField(_("category"), max_length=100)
    name = models.CharField(_("product name"), max_length=200)
    unit = models.CharField(_("unit"), max_length=14, choices=Unit)
    length_mm = models.DecimalField(_("length, mm"), max_digits=8, decimal_places=2, null=True)
    width_mm = models.DecimalField(_("width, mm"), max_digits=8, decimal_places=2, null=True)
    thickness_mm = models.DecimalField(
        _("thickness, mm"), max_digits=8, decimal_places=2, null=True
    )
    colour = models.CharField(_("colour"), max_length=80, blank=True)
    quantity = models.PositiveIntegerField(
        _("quantity"), validators=[MinValueValidator(1), MaxValueValidator(MAX_QUANTITY)]
    )
    price = models.DecimalField(_("price, ₽"), max_digits=12, decimal_places=2)
    placed_price = models.DecimalField(_("price when placed, ₽"), max_digits=12, decimal_places=2)
    total = models.DecimalField(_("sum, ₽"), **MONEY)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("price") * models.F("quantity")),
                name="order_line_total",
            ),
        ]
        indexes = [
            models.Index(fields=["product", "-order"], name="order_line_product"),
            models.Index(fields=["category", "-order"], name="order_line_category"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="line_category",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("product_id"),
                when=pgtrigger.Before,
                func=CATEGORY_OF_PRODUCT,
            )
        ]

    def __str__(self):
        return f"{self.name} × {self.quantity}"
