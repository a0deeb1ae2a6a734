"""Uploads of price lists for superusers: what came in and what became of it, to read only."""

from django.contrib import admin

from catalog.importing.models import PriceUpload, PriceUploadRow
from suz.common.admin import LargeMixin, NumberedMixin, ReadOnlyMixin


@admin.register(PriceUpload)
class PriceUploadAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("id", "dealer", "file_name", "state", "created_by", "created_at", "applied_at")
    list_filter = ("state",)
    list_select_related = ("dealer", "created_by")
    search_fields = ("dealer__name", "file_name")


@admin.register(PriceUploadRow)
class PriceUploadRowAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("upload", "row", "kind", "product", "old_price", "new_price")
    list_filter = ("kind",)
    list_select_related = ("upload", "product")
    number_fields = ("upload_id",)
