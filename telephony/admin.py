"""Raw records of calls, for superusers. Nobody's number is kept in them."""

from django.contrib import admin

from suz.common.admin import LargeMixin, ReadOnlyMixin
from telephony.models import Call, CallEvent, Listening, Recording


class EventInline(ReadOnlyMixin, admin.TabularInline):
    model = CallEvent
    extra = 0
    fields = ("at", "fact", "leg", "status", "step", "digits")


class RecordingInline(ReadOnlyMixin, admin.TabularInline):
    model = Recording
    extra = 0
    fields = ("state", "seconds", "size", "created_at", "error")


@admin.register(Call)
class CallAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("order", "kind", "state", "outcome", "result", "dealer", "created_at")
    list_filter = ("kind", "state", "outcome", "result")
    list_select_related = ("order", "dealer")
    search_fields = ("=order__id", "=sid")
    inlines = (EventInline, RecordingInline)


@admin.register(Listening)
class ListeningAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("recording", "user", "at")
    list_select_related = ("recording", "user")
    search_fields = ("=recording__call__order__id", "user__email")
