"""Raw records of what may be told and what people have chosen; changed in the workspace only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from notifications.models import (
    ChannelSetting,
    Heartbeat,
    Preferences,
    RecipientChoice,
    SettingChange,
    SimulatedSms,
)
from suz.common.admin import LargeMixin, ReadOnlyMixin
from suz.common.text import hidden_phone


@admin.register(ChannelSetting)
class ChannelSettingAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("event", "audience", "channel", "mode", "subject")
    list_filter = ("audience", "channel", "mode")
    search_fields = ("event",)


@admin.register(SettingChange)
class SettingChangeAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("at", "by", "event", "audience", "channel", "what")
    list_filter = ("what", "audience", "channel")
    list_select_related = ("by",)
    search_fields = ("event", "by__email")


@admin.register(Preferences)
class PreferencesAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("user", "quiet_from", "quiet_until", "digest_hour", "sound", "browser")
    list_select_related = ("user",)
    search_fields = ("user__email",)


@admin.register(RecipientChoice)
class RecipientChoiceAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("key", "by_email", "by_sms", "changed_at")
    list_filter = ("by_email", "by_sms")
    search_fields = ("^key",)


@admin.display(description=_("phone"))
def phone_shown(sms):
    """A phone is shown by the order's page only, which keeps who looked."""
    return hidden_phone(sms.phone)


@admin.register(SimulatedSms)
class SimulatedSmsAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("created_at", phone_shown, "text")
    exclude = ("phone",)
    readonly_fields = (phone_shown,)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("kind", "at")
