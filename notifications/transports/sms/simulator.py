"""The simulator: SMS that are read on a page of ours instead of on a phone."""

from django.db import transaction
from django.utils import timezone

from notifications.models import SimulatedSms
from notifications.transports.base import Receipt
from notifications.transports.sms.base import SmsTransport


class Simulator(SmsTransport):
    """Takes each SMS once, however often it is given it."""

    name = "simulator"

    @transaction.atomic
    def post(self, delivery, text):
        sms, _is_new = SimulatedSms.objects.get_or_create(
            delivery=delivery,
            defaults={"phone": delivery.address, "text": text, "created_at": timezone.now()},
        )
        return self._receipt(sms)

    def find(self, delivery, content):
        sms = SimulatedSms.objects.filter(delivery=delivery).first()
        return self._receipt(sms) if sms else None

    def _receipt(self, sms):
        return Receipt(self.name, f"SIM{sms.pk}", is_delivered=True)
