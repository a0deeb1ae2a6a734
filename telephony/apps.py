from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelephonyConfig(AppConfig):
    name = "telephony"
    verbose_name = _("telephony")

    def ready(self):
        from orders.customer_history import register
        from telephony.customers import Calls

        register(Calls())
