"""Addresses of the tab of messages in the settings, under /workspace/settings/."""

from django.urls import path

from notifications.views import settings as views

TEXT = "notifications/<slug:event>/<slug:audience>/<slug:channel>/"

urlpatterns = [
    path("notifications/", views.NotificationSettings.as_view(), name="settings_notifications"),
    path(TEXT, views.NotificationText.as_view(), name="settings_notification_text"),
    path(
        f"{TEXT}preview/",
        views.NotificationPreview.as_view(),
        name="settings_notification_preview",
    ),
    path(f"{TEXT}test/", views.NotificationTest.as_view(), name="settings_notification_test"),
]
