"""Who is told of what, by which channel: a tab of the settings, to read."""

from django.views.generic import TemplateView

from notifications.events import EVENTS, channels_of
from notifications.models import Audience
from suz.common.access import AdministratorMixin

# Whom a message goes to, in the order of the columns.
AUDIENCES = (Audience.CUSTOMER, Audience.DEALER, Audience.MANUFACTURER)


class NoticesView(AdministratorMixin, TemplateView):
    """Every event of the catalogue with its audiences and channels, as the code has them."""

    http_method_names = ("get", "head", "options")
    template_name = "notifications/notices.html"

    def get_context_data(self, **kwargs):
        rows = [
            {
                "event": event,
                "cells": [
                    {
                        "audience": audience,
                        "channels": channels_of(event.code, audience)
                        if audience in event.audiences
                        else (),
                    }
                    for audience in AUDIENCES
                ],
            }
            for event in EVENTS.values()
        ]
        return super().get_context_data(rows=rows, audiences=AUDIENCES, **kwargs)
