"""Addresses of the settings' tabs about orders, under /workspace/."""

from django.urls import path

from orders.consent_views import ConsentTexts, ConsentVersionPage
from orders.reason_views import ReasonAdd, ReasonChange, ReasonList, ReasonRename

urlpatterns = [
    path("settings/consents/", ConsentTexts.as_view(), name="consent_texts"),
    path("settings/consents/<int:number>/", ConsentVersionPage.as_view(), name="consent_version"),
    path("settings/reasons/", ReasonList.as_view(), name="reason_list"),
    path("settings/reasons/add/<slug:kind>/", ReasonAdd.as_view(), name="reason_add"),
    path("settings/reasons/<int:pk>/", ReasonRename.as_view(), name="reason_rename"),
    *(
        path(
            f"settings/reasons/<int:pk>/{change}/",
            ReasonChange.as_view(change=change),
            name=f"reason_{change}",
        )
        for change in ReasonChange.changes
    ),
]
