"""Addresses of what is read of everything, under /workspace/."""

from django.urls import include, path

from analytics.quality.views import QualityDesk
from analytics.status.views import Status

urlpatterns = [
    path("quality/", QualityDesk.as_view(), name="quality"),
    path("status/", Status.as_view(), name="status"),
    path("", include("analytics.outgoing.urls")),
]
