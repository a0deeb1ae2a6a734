"""Addresses of messages in the workspace, under /workspace/."""

from django.urls import path

from notifications.views import mails, messages, preferences

urlpatterns = [
    path("bell/", messages.BellView.as_view(), name="bell"),
    path("messages/", messages.MessageListView.as_view(), name="message_list"),
    path("messages/read/", messages.MessagesReadView.as_view(), name="messages_read"),
    path("messages/<int:pk>/open/", messages.MessageOpenView.as_view(), name="message_open"),
    path("messages/<int:pk>/read/", messages.MessageReadView.as_view(), name="message_read"),
    path("notifications/", preferences.MyNotifications.as_view(), name="my_notifications"),
    path("mails/", mails.MailListView.as_view(), name="mail_list"),
    path("mails/<int:pk>/", mails.MailView.as_view(), name="mail"),
    path("mails/<int:pk>/html/", mails.MailHtmlView.as_view(), name="mail_html"),
    path("mails/<int:pk>/retry/", mails.MailRetryView.as_view(), name="mail_retry"),
    path("mails/<int:pk>/cancel/", mails.MailCancelView.as_view(), name="mail_cancel"),
]
