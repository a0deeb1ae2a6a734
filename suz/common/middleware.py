"""What every request of the workspace begins with."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pghistory
from django.conf import settings
from django.core.exceptions import BadRequest
from django.utils import timezone

from suz.common.net import client_address
from suz.common.origin import coming_from

WORKSPACE = "/workspace/"
# Where people of the workspace write; elsewhere customers do.
STAFF = (WORKSPACE, "/admin/", "/accounts/")
READING = ("GET", "HEAD", "OPTIONS", "TRACE")


def viewer_time_zone(get_response):
    """Show the workspace's times in the zone of the person who looks.

    Pages of the shop do without: they would read the session for nothing.
    """

    def respond(request):
        if not request.path_info.startswith(WORKSPACE) or not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(_zone(request.user.time_zone)):
            return get_response(request)

    return respond


def _zone(name):
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.get_default_timezone()


def readable(get_response):
    """Refuse what no browser of ours sends and nothing behind could read.

    Forms are UTF-8 (other codecs of Python end in an error); keys of sessions are plain letters.
    """

    def respond(request):
        charset = request.content_params.get("charset", "utf-8").lower()
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if charset not in ("utf-8", "utf8") or "\x00" in key:
            raise BadRequest("unreadable")
        return get_response(request)

    return respond


def authored(get_response):
    """Let every record that a request changes keep in its history whose request it was."""

    def respond(request):
        with coming_from(client_address(request)):
            if request.method in READING:
                return get_response(request)
            with pghistory.context(**_author(request)):
                return get_response(request)

    return respond


def _author(request):
    # Pages of the shop would read the session for nothing.
    if request.path_info.startswith(STAFF) and request.user.is_authenticated:
        return {"user": request.user.pk}
    return {"customer": True}
