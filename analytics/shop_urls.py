"""Addresses of analytics on the shop's side, from the site's root."""

from django.urls import path

from analytics.collecting.views import counting

urlpatterns = [path("counting/", counting, name="counting")]
