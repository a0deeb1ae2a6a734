"""Addresses of analytics outside the workspace, from the site's root."""

from django.urls import path

from analytics.collecting.views import counting
from analytics.exchange.feeds import dealer_feed, shop_feed
from analytics.exchange.views import exchange
from analytics.mailing.views import report_mail_off
from analytics.operations.health import healthz, readyz
from analytics.operations.metrics import metrics

urlpatterns = [
    path("counting/", counting, name="counting"),
    path("feeds/shop.yml", shop_feed, name="shop_feed"),
    path("feeds/dealers/<slug:slug>.yml", dealer_feed, name="dealer_feed"),
    path("exchange/1c/", exchange, name="exchange"),
    path("reports/off/<str:token>/", report_mail_off, name="report_mail_off"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
