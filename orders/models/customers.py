"""Customers and what they agreed to."""

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


class Consent(models.Model):
    """A tick that the customer set at checkout, with the version of the text that stood there."""

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

    def __str__(self):
        return self.get_kind_display()
