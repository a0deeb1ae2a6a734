"""What superusers may do to records, whatever Django would let them.

Registers nothing of its own but the histories of records that apps hand over.
"""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from suz.common.search import digits_of

MAX_DIGITS = 18
# What pghistory calls the kinds of changes.
WHAT = {
    "insert": pgettext_lazy("journal", "added"),
    "update": pgettext_lazy("journal", "changed"),
    "delete": pgettext_lazy("journal", "removed"),
}


class KeptMixin:
    """Records that are switched off or corrected, never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyMixin(KeptMixin):
    """Records that only the product writes: ledgers, histories, decisions, messages."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class LargeMixin:
    """Tables that grow: the list does not count every row."""

    show_full_result_count = False
    list_per_page = 50


class NumberedMixin:
    """Found by whole numbers (``number_fields``) through their indexes, not by looking at each row.

    Words are looked for in ``search_fields`` as far as these are others.
    """

    number_fields = ("pk",)

    def get_search_fields(self, request):
        # The search stands above the list only where there are some.
        return super().get_search_fields(request) or self.number_fields

    def get_search_results(self, request, queryset, search_term):
        if not search_term:
            return queryset, False
        digits = digits_of(search_term)
        if digits and len(digits) <= MAX_DIGITS:
            wanted = Q()
            for name in self.number_fields:
                wanted |= Q(**{name: int(digits)})
            return queryset.filter(wanted), False
        if not super().get_search_fields(request):
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)


class HistoryAdmin(ReadOnlyMixin, LargeMixin, NumberedMixin, admin.ModelAdmin):
    """Every state that a record has had, with who made it."""

    list_display = ("when", "what", "number", "author")
    list_select_related = ("pgh_context",)
    number_fields = ("pgh_obj_id",)
    ordering = ("-pgh_id",)

    def get_fields(self, request, obj=None):
        tracked = [
            field.name
            for field in self.model._meta.fields
            if field.name != "id" and not field.name.startswith("pgh_")
        ]
        return [*self.list_display, *tracked]

    def get_readonly_fields(self, request, obj=None):
        return self.list_display

    @admin.display(description=gettext_lazy("time"))
    def when(self, event):
        return event.pgh_created_at

    @admin.display(description=gettext_lazy("what"))
    def what(self, event):
        return WHAT.get(event.pgh_label, event.pgh_label)

    @admin.display(description=gettext_lazy("number"))
    def number(self, event):
        return event.pgh_obj_id

    @admin.display(description=gettext_lazy("author"))
    def author(self, event):
        facts = (event.pgh_context and event.pgh_context.metadata) or {}
        if facts.get("user"):
            return _("user no. %(number)s") % {"number": facts["user"]}
        if facts.get("customer"):
            return _("customer")
        return facts.get("task") or _("the system")


def register_history(model):
    """Show the history of a tracked model, called after the model: it has no name of its own."""
    events = model.pgh_event_model
    names = {"name": model._meta.verbose_name, "names": model._meta.verbose_name_plural}
    events._meta.verbose_name = _Named(gettext_lazy("change: %(name)s"), names)
    events._meta.verbose_name_plural = _Named(gettext_lazy("changes: %(names)s"), names)
    admin.site.register(events, HistoryAdmin)


class _Named:
    """A name put together when it is read, in the language of the reader."""

    def __init__(self, text, names):
        self.text, self.names = text, names

    def __str__(self):
        return str(self.text) % {key: str(name) for key, name in self.names.items()}
