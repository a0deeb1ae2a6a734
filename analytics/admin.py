"""Raw records of analytics, for superusers."""

from django.contrib import admin

from analytics.models import (
    AnalyticsSettings,
    ApiToken,
    Channel,
    ChannelRule,
    Cost,
    CostAlias,
    CostUpload,
    Dispatch,
    Endpoint,
    ExchangeLog,
    ExchangeMark,
    Hit,
    Landing,
    LineFact,
    OrderFact,
    OrderVisit,
    Origin,
    Progress,
    ReportMail,
    ReportSchedule,
    SearchQuery,
    SyncRun,
    Visit,
)
from suz.common.admin import LargeMixin, NumberedMixin, ReadOnlyMixin, register_history


@admin.register(AnalyticsSettings)
class AnalyticsSettingsAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("look_back_days", "keep_hits_days", "keep_visits_months")


register_history(AnalyticsSettings)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("name", "dealer", "prefix", "user", "created_at", "used_at", "revoked_at")
    list_select_related = ("dealer", "user")
    search_fields = ("name", "dealer__name")
    exclude = ("digest",)


@admin.register(Channel)
class ChannelAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("name", "code", "is_paid", "position")
    search_fields = ("name", "code")


@admin.register(ChannelRule)
class ChannelRuleAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("position", "channel", "source", "medium", "campaign")
    list_filter = ("channel",)
    list_select_related = ("channel",)


@admin.register(Cost)
class CostAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("day", "source", "campaign", "amount", "impressions", "clicks")
    search_fields = ("campaign",)


@admin.register(CostAlias)
class CostAliasAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("source", "campaign", "visit_source", "visit_campaign")
    search_fields = ("campaign",)


@admin.register(CostUpload)
class CostUploadAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("file_name", "state", "created_by", "created_at")
    list_select_related = ("created_by",)


@admin.register(Dispatch)
class DispatchAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("key", "endpoint", "event", "state", "attempts", "due_at", "sent_at")
    list_filter = ("state",)
    list_select_related = ("endpoint__dealer",)
    number_fields = ("order_id",)
    exclude = ("lease_token",)
    ordering = ("-id",)


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("kind", "dealer", "url", "enabled_since", "failures")
    list_filter = ("kind",)
    list_select_related = ("dealer",)
    exclude = ("secret",)


@admin.register(ExchangeLog)
class ExchangeLogAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("at", "dealer", "what", "rows", "is_good")
    list_select_related = ("dealer",)
    ordering = ("-id",)


@admin.register(ExchangeMark)
class ExchangeMarkAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("token", "confirmed", "offered")
    list_select_related = ("token",)


@admin.register(Hit)
class HitAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("at", "kind", "path", "device", "is_folded")
    ordering = ("-id",)


@admin.register(Landing)
class LandingAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("path",)
    search_fields = ("^path",)


@admin.register(LineFact)
class LineFactAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "product", "day", "status", "quantity", "total")
    list_filter = ("status",)
    list_select_related = ("order", "product")
    ordering = ("-line_id",)


@admin.register(OrderFact)
class OrderFactAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "placed_at", "status", "dealer", "total", "revenue", "stars")
    list_filter = ("status",)
    list_select_related = ("order", "dealer")
    ordering = ("-order_id",)


@admin.register(OrderVisit)
class OrderVisitAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("order", "visit")
    list_select_related = ("order", "visit")
    ordering = ("-order_id",)


@admin.register(Origin)
class OriginAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("source", "medium", "campaign", "channel")
    list_filter = ("channel",)
    list_select_related = ("channel",)
    search_fields = ("^source", "^campaign")


@admin.register(Progress)
class ProgressAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("name", "mark", "at")


@admin.register(ReportMail)
class ReportMailAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("schedule", "since", "until", "state", "attempts", "sent_at")
    list_select_related = ("schedule",)


@admin.register(ReportSchedule)
class ReportScheduleAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("user", "rhythm", "weekday", "hour", "region", "due_at")
    list_select_related = ("user", "region")


@admin.register(SearchQuery)
class SearchQueryAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("text",)
    search_fields = ("^text",)


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("since", "state", "by", "started_at", "finished_at", "queued", "total")
    list_select_related = ("by",)


@admin.register(Visit)
class VisitAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    list_display = ("started_at", "origin", "region", "device", "hits", "placed_order")
    list_filter = ("device",)
    list_select_related = ("origin", "region")
    ordering = ("-id",)


register_history(Endpoint)
