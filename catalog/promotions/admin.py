"""Raw records of promotions, for superusers."""

from django.contrib import admin

from catalog.promotions.models import Promotion, PromotionDealer
from dealers.admin_journal import JournaledAdmin
from suz.common.admin import KeptMixin, LargeMixin, register_history

for tracked in (Promotion, PromotionDealer):
    register_history(tracked)


@admin.register(Promotion)
class PromotionAdmin(KeptMixin, JournaledAdmin):
    list_display = ("id", "name", "starts_on", "ends_on", "percent", "ended_at")
    list_display_links = ("id", "name")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    search_fields = ("=id", "name")
    raw_id_fields = ("regions", "products", "created_by")
    filter_horizontal = ("categories",)


@admin.register(PromotionDealer)
class PromotionDealerAdmin(KeptMixin, LargeMixin, JournaledAdmin):
    """Dealers leave in the workspace, where the history keeps who did it."""

    list_display = ("promotion", "dealer", "joined_by", "joined_at")
    list_select_related = ("promotion", "dealer", "joined_by")
    search_fields = ("promotion__name", "dealer__name")
    raw_id_fields = ("promotion", "dealer", "joined_by")
