"""Customers and what they agreed to."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from dealers.models import Place

# Whom the list shows: neither taken into another customer nor erased.
CURRENT = models.Q(merged_into__isnull=True, erased_at__isnull=True)

# The customer of the row, and the one that it leaves; locked first, so that what is counted after
# holds everything that others have committed.
LOCK_CUSTOMERS = """
    PERFORM 1 FROM orders_customer AS customer
      WHERE customer.id IN (NEW.customer_id, coalesce(OLD.customer_id, NEW.customer_id))
      ORDER BY customer.id FOR NO KEY UPDATE;
"""
CUSTOMER_FIGURES = f"""{LOCK_CUSTOMERS}
    UPDATE orders_customer AS customer
       SET order_count = figures.orders, open_count = figures.open, bought = figures.bought,
           last_order_at = coalesce(figures.last_at, customer.created_at),
           region_id = figures.region_id
      FROM (SELECT who.id, count(own.id) AS orders,
                   count(own.id) FILTER (WHERE own.closed_at IS NULL) AS open,
                   coalesce(sum(own.total) FILTER (WHERE own.status = 'completed'), 0) AS bought,
                   max(own.created_at) AS last_at,
                   (array_agg(own.region_id ORDER BY own.id DESC))[1] AS region_id
              FROM orders_customer AS who
              LEFT JOIN orders_order AS own
                ON own.customer_id = who.id AND own.deleted_at IS NULL
             WHERE who.id IN (NEW.customer_id, coalesce(OLD.customer_id, NEW.customer_id))
             GROUP BY who.id) AS figures
     WHERE customer.id = figures.id;
    RETURN NULL;
"""  # noqa: S608
CALLS_CONSENT = f"""{LOCK_CUSTOMERS}
    UPDATE orders_customer AS customer
       SET calls_consent = EXISTS (
               SELECT FROM orders_consent AS consent
                WHERE consent.customer_id = customer.id AND consent.kind = 'calls')
     WHERE customer.id IN (NEW.customer_id, coalesce(OLD.customer_id, NEW.customer_id));
    RETURN NULL;
"""  # noqa: S608


class LastWord(models.Func):
    """The last word of a text in lower case: people are looked for by their surnames too."""

    template = "lower(regexp_replace(%(expressions)s, '^.* ', ''))"
    output_field = models.CharField()


class Customer(models.Model):
    """A person who orders, known by phone. Has no account.

    Who has been found to be another customer once more points to that one by ``merged_into`` and
    keeps the phone, so that later orders by it go there. Who was erased on request has no phone.
    ``version`` grows with every change of name, phone or e-mail. The rest is worked out by the
    database whenever an order or a consent changes: ``order_count`` and ``open_count`` of orders
    that are not deleted, ``bought`` (rubles, of completed ones), ``last_order_at`` (of who has no
    order: since when they are known), ``region`` of the last order, ``calls_consent``: agreed to
    the robot's calls with any order.
    """

    name = models.CharField(_("name"), max_length=150)
    phone = PhoneNumberField(_("phone"), unique=True, null=True)
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(_("created"))
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("the same person as"),
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    order_count = models.PositiveIntegerField(_("orders"), default=0, db_default=0, editable=False)
    open_count = models.PositiveIntegerField(
        _("open orders"), default=0, db_default=0, editable=False
    )
    bought = models.DecimalField(
        _("bought, ₽"), max_digits=16, decimal_places=2, default=0, db_default=0, editable=False
    )
    last_order_at = models.DateTimeField(
        _("last order"), default=timezone.now, db_default=Now(), editable=False
    )
    region = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("region"),
    )
    calls_consent = models.BooleanField(
        _("agreed to calls by a robot"), default=False, db_default=False, editable=False
    )

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(phone__isnull=True, email=""),
                name="customer_erased_has_no_contacts",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | ~models.Q(merged_into=models.F("id")),
                name="customer_merged_into_another",
            ),
        ]
        indexes = [
            models.Index(
                OpClass(Lower("name"), name="text_pattern_ops"), name="customer_name_prefix"
            ),
            models.Index(
                OpClass(LastWord("name"), name="text_pattern_ops"), name="customer_surname_prefix"
            ),
            # Whole: of what a partial index holds PostgreSQL keeps no statistics, and then reads
            # all customers by their last order for the few whose e-mail begins so.
            models.Index(
                OpClass(Lower("email"), name="text_pattern_ops"),
                name="customer_email_prefix",
            ),
            models.Index(Lower("name"), "id", name="customer_by_name", condition=CURRENT),
            models.Index(
                fields=["-last_order_at", "-id"], name="customer_by_last_order", condition=CURRENT
            ),
            models.Index(
                fields=["region", "-last_order_at", "-id"],
                name="customer_by_region",
                condition=CURRENT,
            ),
            models.Index(
                fields=["-last_order_at", "-id"],
                name="customer_with_open",
                condition=CURRENT & models.Q(open_count__gt=0),
            ),
            models.Index(
                fields=["-last_order_at", "-id"],
                name="customer_with_consent",
                condition=CURRENT & models.Q(calls_consent=True),
            ),
            models.Index(
                fields=["order_count", "id"], name="customer_by_orders", condition=CURRENT
            ),
            models.Index(fields=["bought", "id"], name="customer_by_bought", condition=CURRENT),
            models.Index(
                fields=["created_at", "id"], name="customer_by_created", condition=CURRENT
            ),
            models.Index(
                fields=["-last_order_at", "-id"],
                name="customer_erased",
                condition=models.Q(merged_into__isnull=True, erased_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="raise_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("name", "phone", "email"),
                func="NEW.version = OLD.version + 1; RETURN NEW;",
            )
        ]

    def __str__(self):
        # Never the name: what an object is called stands in journals that nobody may change.
        return f"№ {self.pk}"

    @property
    def is_current(self):
        return self.merged_into_id is None and self.erased_at is None


class ConsentVersion(models.Model):
    """What customers are asked to agree to, as it stood from ``created_at`` on. Append-only.

    Every saved change is a new version with the next ``number``; the newest one counts. ``term``
    says how long the consents hold and how to withdraw them.
    """

    TEXTS = ("processing", "dealer", "calls", "term")

    number = models.PositiveIntegerField(_("version"), unique=True)
    processing = models.TextField(_("processing of personal data"))
    dealer = models.TextField(_("passing the data to a dealer"))
    calls = models.TextField(_("calls by a robot"))
    term = models.TextField(_("how long it holds and how to withdraw it"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    created_at = models.DateTimeField(_("valid from"))

    class Meta:
        verbose_name = _("version of the consents")
        verbose_name_plural = _("versions of the consents")
        ordering = ["-number"]
        # Writing a version as it stands changes nothing: loading a dump does that.
        triggers = [
            pgtrigger.Protect(
                name="keep_words", operation=pgtrigger.Update, condition=pgtrigger.AnyChange()
            ),
            pgtrigger.Protect(name="keep_versions", operation=pgtrigger.Delete),
        ]

    def __str__(self):
        return f"{self.number}"


class Consent(models.Model):
    """A tick that the customer set at checkout, with the version of the text that stood there.

    ``text_version`` is the number of a ConsentVersion, followed by ", phone" where the texts were
    read aloud.
    """

    class Kind(models.TextChoices):
        PROCESSING = "processing", _("processing of personal data")
        DEALER = "dealer", _("passing the data to a dealer")
        CALLS = "calls", _("calls by a robot")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="consents", verbose_name=_("customer")
    )
    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, related_name="consents", verbose_name=_("order")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text_version = models.CharField(_("version of the text"), max_length=20)
    given_at = models.DateTimeField(_("given"))
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.UniqueConstraint(fields=["order", "kind"], name="consent_once")]
        # Every order has this kind once: what finds the orders placed under a version.
        indexes = [
            models.Index(
                fields=["text_version", "-order"],
                name="consent_by_version",
                condition=models.Q(kind="processing"),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="calls_consent",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("customer_id"),
                condition=pgtrigger.Q(new__kind="calls"),
                func=CALLS_CONSENT,
            )
        ]

    def __str__(self):
        return self.get_kind_display()
