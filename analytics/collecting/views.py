"""The visitor's answer whether visits may be counted, and what is counted in words."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from analytics.collecting.agents import is_bot
from analytics.collecting.consent import (
    remember_agreed,
    remember_refused,
    visitor_id,
)
from analytics.collecting.hits import PAGES, seen
from analytics.collecting.keeping import forget
from analytics.models import AnalyticsSettings, HitKind
from suz.common.returning import own_path


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def counting(request):
    """What is counted, and the answer to it: agreed or refused."""
    if request.method == "POST":
        return _answer(request)
    context = {
        "agreed": visitor_id(request) is not None,
        "keeping": AnalyticsSettings.load(),
        "counts": settings.COUNT_VISITS,
    }
    return render(request, "analytics/counting.html", context)


def _answer(request):
    page = own_path(request.POST.get("next", "")) or reverse("home")
    response = redirect(page)
    before = visitor_id(request)
    if request.POST.get("answer") == "yes":
        visitor = before or uuid.uuid4()
        remember_agreed(response, visitor)
        if before is None:
            _count(request, visitor, page)
    else:
        if before is not None:
            forget([before])
        remember_refused(response)
    return response


def _count(request, visitor, page):
    """The page on which the visitor agreed counts: the visit's marks stand in its address."""
    if not settings.COUNT_VISITS or is_bot(request.headers.get("User-Agent", "")):
        return
    parts = urlsplit(page)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return
    kind = PAGES.get(match.url_name)
    if kind is None:
        return
    seen(
        request,
        visitor,
        kind=kind,
        path=parts.path,
        parameters=QueryDict(parts.query),
        referrer=request.POST.get("referrer", ""),
        product=match.kwargs.get("pk") if kind == HitKind.PRODUCT else None,
    ).write(at=timezone.now())
