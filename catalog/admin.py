"""Raw records of the catalogue and of dealers' assortment, for superusers."""

from django.contrib import admin

from catalog.models import (
    AssortmentChange,
    Category,
    DealerProduct,
    DealerService,
    Product,
    ProductFamily,
)
from catalog.services.related import owner_data
from dealers.admin_journal import JournaledAdmin
from suz.common.admin import (
    KeptMixin,
    LargeMixin,
    NumberedMixin,
    ReadOnlyMixin,
    register_history,
)

for tracked in (Category, ProductFamily, Product, DealerProduct, DealerService):
    register_history(tracked)


@admin.register(Category)
class CategoryAdmin(KeptMixin, JournaledAdmin):
    list_display = ("name", "position", "is_active", "is_related")
    list_editable = ("position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(ProductFamily)
class ProductFamilyAdmin(KeptMixin, JournaledAdmin):
    list_display = ("name", "category", "position")
    list_filter = ("category",)
    list_select_related = ("category",)
    search_fields = ("name", "category__name")


@admin.register(Product)
class ProductAdmin(KeptMixin, NumberedMixin, JournaledAdmin):
    """Products are taken off sale, never deleted: orders refer to them.

    Those with an owner are dealers' related products.
    """

    list_display = (
        *("id", "name", "family", "colour", "unit", "recommended_price"),
        *("is_active", "owner", "hidden_at"),
    )
    list_display_links = ("id", "name")
    list_filter = (
        "is_active",
        ("owner", admin.EmptyFieldListFilter),
        ("hidden_at", admin.EmptyFieldListFilter),
        "family__category",
    )
    list_select_related = ("family", "owner")
    search_fields = ("name", "colour", "family__name", "owner__name")
    autocomplete_fields = ("family",)
    raw_id_fields = ("owner",)

    def journal_data(self, obj):
        return owner_data(obj.owner) if obj.owner_id else {}


@admin.register(DealerProduct)
class DealerProductAdmin(LargeMixin, JournaledAdmin):
    list_display = ("dealer", "product", "in_stock", "price")
    list_filter = ("in_stock",)
    list_select_related = ("dealer", "product")
    search_fields = ("dealer__name", "product__name")
    raw_id_fields = ("dealer", "product")


@admin.register(DealerService)
class DealerServiceAdmin(JournaledAdmin):
    list_display = ("dealer", "service", "price", "note")
    list_filter = ("service",)
    list_select_related = ("dealer",)
    search_fields = ("dealer__name",)
    raw_id_fields = ("dealer",)


@admin.register(AssortmentChange)
class AssortmentChangeAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    """Changes of many products at once; each is taken back on the page of the assortment."""

    list_display = ("dealer", "made_by", "made_at", "undone_at")
    list_select_related = ("dealer", "made_by")
    search_fields = ("dealer__name", "made_by__email")


# Parts of the app register their own records.
from catalog.importing import admin as importing_admin  # noqa: E402, F401
from catalog.promotions import admin as promotions_admin  # noqa: E402, F401
