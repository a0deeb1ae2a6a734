"""The state of the system, for the manufacturer's staff."""

from django.shortcuts import render
from django.utils import timezone
from django.views import View

from analytics.status.selectors import LATE, figures, last_errors, unread_price_lists
from notifications.events import SECRET_EVENTS
from suz.common.access import ManufacturerMixin
from suz.common.providers import missing


class Status(ManufacturerMixin, View):
    """Ages of what is due, signs of life, the last errors; renews itself while it is open."""

    def get(self, request):
        errors = last_errors()
        if not request.user.is_administrator:
            errors = [one for one in errors if one.message.event not in SECRET_EVENTS]
        context = {
            "figures": figures(now=timezone.now()),
            "late_seconds": int(LATE.total_seconds()),
            "errors": errors,
            "price_lists": unread_price_lists(),
            "missing": missing(),
        }
        part = "status_body" if request.htmx else "status"
        return render(request, f"analytics/{part}.html", context)
