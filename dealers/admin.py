"""Raw records of people, places, dealers, points and settings, for superusers."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.models import (
    Dealer,
    DealerPhone,
    Invitation,
    Outlet,
    Place,
    PointsEntry,
    SystemSettings,
    User,
)
from suz.common.admin import KeptMixin, LargeMixin, ReadOnlyMixin


@admin.register(Place)
class PlaceAdmin(KeptMixin, admin.ModelAdmin):
    list_display = ("name", "parent", "code", "time_zone", "population")
    list_filter = (("parent", admin.EmptyFieldListFilter),)
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    raw_id_fields = ("parent",)


class PhoneInline(admin.TabularInline):
    model = DealerPhone
    extra = 0


class OutletInline(admin.StackedInline):
    model = Outlet
    extra = 0
    raw_id_fields = ("city",)


@admin.register(Dealer)
class DealerAdmin(KeptMixin, admin.ModelAdmin):
    """Points move by entries of the ledger only, so they are not edited here."""

    list_display = (
        "name",
        "main_region",
        "is_active",
        "is_authorised",
        "takes_site_orders",
        "site_calls",
        "points",
        "registered_at",
    )
    list_filter = ("is_active", "is_authorised", "takes_site_orders", "site_calls", "whole_line")
    list_select_related = ("main_region",)
    search_fields = ("name", "email", "phones__number")
    raw_id_fields = ("main_region", "additional_places")
    readonly_fields = ("points",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (PhoneInline, OutletInline)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(PointsEntry)
class PointsEntryAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("created_at", "dealer", "kind", "amount", "balance", "order_id", "reason")
    list_filter = ("kind",)
    list_select_related = ("dealer",)
    search_fields = ("dealer__name", "=order_id", "reason")
    date_hierarchy = "created_at"


@admin.register(SystemSettings)
class SystemSettingsAdmin(KeptMixin, admin.ModelAdmin):
    raw_id_fields = ("installation_dealer",)

    def has_add_permission(self, request):
        return not SystemSettings.objects.exists()


class PersonCreationForm(AdminUserCreationForm):
    """A person is known by e-mail."""

    class Meta:
        model = User
        fields = ("email", "name", "role", "dealer")


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class PersonAdmin(KeptMixin, UserAdmin):
    add_form = PersonCreationForm
    form = PersonChangeForm
    list_display = ("email", "name", "role", "dealer", "is_active", "is_superuser", "last_login")
    list_filter = ("role", "is_active", "is_superuser")
    list_select_related = ("dealer",)
    search_fields = ("email", "name", "dealer__name")
    ordering = ("email",)
    raw_id_fields = ("dealer",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "phone", "time_zone")}),
        (_("Access"), {"fields": ("role", "dealer", "is_head", "is_active", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "email",
                    "name",
                    "role",
                    "dealer",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("email", "name", "role", "dealer", "created_at", "expires_at", "accepted_at")
    list_filter = ("role",)
    list_select_related = ("dealer",)
    search_fields = ("email", "name", "dealer__name")


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    """What was changed by whom, see dealers.services.audit."""

    list_display = ("action_time", "user", "content_type", "object_repr", "get_change_message")
    list_filter = ("content_type",)
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__email", "change_message")
    date_hierarchy = "action_time"
