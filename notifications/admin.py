"""Raw records of messages and their deliveries, for superusers; retrying is in the workspace."""

from django.contrib import admin

from notifications import choice_admin  # noqa: F401 - registers the rest
from notifications.models import Delivery, Message
from suz.common.admin import LargeMixin, ReadOnlyMixin


class DeliveryInline(ReadOnlyMixin, admin.TabularInline):
    model = Delivery
    extra = 0
    fields = ("channel", "address", "state", "attempts", "due_at", "sent_at", "error")
    show_change_link = True


@admin.register(Message)
class MessageAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("created_at", "event", "audience", "user", "subject_key", "on_site", "read_at")
    list_filter = ("event", "audience", "on_site")
    list_select_related = ("user",)
    search_fields = ("subject_key", "user__email")
    inlines = (DeliveryInline,)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("due_at", "message", "channel", "address", "state", "attempts", "sent_at")
    list_filter = ("state", "channel")
    list_select_related = ("message",)
    search_fields = ("message__subject_key", "address")
