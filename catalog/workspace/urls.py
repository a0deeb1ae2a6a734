"""Addresses of the catalogue, of assortments and prices, under /workspace/."""

from django.urls import path

from catalog.workspace import assortment, catalogue, categories, families, prices, related

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
    path("assortment/related/", related.RelatedList.as_view(), name="related_list"),
    path("assortment/related/add/", related.RelatedAdd.as_view(), name="related_add"),
    path("assortment/related/<int:pk>/", related.RelatedEdit.as_view(), name="related_edit"),
    path(
        "assortment/related/<int:pk>/remove/",
        related.RelatedRemove.as_view(),
        name="related_remove",
    ),
    path(
        "dealers/<int:pk>/assortment/related/",
        related.DealerRelated.as_view(),
        name="dealer_related",
    ),
    path(
        "dealers/<int:dealer>/assortment/related/<int:pk>/",
        related.RelatedReview.as_view(),
        name="related_review",
    ),
    path("catalogue/", catalogue.Catalogue.as_view(), name="catalogue"),
    path("catalogue/export/", catalogue.CatalogueExport.as_view(), name="catalogue_export"),
    path(
        "catalogue/products/<int:pk>/",
        catalogue.CatalogueProduct.as_view(),
        name="catalogue_product",
    ),
    path(
        "catalogue/products/<int:pk>/price/",
        catalogue.CataloguePrice.as_view(),
        name="catalogue_price",
    ),
    path("catalogue/families/add/", families.FamilyAdd.as_view(), name="family_add"),
    path("catalogue/families/<int:pk>/", families.Family.as_view(), name="family"),
    path("catalogue/categories/", categories.CategoryList.as_view(), name="category_list"),
    path("catalogue/categories/add/", categories.CategoryAdd.as_view(), name="category_add"),
    path(
        "catalogue/categories/<int:pk>/",
        categories.CategoryEdit.as_view(),
        name="category_edit",
    ),
    *(
        path(
            f"catalogue/categories/<int:pk>/{change}/",
            categories.CategoryChange.as_view(change=change),
            name=f"category_{change}",
        )
        for change in ("up", "down", "on", "off")
    ),
    path("prices/", prices.DealerPrices.as_view(), name="dealer_prices"),
]
