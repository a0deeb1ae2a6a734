"""Addresses of what is read of everything, under /workspace/."""

from django.urls import include, path

from analytics.channels.views import ChannelRules
from analytics.collecting.settings import AnalyticsSettingsPage
from analytics.conversions import views as conversions
from analytics.costs import views as costs
from analytics.mailing import views as mailing
from analytics.quality.views import QualityDesk
from analytics.reports.own import Scorecard
from analytics.reports.views import ReportExport, ReportOrders, ReportPage
from analytics.status.views import Status

urlpatterns = [
    path("analytics/", ReportPage.as_view(), name="reports"),
    path("analytics/orders/", ReportOrders.as_view(), name="report_orders"),
    path("analytics/<slug:code>/", ReportPage.as_view(), name="report"),
    path("analytics/<slug:code>/export/", ReportExport.as_view(), name="report_export"),
    path("settings/channels/", ChannelRules.as_view(), name="channels"),
    path("settings/analytics/", AnalyticsSettingsPage.as_view(), name="analytics_settings"),
    path("conversions/", conversions.Conversions.as_view(), name="conversions"),
    path("conversions/file/", conversions.ConversionsFile.as_view(), name="conversions_file"),
    path("conversions/statuses/", conversions.StatusExport.as_view(), name="status_export"),
    path("costs/", costs.CostList.as_view(), name="costs"),
    path("costs/export/", costs.CostExport.as_view(), name="cost_export"),
    path("costs/<int:pk>/remove/", costs.CostRemove.as_view(), name="cost_remove"),
    path("costs/uploads/", costs.CostUploads.as_view(), name="cost_uploads"),
    path("costs/uploads/<int:pk>/", costs.CostUploadPage.as_view(), name="cost_upload"),
    path(
        "costs/uploads/<int:pk>/apply/", costs.CostUploadApply.as_view(), name="cost_upload_apply"
    ),
    path("costs/uploads/<int:pk>/undo/", costs.CostUploadUndo.as_view(), name="cost_upload_undo"),
    path("costs/unmatched/", costs.Unmatched.as_view(), name="costs_unmatched"),
    path("reports/mail/", mailing.ReportMails.as_view(), name="report_mails"),
    path("reports/mail/<slug:rhythm>/", mailing.ReportMailLook.as_view(), name="report_mail_look"),
    path("scorecard/", Scorecard.as_view(), name="scorecard"),
    path("quality/", QualityDesk.as_view(), name="quality"),
    path("status/", Status.as_view(), name="status"),
    path("", include("analytics.outgoing.urls")),
]
