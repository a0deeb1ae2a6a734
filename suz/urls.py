"""Addresses. Screens made of several apps are composed here."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.urls import URLPattern, include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.static import serve

import notifications.settings_urls
import orders.urls
from analytics.api.v1 import api
from dealers.second_factor import proven
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
@cache_control(public=True, max_age=31_536_000, immutable=True)
def pictures(request, path):
    """A picture; a name too long for any file is one that is not there."""
    try:
        return serve(request, path, document_root=settings.MEDIA_ROOT)
    except OSError as error:
        raise Http404 from error


@login_required
def admin_login(request):
    """The admin has no login of its own: it would know no limits and no second factor."""
    if not request.user.is_superuser:
        raise Http404
    return redirect("admin:index")


def closed(request, **kwargs):
    """What a library offers and the product does not: people's addresses are given to them."""
    raise Http404


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


# What superusers read above every page of theirs.
admin.site.site_header = admin.site.site_title = _("Records as they are kept")


def proving(patterns):
    """The same addresses, for administrators who have proved lately who they are."""
    return [
        URLPattern(pattern.pattern, proven(pattern.callback), pattern.default_args, pattern.name)
        for pattern in patterns
    ]


urlpatterns = [
    path("admin/login/", admin_login),
    path("admin/", admin.site.urls),
    path("accounts/email/", closed, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("workspace/", include(caught_up(orders.urls.urlpatterns))),
    path("workspace/", include("orders.complaints.urls")),
    path("workspace/", include("orders.customer_urls")),
    path("workspace/", include("orders.reason_urls")),
    path("workspace/", include("orders.promo_code_urls")),
    path("workspace/", include("dealers.urls")),
    path("workspace/settings/", include(proving(notifications.settings_urls.urlpatterns))),
    path("workspace/", include("catalog.importing.urls")),
    path("workspace/", include("catalog.promotions.urls")),
    path("workspace/", include("catalog.workspace.urls")),
    path("workspace/", include("notifications.urls")),
    path("workspace/", include("distribution.urls")),
    path("workspace/", include("telephony.urls")),
    path("telephony/", include("telephony.callback_urls")),
    path("workspace/", include("surveys.urls")),
    path("workspace/", include("analytics.urls")),
    path("hooks/", include("notifications.hook_urls")),
    path("", include("orders.storefront_urls")),
    path("", include("surveys.public_urls")),
    path("api/v1/", api.urls),
    path("", include("analytics.shop_urls")),
    path("", include("catalog.urls")),
    path(
        f"{settings.MEDIA_URL.strip('/')}/<path:path>",
        pictures,
        name="media",
    ),
]
