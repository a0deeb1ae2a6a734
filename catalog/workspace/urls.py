"""Addresses of assortments and prices, under /workspace/."""

from django.urls import path

from catalog.workspace import assortment, prices

urlpatterns = [
    path("assortment/", assortment.Assortment.as_view(), name="assortment"),
    path(
        "assortment/products/<int:pk>/",
        assortment.AssortmentRow.as_view(),
        name="assortment_row",
    ),
    path("assortment/terms/", assortment.AssortmentTerms.as_view(), name="assortment_terms"),
    path("assortment/undo/", assortment.AssortmentUndo.as_view(), name="assortment_undo"),
    path("assortment/services/", assortment.Services.as_view(), name="assortment_services"),
    path(
        "dealers/<int:pk>/assortment/",
        assortment.DealerAssortment.as_view(),
        name="dealer_assortment",
    ),
    path("prices/", prices.DealerPrices.as_view(), name="dealer_prices"),
]
