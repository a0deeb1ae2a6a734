"""Addresses at which providers report, under /hooks/."""

from django.conf import settings
from django.urls import path

from notifications.views import hooks

urlpatterns = [
    path("sms/twilio/<int:pk>/", hooks.TwilioStatus.as_view(), name="sms_status"),
    path("sms/smsru/", hooks.SmsRuStatus.as_view(), name="sms_status_smsru"),
]

if settings.UNISENDER_GO_API_KEY:
    from anymail.webhooks.unisender_go import UnisenderGoTrackingWebhookView

    urlpatterns.append(
        path("mail/unisender-go/", UnisenderGoTrackingWebhookView.as_view(), name="mail_status")
    )
