"""Raw records of complaints, for superusers: read, never changed. Phones in texts are masked."""

from django.contrib import admin

from orders.admin import text_shown
from orders.models import Complaint, ComplaintEntry, ComplaintFile
from suz.common.admin import LargeMixin, NumberedMixin, ReadOnlyMixin


@admin.register(Complaint)
class ComplaintAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("id", "order", "state", "category", "dealer", "owner", "due_on", "outcome")
    list_filter = ("state", "outcome")
    list_select_related = ("order", "category", "dealer", "owner")
    number_fields = ("id", "order_id")
    exclude = ("text", "form_key")
    readonly_fields = (text_shown,)


@admin.register(ComplaintEntry)
class ComplaintEntryAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("created_at", "complaint", "kind", "actor", "by_customer")
    list_filter = ("kind", "by_customer")
    list_select_related = ("complaint", "actor")
    number_fields = ("complaint_id",)
    exclude = ("text",)
    readonly_fields = (text_shown,)


@admin.register(ComplaintFile)
class ComplaintFileAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("name", "content_type", "size", "entry")
    list_select_related = ("entry",)
    search_fields = ("=entry__complaint__order__id", "name")
    # What is in the file goes out through the complaint's page only, which looks at the rights.
    exclude = ("file", "preview")
