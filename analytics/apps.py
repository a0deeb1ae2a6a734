from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("analytics")

    def ready(self):
        from analytics.customers import Visits
        from orders.customer_history import register

        register(Visits())
