"""Raw records of orders, for superusers. Statuses and sums change in the workspace only.

Customers' phones are masked here: the order's page shows them and keeps who looked.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dealers.admin_journal import JournaledAdmin
from orders.models import (
    Assignment,
    Attention,
    Cart,
    CartLine,
    CommentFile,
    Consent,
    ConsentVersion,
    Conversation,
    Customer,
    CustomerDeed,
    CustomerErasure,
    CustomerMerge,
    CustomerNote,
    DealerQuote,
    HistoryEntry,
    ListColumns,
    Offer,
    Order,
    OrderLine,
    OrderLookup,
    PromoCode,
    Reason,
)
from suz.common.admin import (
    KeptMixin,
    LargeMixin,
    NumberedMixin,
    ReadOnlyMixin,
    register_history,
)
from suz.common.masking import without_phones
from suz.common.text import hidden_phone

register_history(PromoCode)

# The customer's own words, which may be corrected.
CORRECTABLE = ("customer_name", "email", "address", "latitude", "longitude")


@admin.display(description=_("phone"))
def phone_shown(customer):
    """The phone of a customer or an order, masked."""
    return hidden_phone(customer.phone)


@admin.display(description=_("comment"))
def comment_shown(order):
    """What the customer wrote, phones masked."""
    return without_phones(order.comment)


@admin.display(description=_("text"))
def text_shown(entry):
    """What was written, phones masked."""
    return without_phones(entry.text)


class LineInline(ReadOnlyMixin, admin.TabularInline):
    model = OrderLine
    extra = 0
    fields = ("position", "product", "name", "quantity", "unit", "price", "total")


class OfferInline(ReadOnlyMixin, admin.TabularInline):
    model = Offer
    extra = 0
    fields = ("cycle", "dealer", "strategy", "state", "opened_at", "closed_at")


@admin.register(Order)
class OrderAdmin(KeptMixin, LargeMixin, NumberedMixin, JournaledAdmin):
    """Deleted orders are here as well."""

    list_display = (
        "id",
        "status",
        "customer_name",
        "place",
        "dealer",
        "total",
        "created_at",
        "deleted_at",
    )
    list_filter = ("status", "source", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("place", "dealer")
    inlines = (LineInline, OfferInline)
    exclude = ("phone", "comment")
    search_help_text = _("The number of an order")
    private_fields = CORRECTABLE

    def has_add_permission(self, request):
        return False

    def get_readonly_fields(self, request, obj=None):
        fixed = [
            field.name
            for field in Order._meta.fields
            if field.name not in (*CORRECTABLE, *self.exclude)
        ]
        return [*fixed, phone_shown, comment_shown]


@admin.register(Customer)
class CustomerAdmin(KeptMixin, LargeMixin, NumberedMixin, JournaledAdmin):
    list_display = ("id", "name", phone_shown, "email", "created_at")
    list_display_links = ("id", "name")
    exclude = ("phone",)
    readonly_fields = (phone_shown, "created_at")
    search_help_text = _("The number of a customer")
    private_fields = ("name", "email")

    def has_add_permission(self, request):
        return False


@admin.register(CustomerNote)
class CustomerNoteAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("customer", "author", "created_at", "edited_at", "deleted_at")
    list_select_related = ("customer", "author")
    number_fields = ("customer_id",)


@admin.register(CustomerDeed)
class CustomerDeedAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("created_at", "customer", "kind", "actor")
    list_filter = ("kind",)
    list_select_related = ("customer", "actor")
    number_fields = ("customer_id",)


@admin.register(CustomerMerge)
class CustomerMergeAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("at", "merged", "kept", "by", "undone_at")
    list_select_related = ("merged", "kept", "by")
    number_fields = ("kept_id", "merged_id")


@admin.register(CustomerErasure)
class CustomerErasureAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("at", "customer", "by", "reason", "done_at")
    list_select_related = ("customer", "by")
    number_fields = ("customer_id",)


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "position", "name", "quantity", "price", "total")
    list_select_related = ("order",)
    number_fields = ("order_id",)


@admin.register(Reason)
class ReasonAdmin(KeptMixin, JournaledAdmin):
    list_display = ("text", "kind", "party", "position", "is_active")
    list_filter = ("kind", "party", "is_active")
    search_fields = ("text",)


@admin.register(PromoCode)
class PromoCodeAdmin(KeptMixin, LargeMixin, JournaledAdmin):
    """Codes are switched off, never deleted: orders refer to them."""

    list_display = ("code", "percent", "amount", "uses", "max_uses", "starts_on", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "note")
    readonly_fields = ("uses",)
    raw_id_fields = ("regions", "created_by")


@admin.register(HistoryEntry)
class HistoryEntryAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("created_at", "order", "kind", "actor", "dealer", "by_customer", "is_visible")
    list_filter = ("kind", "by_customer", "is_visible")
    list_select_related = ("order", "actor", "dealer")
    number_fields = ("order_id",)
    exclude = ("text",)
    readonly_fields = (text_shown,)


@admin.register(CommentFile)
class CommentFileAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("name", "content_type", "size", "entry")
    list_select_related = ("entry",)
    search_fields = ("=entry__order__id", "name")
    # What is in the file goes out through the order's card only, which looks at the rights.
    exclude = ("file", "preview")


@admin.register(Offer)
class OfferAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "cycle", "dealer", "strategy", "state", "opened_at", "closed_at")
    list_filter = ("state",)
    list_select_related = ("order", "dealer")
    number_fields = ("order_id",)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "cycle", "dealer", "manager", "by_hand", "started_at", "end")
    list_filter = ("end", "by_hand")
    list_select_related = ("order", "dealer", "manager")
    number_fields = ("order_id",)


@admin.register(DealerQuote)
class DealerQuoteAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "dealer", "goods_total", "total", "created_at")
    list_select_related = ("order", "dealer")
    number_fields = ("order_id",)


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "dealer", "unanswered_since", "answer_due_at", "asks")
    list_filter = ("asks",)
    list_select_related = ("order", "dealer")
    number_fields = ("order_id",)


@admin.register(OrderLookup)
class OrderLookupAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("created_at", "number", "tries", "expires_at", "used_at")
    number_fields = ("number",)
    # Neither the number that somebody typed nor the code is anybody's business.
    exclude = ("phone", "digest")


@admin.register(Attention)
class AttentionAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "reason", "raised_at", "resolved_at", "resolved_by")
    list_filter = ("reason", ("resolved_at", admin.EmptyFieldListFilter))
    list_select_related = ("order", "resolved_by")
    number_fields = ("order_id",)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "customer", "kind", "text_version", "given_at", "address")
    list_filter = ("kind",)
    list_select_related = ("order", "customer")
    number_fields = ("order_id",)


@admin.register(ConsentVersion)
class ConsentVersionAdmin(ReadOnlyMixin, NumberedMixin, admin.ModelAdmin):
    """Edited in the settings, where every change is a new version."""

    list_display = ("number", "created_at", "created_by")
    list_select_related = ("created_by",)
    number_fields = ("number",)


@admin.register(ListColumns)
class ListColumnsAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Which columns of the list of orders a person has chosen."""

    list_display = ("user", "columns")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")


class CartLineInline(ReadOnlyMixin, admin.TabularInline):
    model = CartLine
    extra = 0


@admin.register(Cart)
class CartAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    """The token opens the cart, so it is not shown."""

    list_display = ("id", "chosen_dealer", "created_at", "updated_at")
    list_select_related = ("chosen_dealer",)
    exclude = ("token", "form_key")
    inlines = (CartLineInline,)


@admin.register(CartLine)
class CartLineAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("cart", "product", "quantity")
    list_select_related = ("cart", "product")
    number_fields = ("cart_id",)
    exclude = ("cart",)


from orders.complaints import admin as complaints_admin  # noqa: E402, F401
