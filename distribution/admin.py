"""Raw records of distribution, for superusers.

All of them are read-only: chains change on the strategies screen, which keeps their versions.
"""

from django.contrib import admin

from distribution.models import (
    Chain,
    ChainStage,
    ChainVersion,
    Decision,
    Eligibility,
    FixPin,
    Plan,
    PriorityLimit,
    Stage,
)
from suz.common.admin import LargeMixin, NumberedMixin, ReadOnlyMixin, register_history

register_history(ChainStage)


class ChainStageInline(ReadOnlyMixin, admin.TabularInline):
    model = ChainStage
    extra = 0
    fields = ("position", "strategy", "is_on", "window", "delay")
    show_change_link = True


@admin.register(Chain)
class ChainAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("__str__", "is_active")
    list_select_related = ("region",)
    search_fields = ("region__name",)
    inlines = (ChainStageInline,)


class FixPinInline(ReadOnlyMixin, admin.TabularInline):
    model = FixPin
    extra = 0


class PriorityLimitInline(ReadOnlyMixin, admin.TabularInline):
    model = PriorityLimit
    extra = 0


@admin.register(ChainStage)
class ChainStageAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("chain", "position", "strategy", "is_on", "window", "delay")
    list_filter = ("strategy", "is_on")
    list_select_related = ("chain__region",)
    search_fields = ("chain__region__name",)
    inlines = (FixPinInline, PriorityLimitInline)


@admin.register(ChainVersion)
class ChainVersionAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("valid_from", "region", "is_active", "created_by")
    list_select_related = ("region", "created_by")
    search_fields = ("region__name",)


class StageInline(ReadOnlyMixin, admin.TabularInline):
    model = Stage
    extra = 0
    show_change_link = True


@admin.register(Plan)
class PlanAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "cycle", "state", "started_at", "next_due_at", "stopped_at")
    list_filter = ("state",)
    list_select_related = ("order",)
    number_fields = ("order_id",)
    inlines = (StageInline,)


class DecisionInline(ReadOnlyMixin, admin.TabularInline):
    model = Decision
    extra = 0


@admin.register(Stage)
class StageAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("plan", "index", "round", "strategy", "opened_at", "ends_at", "is_empty")
    list_filter = ("strategy", "is_empty")
    list_select_related = ("plan",)
    number_fields = ("plan__order_id",)
    inlines = (DecisionInline,)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("stage", "dealer", "code", "facts")
    list_select_related = ("stage", "dealer")
    number_fields = ("stage__plan__order_id",)


@admin.register(Eligibility)
class EligibilityAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "dealer", "placed_at")
    list_select_related = ("order", "dealer")
    number_fields = ("order_id",)


@admin.register(FixPin)
class FixPinAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("dealer", "region", "category", "stage")
    list_select_related = ("dealer", "region", "category", "stage")
    search_fields = ("dealer__name", "region__name")


@admin.register(PriorityLimit)
class PriorityLimitAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("dealer", "limit", "unit", "period", "stage")
    list_filter = ("unit", "period")
    list_select_related = ("dealer", "stage")
    search_fields = ("dealer__name",)
