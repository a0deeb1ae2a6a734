from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("notifications")

    def ready(self):
        # Every app declares what people are told of by it.
        autodiscover_modules("events")
        from notifications import bounces

        bounces.listen()
