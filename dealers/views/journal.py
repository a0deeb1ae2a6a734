"""The journal of who did what, for the manufacturer; nobody edits it."""

from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from django.views import View

from dealers import journal
from dealers.access import AdministratorMixin, ManufacturerMixin
from dealers.journal import OF_SETTINGS
from dealers.journal_filter import JournalFilter
from dealers.models import AuditRecord
from dealers.views.exports import TableExportMixin
from dealers.views.paging import FilteredList


class JournalList(ManufacturerMixin, FilteredList):
    """Who did what when, the newest first."""

    template_name = "dealers/journal/list.html"
    filter_class = JournalFilter
    sorts = {"newest": ("-at", "-id")}

    def get_queryset(self):
        return AuditRecord.objects.select_related("actor")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["lines"] = lines_of(context["page"])
        context["narrowed_to"] = _named_object(context["form"])
        return context


class JournalRecord(ManufacturerMixin, View):
    """One record with what became what; for htmx only that part."""

    http_method_names = ("get", "head", "options")

    def get(self, request, pk):
        found = get_object_or_404(AuditRecord.objects.select_related("actor"), pk=pk)
        context = {"line": lines_of([found])[0], "changes": journal.changes(found)}
        part = "dealers/journal/changes.html" if request.htmx else "dealers/journal/record.html"
        return render(request, part, context)


class JournalExport(TableExportMixin, ManufacturerMixin, View):
    """What the filters show, as a table for download; who took it is in the journal as well."""

    resumes_at = "journal"
    table = "journal"
    titles = (
        gettext_lazy("Time"),
        gettext_lazy("Who"),
        gettext_lazy("What"),
        gettext_lazy("Kind of object"),
        gettext_lazy("Object"),
        gettext_lazy("Details"),
        gettext_lazy("Before and after"),
        gettext_lazy("Network address"),
    )

    def get_queryset(self):
        records = AuditRecord.objects.select_related("actor").order_by("-at", "-id")
        return JournalFilter(self.request.GET, queryset=records, request=self.request).qs

    def rows(self, found):
        return (_row(record) for record in found.iterator(chunk_size=500))


class SettingsHistory(AdministratorMixin, FilteredList):
    """Changes of settings, texts, reasons and strategies: a tab of the settings."""

    template_name = "dealers/settings_history.html"
    filter_class = JournalFilter
    sorts = {"newest": ("-at", "-id")}
    page_size = 20

    def get_queryset(self):
        return AuditRecord.objects.select_related("actor").filter(kind__in=OF_SETTINGS)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["lines"] = [
            line | {"changes": journal.changes(line["record"])}
            for line in lines_of(context["page"])
        ]
        return context


def lines_of(records):
    """Records as rows of the page."""
    records = list(records)
    gone = journal.gone(records)
    return [
        {
            "record": record,
            "what": capfirst(record.get_kind_display()),
            "type": journal.type_name(record.object_type),
            "url": None if (record.object_type, record.object_id) in gone else _url(record),
            "notes": journal.notes(record),
            "reason": record.data.get("reason", ""),
            "has_changes": bool(record.data.get("changes")),
        }
        for record in records
    ]


def _url(record):
    """Where the object is looked at, None where nowhere."""
    page = journal.PAGES.get(record.object_type)
    try:
        if "owner" in record.data:
            return reverse(journal.RELATED_PAGE, args=[record.data["owner"], record.object_id])
        if page:
            return reverse(page, args=[record.object_id])
        whole = journal.LISTS.get(record.object_type)
        return reverse(whole) if whole else None
    except NoReverseMatch:
        return None


def _named_object(form):
    """The object that a link narrowed the journal to, as its newest record calls it."""
    wanted = form.cleaned_data.get("object", "") if form.is_valid() else ""
    if not wanted:
        return ""
    label, _colon, number = wanted.partition(":")
    return f"{journal.type_name(label)} № {number}" if journal.type_name(label) else wanted


def _row(record):
    words = [*journal.notes(record)]
    if record.data.get("reason"):
        words.append(record.data["reason"])
    became = [
        f"{change.field}: {', '.join(change.before)} → {', '.join(change.after)}"
        for change in journal.changes(record)
    ]
    return (
        record.at,
        str(record.actor or ""),
        capfirst(record.get_kind_display()),
        journal.type_name(record.object_type),
        record.label,
        "; ".join(words),
        "; ".join(became),
        record.address or "",
    )
