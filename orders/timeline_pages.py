"""The time line by pages and by kind: an order may have hundreds of entries."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from orders.models import HistoryKind
from orders.timeline import Event, entries_for, event_of

PAGE_SIZE = 50


class Show(StrEnum):
    """What part of the time line is looked at."""

    ALL = "all"
    TALK = "talk"
    CALLS = "calls"
    CHANGES = "changes"
    DISTRIBUTION = "distribution"


SHOW_NAMES = (
    (Show.ALL, _("Everything")),
    (Show.TALK, _("Correspondence")),
    (Show.CALLS, _("Calls")),
    (Show.CHANGES, _("Changes")),
    (Show.DISTRIBUTION, _("Distribution")),
)
TALK = (HistoryKind.COMMENT, HistoryKind.CONTACTED, HistoryKind.SETTLED)
DISTRIBUTION = (
    HistoryKind.DISTRIBUTED,
    HistoryKind.RESTARTED,
    HistoryKind.ACCEPTED,
    HistoryKind.ASSIGNED,
    HistoryKind.DECLINED,
    HistoryKind.GIVEN_UP,
)


@dataclass(frozen=True)
class Timeline:
    """A page of the time line, newest first; ``before`` is the id to ask for what came earlier.

    ``newest`` is the id of what stands first, None on later pages.
    """

    events: list[Event]
    show: Show
    before: int | None = None
    newest: int | None = None

    choices = SHOW_NAMES


def asked_timeline(order, user, data, *, hides_phones):
    """The time line as an address asks for it: ``show`` and ``before``; nonsense is the first."""
    try:
        show = Show(data.get("show", ""))
    except ValueError:
        show = Show.ALL
    text = data.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    return timeline_of(order, user, hides_phones=hides_phones, show=show, before=before)


def timeline_of(order, user, *, hides_phones, show=Show.ALL, before=None):
    """A page of the order's history for a user: two queries, however long it is.

    Phones that people wrote are masked where hidden. ``before`` is the id of an entry: the page is
    of what came before it.
    """
    entries = entries_for(order, user)
    if show == Show.TALK:
        entries = entries.filter(kind__in=TALK)
    elif show == Show.CALLS:
        entries = entries.filter(kind=HistoryKind.CONTACTED)
    elif show == Show.DISTRIBUTION:
        entries = entries.filter(kind__in=DISTRIBUTION)
    elif show == Show.CHANGES:
        entries = entries.exclude(kind__in=(*TALK, *DISTRIBUTION))
    if before is not None:
        entries = entries.filter(pk__lt=before)
    entries = entries.select_related("actor").prefetch_related("files").order_by("-id")
    page = list(entries[: PAGE_SIZE + 1])
    shown = page[:PAGE_SIZE]
    return Timeline(
        events=[
            event_of(entry, user, hides_phones=hides_phones, customer_saw=customer_saw(order))
            for entry in shown
        ],
        newest=shown[0].pk if shown and before is None else None,
        show=show,
        before=shown[-1].pk if len(page) > PAGE_SIZE else None,
    )


def customer_saw(order):
    """The id of the newest comment that the order's customer has read."""
    talk = getattr(order, "conversation", None)
    return talk.customer_saw if talk else 0
