"""Raw records of messages and their deliveries, for superusers; retrying is in the workspace."""

from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from notifications import choice_admin  # noqa: F401 - registers the rest
from notifications.events import EVENTS
from notifications.models import Channel, Delivery, Message
from suz.common.admin import LargeMixin, NumberedMixin, ReadOnlyMixin
from suz.common.text import hidden_phone


@admin.display(description=_("address"))
def address_shown(delivery):
    """Where a delivery goes; a phone is shown by the order's page only, which keeps who looked."""
    if delivery.channel == Channel.SMS:
        return hidden_phone(delivery.address)
    return delivery.address


class EventFilter(admin.SimpleListFilter):
    """By the catalogue of events: asking the table for those in it would read all of it."""

    title = _("event")
    parameter_name = "event"

    def lookups(self, request, model_admin):
        return [(code, capfirst(event.name)) for code, event in EVENTS.items()]

    def queryset(self, request, queryset):
        return queryset.filter(event=self.value()) if self.value() else queryset


class DeliveryInline(ReadOnlyMixin, admin.TabularInline):
    model = Delivery
    extra = 0
    fields = ("channel", address_shown, "state", "attempts", "due_at", "sent_at", "error")
    readonly_fields = (address_shown,)
    show_change_link = True


@admin.register(Message)
class MessageAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("created_at", "event", "audience", "user", "subject_key", "on_site", "read_at")
    list_filter = (EventFilter, "audience", "on_site")
    list_select_related = ("user",)
    search_fields = ("^subject_key", "user__email")
    search_help_text = _("What it is about, for example order:416, or the e-mail of a person")
    inlines = (DeliveryInline,)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("due_at", "message", "channel", address_shown, "state", "attempts", "sent_at")
    list_filter = ("state", "channel")
    list_select_related = ("message",)
    number_fields = ("message_id",)
    exclude = ("address",)
    readonly_fields = (address_shown,)
