"""Addresses of analytics outside the workspace, from the site's root."""

from django.urls import path

from analytics.collecting.views import counting
from analytics.operations.health import healthz, readyz
from analytics.operations.metrics import metrics

urlpatterns = [
    path("counting/", counting, name="counting"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
