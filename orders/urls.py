"""Addresses of orders in the workspace, under /workspace/."""

from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="order_list"), name="workspace"),
]
