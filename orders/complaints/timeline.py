"""A complaint's time line as sentences, as far as one user may read it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.complaints.locking import NO_CHANGES
from orders.models import ComplaintEntry, ComplaintEntryKind, Outcome
from orders.timeline import Change, EventFile, files_of
from suz.common.masking import without_phones
from suz.common.text import number

Kind = ComplaintEntryKind
FOR_CUSTOMER = (Kind.FILED, Kind.WROTE, Kind.ANSWER)
FOR_DEALER = (*FOR_CUSTOMER, Kind.ASKED, Kind.STATEMENT, Kind.CLOSED, Kind.REOPENED)
ICONS = {
    Kind.FILED: ("message-report", "red"),
    Kind.WROTE: ("message-report", "orange"),
    Kind.OWNER: ("user-check", "azure"),
    Kind.CHANGED: ("edit", "secondary"),
    Kind.NOTE: ("lock", "yellow"),
    Kind.ASKED: ("send", "orange"),
    Kind.STATEMENT: ("building-store", "indigo"),
    Kind.ANSWER: ("mail", "green"),
    Kind.CLOSED: ("flag", "green"),
    Kind.REOPENED: ("rotate", "orange"),
    Kind.OVERDUE: ("calendar-due", "red"),
}
FIELD_NAMES = {"category": gettext_lazy("Category"), "due_on": gettext_lazy("Term")}


@dataclass(frozen=True)
class ComplaintEvent:
    """A line of the time line; ``readers`` says who else reads it, empty where all do."""

    pk: int
    kind: str
    icon: str
    colour: str
    title: str
    text: str
    who: str
    at: datetime
    readers: str
    changes: tuple[Change, ...] = ()
    files: tuple[EventFile, ...] = ()


def entries_for(complaint, user):
    """What of the complaint's time line the user, who sees the complaint, may read."""
    entries = ComplaintEntry.objects.filter(complaint=complaint)
    return entries if user.is_manufacturer else entries.filter(kind__in=FOR_DEALER)


def timeline_of(complaint, user, *, hides_phones):
    """The whole time line, newest first: two queries."""
    entries = entries_for(complaint, user).select_related("actor").prefetch_related("files")
    return [event_of(one, user, hides_phones=hides_phones) for one in entries.order_by("-id")]


def changes_since(complaint, user, since, *, hides_phones):
    """What happened after the entry ``since`` that a form was made with, oldest first."""
    entries = entries_for(complaint, user).filter(pk__gt=since).exclude(kind__in=NO_CHANGES)
    entries = entries.select_related("actor").prefetch_related("files").order_by("id")
    return [event_of(one, user, hides_phones=hides_phones) for one in entries]


def event_of(entry, user, *, hides_phones):
    """An entry that the user may read, in words."""
    icon, colour = ICONS[entry.kind]
    shown = without_phones if hides_phones else str
    return ComplaintEvent(
        pk=entry.pk,
        kind=entry.kind,
        icon=icon,
        colour=colour,
        title=_title(entry),
        text=shown(entry.text),
        who=_who(entry),
        at=entry.created_at,
        readers=_readers(entry.kind) if user.is_manufacturer and entry.text else "",
        changes=_changes(entry),
        files=files_of(entry, shown),
    )


def _who(entry):
    if entry.by_customer:
        return _("Customer")
    return entry.actor.name if entry.actor else _("System")


def _readers(kind):
    if kind in FOR_CUSTOMER:
        return _("the customer and the dealer see it")
    return _("the dealer sees it") if kind in FOR_DEALER else _("staff only")


def _title(entry):
    data = entry.data
    if entry.kind == Kind.FILED:
        return _("Complaint made") if entry.by_customer else _("Written down for the customer")
    if entry.kind == Kind.OWNER:
        return _("Responsible: %(name)s") % {"name": data.get("owner", "")}
    if entry.kind == Kind.CLOSED:
        return _closed(data)
    if entry.kind == Kind.OVERDUE:
        day = date_format(date.fromisoformat(data["due_on"]), "DATE_FORMAT")
        return _("The term has passed: %(day)s") % {"day": day}
    return TITLES[entry.kind]


TITLES = {
    Kind.WROTE: gettext_lazy("The customer wrote again"),
    Kind.CHANGED: gettext_lazy("Category or term changed"),
    Kind.NOTE: gettext_lazy("Note"),
    Kind.ASKED: gettext_lazy("Question to the dealer"),
    Kind.STATEMENT: gettext_lazy("The dealer’s statement"),
    Kind.ANSWER: gettext_lazy("Answer to the customer"),
    Kind.REOPENED: gettext_lazy("Opened again"),
}


def _closed(data):
    title = _("Closed: %(outcome)s") % {"outcome": Outcome(data["outcome"]).label}
    points = data.get("points")
    if not points:
        return title
    return title + ngettext(", %(points)s point", ", %(points)s points", abs(points)) % {
        "points": number(points)
    }


def _changes(entry):
    return tuple(
        Change(
            name=str(FIELD_NAMES[one["field"]]),
            before=_value(one["field"], one["before"]),
            after=_value(one["field"], one["after"]),
        )
        for one in entry.data.get("changes", ())
    )


def _value(name, value):
    return date_format(date.fromisoformat(value), "DATE_FORMAT") if name == "due_on" else value
