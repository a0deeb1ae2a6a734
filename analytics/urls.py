"""Addresses of what is read of everything, under /workspace/."""

from django.urls import path

from analytics.status.views import Status

urlpatterns = [path("status/", Status.as_view(), name="status")]
