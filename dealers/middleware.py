"""What a user's settings mean for a request."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone


class TimeZoneMiddleware:
    """Shows times in the zone of the person."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # The storefront needs no user, so it is not asked who is looking.
        user = request.user if request.path.startswith("/workspace/") else None
        if user is None or not user.is_authenticated:
            return self.get_response(request)
        try:
            zone = ZoneInfo(user.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)
