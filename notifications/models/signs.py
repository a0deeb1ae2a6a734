"""What is left of processes and simulations."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from notifications.models.messages import Delivery


class SimulatedSms(models.Model):
    """An SMS that the simulator has taken in place of a provider: one for each delivery."""

    delivery = models.OneToOneField(
        Delivery,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="simulated",
        verbose_name=_("delivery"),
    )
    phone = PhoneNumberField(_("phone"))
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("simulated SMS")
        verbose_name_plural = _("simulated SMS")
        indexes = [models.Index(fields=["phone", "-id"], name="simulated_sms_of_phone")]

    def __str__(self):
        return str(self.pk)


class Heartbeat(models.Model):
    """When a kind of process last showed that it lives."""

    class Kind(models.TextChoices):
        WEB = "web", _("web server")
        WORKER = "worker", _("worker")
        BEAT = "beat", _("clock")

    kind = models.CharField(_("process"), max_length=10, choices=Kind, unique=True)
    at = models.DateTimeField(_("last sign"))

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self):
        return self.kind
