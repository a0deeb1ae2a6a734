"""Customers and what they agreed to."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class Customer(models.Model):
    """A person who orders, known by phone. Has no account."""

    name = models.CharField(_("name"), max_length=150)
    phone = PhoneNumberField(_("phone"), unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(
                OpClass(Lower("name"), name="text_pattern_ops"), name="customer_name_prefix"
            )
        ]

    def __str__(self):
        return self.name


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

    def __str__(self):
        return self.get_kind_display()
