"""One history of everything that was said and done with a customer, from several sources.

Apps above this one register what they keep of a customer's orders (calls, surveys, complaints) in
their ``ready()``; the same registry tells what goes into a customer's file and what is erased.
Rows of all sources are paged together by the key (time, source, number): each source is asked for
the first rows beyond the key, and the newest of all make the page.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Q

PAGE_SIZE = 30
ALL = "all"
LONGEST_CURSOR = 300


@dataclass(frozen=True)
class Section:
    """A part of the file that a person gets of its data: ``columns`` maps keys to headings."""

    code: str
    title: str
    columns: dict[str, str]
    rows: list[dict[str, Any]] = field(default_factory=list)


class Source:
    """What an app keeps of customers' orders. Registered once; does nothing of its own.

    ``code`` stands in addresses and never changes; ``title`` is the filter's name; ``template``
    shows one ``item``. All methods take ``orders``, a queryset of the customer's orders (deleted
    ones too), and may be left out.
    """

    code = ""
    title = ""
    template = ""

    def rows(self, customer, orders):
        """A queryset of what stands in the history, with its time as ``at``; None: nothing."""
        return None

    def items(self, rows, user):
        """What the template shows of rows of a page, one for each."""
        return rows

    def sections(self, customer, orders):
        """Sections of the customer's file."""
        return []

    def files(self, orders):
        """(name in the customer's file, stored FieldFile) of what goes with it."""
        return []

    def erase(self, orders, words):
        """Take the person out of every row; returns [storage, name] of files to delete.

        ``words`` is a ``suz.common.erasing.Words``: what the person is called and reached by. Runs
        in a transaction in which orders and customers are locked.
        """
        return []


_sources = {}


def register(source):
    """Let a source take part; called from the ``ready()`` of its app."""
    _sources[source.code] = source


def sources():
    """All sources in the order of their registering."""
    return list(_sources.values())


@dataclass(frozen=True)
class Entry:
    """A line of the history; ``item`` is shown by ``template``."""

    at: datetime
    template: str
    item: Any


@dataclass(frozen=True)
class History:
    """A page, newest first; ``earlier`` asks for what came before, empty at the end."""

    entries: list[Entry]
    show: str
    choices: list[tuple[str, str]]
    earlier: str = ""


def history_of(customer, user, *, orders, show=ALL, cursor=""):
    """A page of the customer's history as an address asks for it; nonsense is the first page.

    One query for each source, and what its items need.
    """
    by_code = {source.code: source for source in sources() if source.title}
    chosen = [by_code[show]] if show in by_code else list(by_code.values())
    beyond = _decode(cursor)
    found = []
    for source in chosen:
        rows = source.rows(customer, orders)
        if rows is None:
            continue
        if beyond is not None:
            rows = rows.filter(_before(source.code, *beyond))
        rows = rows.order_by("-at", "-pk")[: PAGE_SIZE + 1]
        found += [(row.at, source.code, row.pk, row) for row in rows]
    found.sort(key=lambda one: one[:3], reverse=True)
    shown = found[:PAGE_SIZE]
    items = {}
    for source in chosen:
        own = [row for _at, code, _pk, row in shown if code == source.code]
        for row, item in zip(own, source.items(own, user) if own else (), strict=True):
            items[source.code, row.pk] = item
    return History(
        entries=[
            Entry(at=at, template=by_code[code].template, item=items[code, pk])
            for at, code, pk, _row in shown
        ],
        show=show if show in by_code else ALL,
        choices=[(source.code, source.title) for source in by_code.values()],
        earlier=_encode(*shown[-1][:3]) if len(found) > PAGE_SIZE else "",
    )


def timed(rows, name):
    """The rows with their time as ``at``."""
    return rows.annotate(at=F(name))


def _before(code, at, other, pk):
    """Rows of a source that come after the key in the order of the page."""
    same = Q(at=at, pk__lt=pk) if code == other else Q(at=at)
    return Q(at__lt=at) | same if code <= other else Q(at__lt=at)


def _encode(at, code, pk):
    text = json.dumps([at.isoformat(), code, pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor):
    """(time, code, number) of a cursor, or None."""
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, code, pk = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or type(pk) is not int or not 0 < pk < 2**63:
            return None
        # Only times that a column may hold.
        return moment.astimezone(UTC), str(code), pk
    except (ValueError, TypeError, binascii.Error, OverflowError, RecursionError):
        return None
