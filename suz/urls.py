"""Addresses. Screens made of several apps are composed here."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, include, path
from django.views.decorators.cache import cache_control
from django.views.static import serve

import orders.urls
from distribution.lazy import catching_up

# What distribution owes an order is done before these show it or act on it.
CAUGHT_UP = {
    "order_list",
    "order_available",
    "order_card",
    "order_accept",
    "order_decline",
}
# Pictures have random names: what is behind an address never changes.
pictures = cache_control(public=True, max_age=31_536_000, immutable=True)(serve)


def caught_up(patterns):
    """The same addresses, with distribution caught up before the views that need it."""
    return [
        URLPattern(
            pattern.pattern, catching_up(pattern.callback), pattern.default_args, pattern.name
        )
        if pattern.name in CAUGHT_UP
        else pattern
        for pattern in patterns
    ]


urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("workspace/", include(caught_up(orders.urls.urlpatterns))),
    path("workspace/", include("orders.reason_urls")),
    path("workspace/", include("dealers.urls")),
    path("workspace/", include("notifications.urls")),
    path("workspace/", include("distribution.urls")),
    path("", include("orders.storefront_urls")),
    path("", include("catalog.urls")),
    path(
        f"{settings.MEDIA_URL.strip('/')}/<path:path>",
        pictures,
        {"document_root": settings.MEDIA_ROOT},
        name="media",
    ),
]
