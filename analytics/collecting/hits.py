"""Writing down what a visitor did: one insert, which looks up nothing."""

import json
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

from analytics.collecting.agents import device_of, is_bot
from analytics.collecting.consent import visitor_id
from analytics.collecting.origins import marks_of, tidy_referrer
from analytics.models import HitKind
from catalog.visitor import known_visitor
from suz.common.happenings import told

# Pages of the shop that are counted, by the name of their address. None of a customer's own.
PAGES = {
    "home": HitKind.PAGE,
    "category": HitKind.PAGE,
    "product": HitKind.PRODUCT,
    "shop_promotions": HitKind.PAGE,
    "shop_promotion": HitKind.PAGE,
    "where": HitKind.PAGE,
    "dealer_page": HitKind.PAGE,
    "cart": HitKind.PAGE,
    "checkout": HitKind.CHECKOUT,
}
LONGEST_PATH = 300
METRIKA_COOKIE = "_ym_uid"
LONGEST_METRIKA = 32

# The commit is not waited for: a crash of the server may cost the last hits, never a page's time.
INSERT = """
    INSERT INTO analytics_hit
           (at, visitor, kind, path, referrer, marks, device, region_id, product_id, order_id)
    SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s
      FROM set_config('synchronous_commit', 'off', true)
"""


@dataclass(frozen=True)
class Sight:
    """A hit not yet written; fields as those of ``Hit``."""

    visitor: UUID
    kind: str
    path: str
    referrer: str
    marks: dict
    device: str
    region: int | None = None
    product: int | None = None
    order: int | None = None

    def write(self, *, at):
        """Insert it: one statement."""
        with connection.cursor() as cursor:
            cursor.execute(
                INSERT,
                (
                    at,
                    self.visitor,
                    self.kind,
                    self.path,
                    self.referrer,
                    json.dumps(self.marks),
                    self.device,
                    self.region,
                    self.product,
                    self.order,
                ),
            )


def sight_of(request, response):
    """What the request's visitor did, or None where there is nothing to count."""
    visitor = visitor_id(request)
    if visitor is None or not settings.COUNT_VISITS:
        return None
    kind, product, order = _what(request, response)
    if kind is None or is_bot(request.headers.get("User-Agent", "")):
        return None
    return seen(
        request,
        visitor,
        kind=kind,
        path=request.path,
        parameters=request.GET,
        referrer=request.headers.get("Referer", ""),
        product=product,
        order=order,
    )


def seen(request, visitor, *, kind, path, parameters, referrer, product=None, order=None):
    """A Sight of the request's visitor at ``path``, whatever address the request itself has."""
    marks = marks_of(parameters)
    metrika = request.COOKIES.get(METRIKA_COOKIE, "")
    if metrika.isascii() and metrika.isdigit() and len(metrika) <= LONGEST_METRIKA:
        marks["metrika"] = metrika
    known = known_visitor(request)
    return Sight(
        visitor=visitor,
        kind=kind,
        path=path.replace("\x00", "")[:LONGEST_PATH],
        referrer=tidy_referrer(referrer[:2_000].replace("\x00", ""), request.get_host()),
        marks=marks,
        device=device_of(request.headers.get("User-Agent", "")),
        # A guessed region says nothing of the visitor.
        region=known.region_id if known and not known.is_guess else None,
        product=product,
        order=order,
    )


def _what(request, response):
    """(kind, product, order) of what was done; kind None: nothing that is counted."""
    happening = told(request)
    if happening is not None:
        return happening.kind, happening.product, happening.order
    match = request.resolver_match
    kind = PAGES.get(match.url_name) if match else None
    if (
        kind is None
        or request.method != "GET"
        or response.status_code != 200
        or request.headers.get("HX-Request")
        # Opened by the browser in advance, perhaps for nobody.
        or "prefetch" in request.headers.get("Sec-Purpose", "")
    ):
        return None, None, None
    return kind, match.kwargs.get("pk") if kind == HitKind.PRODUCT else None, None
