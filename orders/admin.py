"""Raw records of orders, for superusers. Statuses and sums change in the workspace only."""

from django.contrib import admin

from orders.models import (
    Assignment,
    Attention,
    Cart,
    CartLine,
    CommentFile,
    Consent,
    Customer,
    DealerQuote,
    HistoryEntry,
    Offer,
    Order,
    OrderLine,
    Reason,
)
from suz.common.admin import KeptMixin, LargeMixin, ReadOnlyMixin

# The customer's own words, which may be corrected.
CORRECTABLE = ("customer_name", "phone", "email", "address", "latitude", "longitude", "comment")


class LineInline(ReadOnlyMixin, admin.TabularInline):
    model = OrderLine
    extra = 0
    fields = ("position", "product", "name", "quantity", "unit", "price", "total")


class OfferInline(ReadOnlyMixin, admin.TabularInline):
    model = Offer
    extra = 0
    fields = ("cycle", "dealer", "strategy", "state", "opened_at", "closed_at")


@admin.register(Order)
class OrderAdmin(KeptMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("id", "status", "customer_name", "place", "dealer", "total", "created_at")
    list_filter = ("status", "source", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("place", "dealer")
    search_fields = ("=id", "customer_name__istartswith", "phone__startswith", "email__iexact")
    date_hierarchy = "created_at"
    inlines = (LineInline, OfferInline)

    def has_add_permission(self, request):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in Order._meta.fields if field.name not in CORRECTABLE]


@admin.register(Customer)
class CustomerAdmin(KeptMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("name", "phone", "email", "created_at")
    search_fields = ("name__istartswith", "phone__startswith", "email__iexact")

    def has_add_permission(self, request):
        return False


@admin.register(Reason)
class ReasonAdmin(KeptMixin, admin.ModelAdmin):
    list_display = ("text", "kind", "party", "position", "is_active")
    list_filter = ("kind", "party", "is_active")
    search_fields = ("text",)


@admin.register(HistoryEntry)
class HistoryEntryAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("created_at", "order", "kind", "actor", "dealer", "by_customer", "is_visible")
    list_filter = ("kind", "by_customer", "is_visible")
    list_select_related = ("order", "actor", "dealer")
    search_fields = ("=order__id", "text")


@admin.register(CommentFile)
class CommentFileAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("name", "content_type", "size", "entry")
    list_select_related = ("entry",)
    search_fields = ("=entry__order__id", "name")
    # What is in the file goes out through the order's card only, which looks at the rights.
    exclude = ("file", "preview")


@admin.register(Offer)
class OfferAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("order", "cycle", "dealer", "strategy", "state", "opened_at", "closed_at")
    list_filter = ("state", "strategy")
    list_select_related = ("order", "dealer")
    search_fields = ("=order__id", "dealer__name")


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("order", "cycle", "dealer", "manager", "by_hand", "started_at", "end")
    list_filter = ("end", "by_hand")
    list_select_related = ("order", "dealer", "manager")
    search_fields = ("=order__id", "dealer__name")


@admin.register(DealerQuote)
class DealerQuoteAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("order", "dealer", "goods_total", "total", "created_at")
    list_select_related = ("order", "dealer")
    search_fields = ("=order__id", "dealer__name")


@admin.register(Attention)
class AttentionAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("order", "reason", "raised_at", "resolved_at", "resolved_by")
    list_filter = ("reason", ("resolved_at", admin.EmptyFieldListFilter))
    list_select_related = ("order", "resolved_by")
    search_fields = ("=order__id",)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("order", "customer", "kind", "text_version", "given_at", "address")
    list_filter = ("kind", "text_version")
    list_select_related = ("order", "customer")
    search_fields = ("=order__id", "customer__phone__startswith")


class CartLineInline(ReadOnlyMixin, admin.TabularInline):
    model = CartLine
    extra = 0


@admin.register(Cart)
class CartAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    """The token opens the cart, so it is not shown."""

    list_display = ("id", "chosen_dealer", "created_at", "updated_at")
    list_select_related = ("chosen_dealer",)
    search_fields = ("=id",)
    exclude = ("token",)
    inlines = (CartLineInline,)
