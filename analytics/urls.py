"""Addresses of what is read of everything, under /workspace/."""

from django.urls import include, path

from analytics.collecting.settings import AnalyticsSettingsPage
from analytics.quality.views import QualityDesk
from analytics.reports.own import Scorecard
from analytics.reports.views import ReportExport, ReportOrders, ReportPage
from analytics.status.views import Status

urlpatterns = [
    path("analytics/", ReportPage.as_view(), name="reports"),
    path("analytics/orders/", ReportOrders.as_view(), name="report_orders"),
    path("analytics/<slug:code>/", ReportPage.as_view(), name="report"),
    path("analytics/<slug:code>/export/", ReportExport.as_view(), name="report_export"),
    path("settings/analytics/", AnalyticsSettingsPage.as_view(), name="analytics_settings"),
    path("scorecard/", Scorecard.as_view(), name="scorecard"),
    path("quality/", QualityDesk.as_view(), name="quality"),
    path("status/", Status.as_view(), name="status"),
    path("", include("analytics.outgoing.urls")),
]
