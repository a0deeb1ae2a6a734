"""Addresses of distribution in the workspace, under /workspace/."""

from django.urls import path

from distribution.views import chains

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
]
