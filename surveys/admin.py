"""Raw records of surveys and reviews, for superusers."""

from django.contrib import admin

from surveys.models import Answer, Invitation, Question, Review, SurveySettings
from suz.common.admin import LargeMixin, ReadOnlyMixin, register_history


class AnswerInline(ReadOnlyMixin, admin.TabularInline):
    model = Answer
    extra = 0
    fields = ("question", "number", "choices", "text")


@admin.register(Question)
class QuestionAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("text", "kind", "purpose", "number", "is_active", "archived_at")
    list_filter = ("kind", "is_active")
    ordering = ("position", "id")
    search_fields = ("text",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("order", "dealer", "outcome", "sent_at", "answered_at", "rating", "voided_at")
    list_filter = ("outcome",)
    list_select_related = ("order", "dealer")
    search_fields = ("=order__id",)
    inlines = (AnswerInline,)


@admin.register(Review)
class ReviewAdmin(ReadOnlyMixin, LargeMixin, admin.ModelAdmin):
    list_display = ("survey", "dealer", "state", "stars", "name", "created_at")
    list_filter = ("state",)
    list_select_related = ("survey", "dealer")
    search_fields = ("=survey__order__id",)


@admin.register(SurveySettings)
class SurveySettingsAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ("enabled_since", "reminder_days", "open_days")


register_history(SurveySettings)
