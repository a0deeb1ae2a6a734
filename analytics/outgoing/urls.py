"""Addresses of connected systems, under /workspace/."""

from django.urls import path

from analytics.api import views as tokens
from analytics.leadsdb import views as leadsdb
from analytics.webhooks import views as webhooks

SETTINGS = "settings/integrations/"
DEALER = "dealers/<int:pk>/webhooks/"
WEBHOOK = f"{DEALER}<int:endpoint>/"

urlpatterns = [
    path(SETTINGS, leadsdb.Integrations.as_view(), name="integrations"),
    path(f"{SETTINGS}test/", leadsdb.LeadsDBTest.as_view(), name="leadsdb_test"),
    path(f"{SETTINGS}test/<int:pk>/", leadsdb.TestState.as_view(), name="outgoing_test"),
    path(f"{SETTINGS}sync/", leadsdb.SyncStart.as_view(), name="leadsdb_sync"),
    path(f"{SETTINGS}sync/stop/", leadsdb.SyncStop.as_view(), name="leadsdb_sync_stop"),
    path(
        f"{SETTINGS}sync/progress/",
        leadsdb.SyncProgressPart.as_view(),
        name="leadsdb_sync_progress",
    ),
    path(f"{SETTINGS}log/", leadsdb.LeadsDBLog.as_view(), name="leadsdb_log"),
    path(f"{SETTINGS}log/retry/", leadsdb.LeadsDBRetryAll.as_view(), name="leadsdb_retry_all"),
    path(f"{SETTINGS}log/<int:pk>/retry/", leadsdb.DispatchRetry.as_view(), name="outgoing_retry"),
    path("dealers/<int:pk>/api/", tokens.DealerTokens.as_view(), name="api_tokens"),
    path(
        "dealers/<int:pk>/api/<int:token>/revoke/",
        tokens.TokenRevoke.as_view(),
        name="api_token_revoke",
    ),
    path(DEALER, webhooks.DealerWebhooks.as_view(), name="dealer_webhooks"),
    path(f"{DEALER}add/", webhooks.WebhookAdd.as_view(), name="webhook_add"),
    path(WEBHOOK, webhooks.WebhookEdit.as_view(), name="webhook_edit"),
    path(f"{WEBHOOK}secret/", webhooks.WebhookSecret.as_view(), name="webhook_secret"),
    path(f"{WEBHOOK}test/", webhooks.WebhookTest.as_view(), name="webhook_test"),
    path(f"{WEBHOOK}retry/", webhooks.WebhookRetryAll.as_view(), name="webhook_retry_all"),
]
