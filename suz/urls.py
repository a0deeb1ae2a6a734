"""Addresses. Screens made of several apps are composed here."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("workspace/", include("orders.urls")),
    path("workspace/", include("orders.reason_urls")),
    path("workspace/", include("dealers.urls")),
    path("workspace/", include("notifications.urls")),
    path("workspace/", include("distribution.urls")),
]
