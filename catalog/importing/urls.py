"""Addresses of price lists in the workspace, under /workspace/."""

from django.urls import path

from catalog.importing import views

urlpatterns = [
    path("price-lists/", views.PriceUploads.as_view(), name="price_uploads"),
    path("price-lists/<int:pk>/", views.PriceUploadView.as_view(), name="price_upload"),
    path(
        "price-lists/<int:pk>/progress/",
        views.PriceUploadProgress.as_view(),
        name="price_upload_progress",
    ),
    path(
        "price-lists/<int:pk>/columns/",
        views.PriceUploadColumns.as_view(),
        name="price_upload_columns",
    ),
    path(
        "price-lists/<int:pk>/apply/", views.PriceUploadApply.as_view(), name="price_upload_apply"
    ),
    path(
        "price-lists/<int:pk>/roll-back/",
        views.PriceUploadRollBack.as_view(),
        name="price_upload_roll_back",
    ),
    path(
        "price-lists/<int:pk>/discard/",
        views.PriceUploadDiscard.as_view(),
        name="price_upload_discard",
    ),
    path(
        "price-lists/<int:pk>/report/<slug:kind>/",
        views.PriceUploadReport.as_view(),
        name="price_upload_report",
    ),
    path(
        "dealers/<int:pk>/price-lists/",
        views.DealerPriceUploads.as_view(),
        name="dealer_price_uploads",
    ),
    path(
        "dealers/<int:pk>/price-lists/<slug:kind>/",
        views.PriceDownload.as_view(),
        name="price_download",
    ),
]
