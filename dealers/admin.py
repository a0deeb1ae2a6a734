"""Raw records of people, places, dealers, points and settings, for superusers."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.admin_journal import JournaledAdmin, JournaledMixin
from dealers.journal import FACTORS
from dealers.models import (
    AuditKind,
    AuditRecord,
    Dealer,
    DealerPhone,
    Invitation,
    Outlet,
    Place,
    PointsEntry,
    SystemSettings,
    User,
)
from dealers.services.audit import record
from suz.common.admin import (
    KeptMixin,
    LargeMixin,
    NumberedMixin,
    ReadOnlyMixin,
    register_history,
)

# Rights follow from the role: groups would mean nothing.
admin.site.unregister(Group)
# People have one address, their login.
admin.site.unregister(EmailAddress)
# The library's page would show the secrets, and its model has no Russian name.
admin.site.unregister(Authenticator)
Authenticator._meta.verbose_name = _("second factor")
Authenticator._meta.verbose_name_plural = _("second factors")
register_history(Dealer)
register_history(SystemSettings)


@admin.register(Place)
class PlaceAdmin(KeptMixin, JournaledAdmin):
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
class DealerAdmin(KeptMixin, JournaledAdmin):
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


@admin.register(DealerPhone)
class DealerPhoneAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Edited on the page of the dealer."""

    list_display = ("number", "dealer", "note")
    list_select_related = ("dealer",)
    search_fields = ("number", "dealer__name")


@admin.register(Outlet)
class OutletAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Edited on the page of the dealer."""

    list_display = ("address", "city", "dealer", "phone", "hours")
    list_select_related = ("city", "dealer")
    search_fields = ("address", "city__name", "dealer__name")


@admin.register(PointsEntry)
class PointsEntryAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("created_at", "dealer", "kind", "amount", "balance", "order_id", "reason")
    list_filter = ("kind",)
    list_select_related = ("dealer",)
    search_fields = ("dealer__name",)
    number_fields = ("order_id",)


@admin.register(SystemSettings)
class SystemSettingsAdmin(KeptMixin, JournaledAdmin):
    journal_kind = AuditKind.SETTINGS
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
class PersonAdmin(KeptMixin, JournaledMixin, UserAdmin):
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

    def log_change(self, request, obj, message):
        # Setting somebody's password saves no form of the record.
        if request.resolver_match.url_name == "auth_user_password_change":
            record(by=request.user, changed=obj, kind=AuditKind.PASSWORD)
        return super().log_change(request, obj, message)


@admin.register(Authenticator)
class SecondFactorAdmin(JournaledMixin, admin.ModelAdmin):
    """Removed where somebody has lost the device; never made or changed here."""

    list_display = ("person", "kind", "since")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    fields = list_display
    readonly_fields = list_display

    @admin.display(description=_("who"))
    def person(self, factor):
        return factor.user

    @admin.display(description=_("what"))
    def kind(self, factor):
        return FACTORS.get(factor.type, factor.type)

    @admin.display(description=_("time"))
    def since(self, factor):
        return factor.created_at

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("email", "name", "role", "dealer", "created_at", "expires_at", "accepted_at")
    list_filter = ("role",)
    list_select_related = ("dealer",)
    search_fields = ("email", "name", "dealer__name")


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    """What was done in these pages; the journal holds it with values."""

    list_display = ("action_time", "user", "content_type", "object_repr", "what")
    list_filter = ("content_type",)
    list_select_related = ("user", "content_type")
    search_fields = ("^object_repr", "user__email")

    @admin.display(description=_("what"))
    def what(self, entry):
        return entry.get_change_message()


@admin.register(AuditRecord)
class AuditRecordAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    """The journal as it is kept."""

    list_display = ("at", "actor", "kind", "object_type", "object_id", "label", "address")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    search_fields = ("label__startswith", "actor__email")
    number_fields = ("object_id",)
    ordering = ("-at", "-id")
