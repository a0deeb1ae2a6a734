"""Addresses of distribution in the workspace, under /workspace/."""

from django.urls import path

from distribution.lazy import catching_up
from distribution.views import attention, chains

urlpatterns = [
    path("strategies/", chains.ChainView.as_view(), name="chain"),
    path("strategies/preview/", chains.ChainPreview.as_view(), name="chain_preview"),
    path("strategies/add/", chains.ChainAdd.as_view(), name="chain_add"),
    path("strategies/<int:region_pk>/", chains.ChainView.as_view(), name="chain_region"),
    path(
        "strategies/<int:region_pk>/preview/",
        chains.ChainPreview.as_view(),
        name="chain_region_preview",
    ),
    path("strategies/<int:region_pk>/switch/", chains.ChainSwitch.as_view(), name="chain_switch"),
    path("strategies/<int:region_pk>/remove/", chains.ChainRemove.as_view(), name="chain_remove"),
    path("attention/", catching_up(attention.AttentionList.as_view()), name="attention_list"),
    path(
        "attention/<int:pk>/assign/", attention.AttentionAssign.as_view(), name="attention_assign"
    ),
    path("attention/<int:pk>/seen/", attention.AttentionSeen.as_view(), name="attention_seen"),
    path(
        "orders/<int:pk>/restart/",
        attention.DistributionRestart.as_view(),
        name="distribution_restart",
    ),
]
