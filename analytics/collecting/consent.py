"""Whether a visitor agreed to be counted: a first-party cookie with the answer."""

import uuid

from suz.common.cookies import set_own_cookie

COOKIE = "visits"
REFUSED = "no"
# An agreement is asked for anew after a year, a refusal after half of one.
AGREED_SECONDS = 365 * 24 * 3600
REFUSED_SECONDS = AGREED_SECONDS // 2


def visitor_id(request):
    """The visitor's id (UUID), or None without an agreement."""
    value = request.COOKIES.get(COOKIE, "")
    if len(value) != 32:
        return None
    try:
        return uuid.UUID(hex=value)
    except ValueError:
        return None


def is_asked(request):
    """Whether the visitor has still to answer; a browser that says "do not" (GPC) is not asked."""
    if request.headers.get("Sec-GPC") == "1":
        return False
    return visitor_id(request) is None and request.COOKIES.get(COOKIE) != REFUSED


def remember_agreed(response, visitor):
    """Set the cookie with ``visitor`` (UUID)."""
    set_own_cookie(response, COOKIE, visitor.hex, max_age=AGREED_SECONDS)


def remember_refused(response):
    """Set the cookie that says not to ask again."""
    set_own_cookie(response, COOKIE, REFUSED, max_age=REFUSED_SECONDS)
