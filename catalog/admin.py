"""Raw records of the catalogue, for superusers."""

from django.contrib import admin

from catalog.models import Category, DealerProduct, DealerService, Product, ProductFamily


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "position", "is_active"]
    list_editable = ["position", "is_active"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(ProductFamily)
class ProductFamilyAdmin(admin.ModelAdmin):
    list_display = ["name", "category", "position"]
    list_filter = ["category"]
    list_select_related = ["category"]
    search_fields = ["name"]


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ["id", "name", "family", "colour", "recommended_price", "unit", "is_active"]
    list_display_links = ["id", "name"]
    list_filter = ["is_active", "family__category"]
    list_select_related = ["family"]
    search_fields = ["name", "colour"]
    autocomplete_fields = ["family"]


@admin.register(DealerProduct)
class DealerProductAdmin(admin.ModelAdmin):
    list_display = ["dealer", "product", "in_stock", "price"]
    list_select_related = ["dealer", "product"]
    search_fields = ["dealer__name", "product__name"]
    raw_id_fields = ["dealer", "product"]


@admin.register(DealerService)
class DealerServiceAdmin(admin.ModelAdmin):
    list_display = ["dealer", "service", "price", "note"]
    list_filter = ["service"]
    list_select_related = ["dealer"]
    search_fields = ["dealer__name"]
    raw_id_fields = ["dealer"]
