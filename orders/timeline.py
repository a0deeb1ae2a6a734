"""An order's history as sentences, as far as one user may read it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.details import FIELD_NAMES
from orders.line_changes import ContentsChange, contents_change, may_see_prices
from orders.models import ContactKind, HistoryEntry, HistoryKind, Party
from orders.rechecking import Choice
from orders.services.comments import may_switch
from orders.statuses import STATUSES
from orders.wishes import ask_words, settled_words
from suz.common.masking import without_phones
from suz.common.text import money

MOST_CHANGES = 50
# How an order was handed round is the manufacturer's business, and who looked at a phone.
MANUFACTURER_ONLY = (HistoryKind.DISTRIBUTED, HistoryKind.RESTARTED, HistoryKind.PHONE_SHOWN)
# What happens to an order without changing what a form of it shows.
NO_CHANGES = (
    HistoryKind.COMMENT,
    HistoryKind.DISTRIBUTED,
    HistoryKind.DECLINED,
    HistoryKind.OVERDUE,
    HistoryKind.PHONE_SHOWN,
    HistoryKind.VISIBILITY,
    HistoryKind.SETTLED,
    HistoryKind.LINK,
)

ICONS = {
    HistoryKind.PLACED: ("shopping-cart", "blue"),
    HistoryKind.ACCEPTED: ("circle-check", "azure"),
    HistoryKind.ASSIGNED: ("user-check", "azure"),
    HistoryKind.CONTACTED: ("phone-call", "indigo"),
    HistoryKind.STATUS: ("arrow-right", "secondary"),
    HistoryKind.DECLINED: ("x", "secondary"),
    HistoryKind.GIVEN_UP: ("arrow-back-up", "red"),
    HistoryKind.CANCELLED: ("ban", "secondary"),
    HistoryKind.COMPLETED: ("flag", "green"),
    HistoryKind.REOPENED: ("rotate", "orange"),
    HistoryKind.RESTARTED: ("refresh", "orange"),
    HistoryKind.DISTRIBUTED: ("route", "secondary"),
    HistoryKind.LINES: ("edit", "orange"),
    HistoryKind.OVERDUE: ("calendar-due", "red"),
    HistoryKind.DETAILS: ("edit", "secondary"),
    HistoryKind.COMMENT: ("message", "secondary"),
    HistoryKind.VISIBILITY: ("eye", "secondary"),
    HistoryKind.DELETED: ("trash", "red"),
    HistoryKind.RESTORED: ("rotate", "orange"),
    HistoryKind.PROMO: ("discount", "green"),
    HistoryKind.PHONE_SHOWN: ("eye", "secondary"),
    HistoryKind.CONFIRMED: ("circle-check", "green"),
    HistoryKind.SETTLED: ("check", "secondary"),
    HistoryKind.LINK: ("rotate", "secondary"),
}


@dataclass(frozen=True)
class Change:
    """A field before and after, in words; empty where there was or is nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class EventFile:
    """A file of a comment; ``size`` in bytes."""

    pk: int
    name: str
    size: int
    is_picture: bool


@dataclass(frozen=True)
class Event:
    """A line of the time line. ``text`` is what a person wrote, ``title`` what happened.

    ``may_switch``: the user decides whether the customer sees the comment. ``contents`` is what
    became of the order's lines; ``call`` the number of the call that the event is of. ``asks`` is
    the wish of the customer that a comment holds, in words; ``is_read``: the customer has had the
    comment before the eyes.
    """

    pk: int
    kind: str
    icon: str
    colour: str
    title: str
    text: str
    who: str
    at: datetime
    is_visible: bool
    may_switch: bool
    by_customer: bool
    changes: tuple[Change, ...] = ()
    contents: ContentsChange | None = None
    files: tuple[EventFile, ...] = ()
    call: int | None = None
    asks: str = ""
    is_read: bool = False

    @property
    def is_comment(self):
        return self.kind == HistoryKind.COMMENT


def entries_for(order, user):
    """What of the order's history the user may read.

    A dealer reads what concerns the order since it is its own, and nothing of other dealers; while
    the order is only offered to it, nothing.
    """
    entries = HistoryEntry.objects.filter(order=order)
    if user.is_manufacturer:
        return entries
    if not user.is_dealer or order.dealer_id != user.dealer_id:
        return entries.none()
    own = entries.filter(Q(dealer__isnull=True) | Q(dealer_id=user.dealer_id))
    return own.exclude(kind__in=MANUFACTURER_ONLY)


def changes_since(order, user, since, *, hides_phones):
    """What happened to the order after the history entry ``since``, oldest first.

    What others said is no change; an unknown ``since`` tells of the last change alone.
    """
    entries = entries_for(order, user).exclude(kind__in=NO_CHANGES).select_related("actor")
    if since is None:
        entries = entries.order_by("-id")[:1]
    else:
        entries = entries.filter(pk__gt=since).order_by("id")[:MOST_CHANGES]
    return [event_of(entry, user, hides_phones=hides_phones) for entry in entries]


def event_of(entry, user, *, hides_phones, customer_saw=0):
    """An entry that the user may read, in words.

    ``customer_saw`` is the newest comment that the customer has read.
    """
    icon, colour = ICONS[entry.kind]
    words = without_phones if hides_phones else str
    return Event(
        pk=entry.pk,
        kind=entry.kind,
        icon=icon,
        colour=colour,
        title=_title(entry, user),
        text=words(entry.text),
        who=_who(entry),
        at=entry.created_at,
        is_visible=entry.is_visible,
        may_switch=may_switch(entry, user),
        by_customer=entry.by_customer,
        changes=_changes(entry, words),
        contents=_contents(entry, user),
        files=files_of(entry, words) if entry.kind == HistoryKind.COMMENT else (),
        call=entry.data.get("call") if entry.kind == HistoryKind.CONTACTED else None,
        asks=ask_words(entry),
        is_read=entry.is_visible and not entry.by_customer and entry.pk <= customer_saw,
    )


def _changes(entry, words):
    """What was before and after, for the kinds that say so."""
    if entry.kind != HistoryKind.DETAILS:
        return ()
    return tuple(
        Change(
            name=str(FIELD_NAMES[one["field"]]),
            before=_detail(one["field"], words(one["before"])),
            after=_detail(one["field"], words(one["after"])),
        )
        for one in entry.data.get("changes", ())
        if one.get("field") in FIELD_NAMES
    )


def _contents(entry, user):
    if entry.kind != HistoryKind.LINES:
        return None
    return contents_change(entry.data, shows_prices=may_see_prices(entry, user))


def _detail(name, value):
    is_day = name == "due_on" and value
    return date_format(date.fromisoformat(value), "DATE_FORMAT") if is_day else value


def files_of(entry, words):
    """The files of an entry; ``words`` shows their names."""
    return tuple(
        EventFile(pk=file.pk, name=words(file.name), size=file.size, is_picture=file.is_picture)
        for file in entry.files.all()
    )


def _who(entry):
    if entry.by_customer:
        return _("Customer")
    if entry.actor is None and str(entry.data.get("kind", "")).startswith("robot_"):
        return _("Robot")
    return entry.actor.name if entry.actor else _("System")


def _title(entry, user):
    sentence = TITLES.get(entry.kind)
    return sentence(entry.data, user) if sentence else entry.get_kind_display().capitalize()


def _placed(data, user):
    title = _("Order placed")
    dealers = data.get("dealers")
    if dealers is None or not user.is_manufacturer:
        return title
    return title + ngettext(
        ", %(count)d dealer could deliver it", ", %(count)d dealers could deliver it", dealers
    ) % {"count": dealers}


def _distributed(data, user):
    dealers = data.get("dealers", 0)
    return ngettext(
        "Order shown to %(count)d dealer", "Order shown to %(count)d dealers", dealers
    ) % {"count": dealers}


def _accepted(data, user):
    return _("Accepted by “%(dealer)s”, manager %(manager)s") % {
        "dealer": data.get("dealer", ""),
        "manager": data.get("manager", ""),
    }


def _assigned(data, user):
    return _("Given by hand to “%(dealer)s”") % {"dealer": data.get("dealer", "")}


# Calls too that proved no contact, by the kind that the entry's facts name.
CONTACTS = {
    ContactKind.CALL: gettext_lazy("Contact with the customer: call through the site"),
    "call_busy": gettext_lazy("Call to the customer: the line was busy"),
    "call_no_answer": gettext_lazy("Call to the customer: no answer"),
    "call_machine": gettext_lazy("Call to the customer: an answering machine"),
    "call_manager": gettext_lazy("Call to the customer: the manager was not reached"),
    "call_missed": gettext_lazy("Call to the customer: not connected"),
    "robot_confirmed": gettext_lazy("The robot called: the customer has confirmed the order"),
    "robot_call_back": gettext_lazy("The robot called: the customer asks to be called back"),
    "robot_cancelled": gettext_lazy("The robot called: the customer cancels the order"),
    "robot_silent": gettext_lazy("The robot called: the customer chose nothing"),
    "robot_missed": gettext_lazy("The robot called: the customer was not reached"),
}


def _contacted(data, user):
    by_hand = gettext_lazy("Contact with the customer: marked by hand")
    return str(CONTACTS.get(data.get("kind"), by_hand))


def _status(data, user):
    return _("Status: %(before)s → %(after)s") % {
        "before": _status_name(data.get("from")),
        "after": _status_name(data.get("to")),
    }


def _declined(data, user):
    return _("“%(dealer)s” declined: %(reason)s") % {
        "dealer": data.get("dealer", ""),
        "reason": data.get("reason", ""),
    }


def _given_up(data, user):
    return _("“%(dealer)s” gave the order up: %(reason)s (%(party)s)") % {
        "dealer": data.get("dealer", ""),
        "reason": data.get("reason", ""),
        "party": _party_name(data),
    }


def _cancelled(data, user):
    return _("Order cancelled: %(reason)s (%(party)s)") % {
        "reason": data.get("reason", ""),
        "party": _party_name(data),
    }


def _completed(data, user):
    title = _("Order completed, earned %(sum)s") % {"sum": money(Decimal(data.get("earned", 0)))}
    points = data.get("points")
    if not points:
        return title
    return title + ngettext(", %(count)d point", ", %(count)d points", points) % {"count": points}


def _reopened(data, user):
    return _("Opened again: %(before)s → %(after)s") % {
        "before": _status_name(data.get("from")),
        "after": _status_name(data.get("to")),
    }


def _lines(data, user):
    titles = {
        Choice.STAY: _("Contents changed, the order stays with “%(dealer)s”"),
        Choice.RETURN: _("Contents changed; “%(dealer)s” lacks something: distributed again"),
        Choice.ASSIGN: _("Contents changed; “%(dealer)s” lacks something: given to another dealer"),
        Choice.ANEW: _("Contents changed before anybody took the order: distributed anew"),
    }
    title = titles.get(data.get("choice"), _("Contents changed"))
    if data.get("choice") == Choice.RETURN and data.get("by_dealer"):
        title = _("“%(dealer)s” put the order back: changed its contents to what it lacks")
    return title % {"dealer": data.get("dealer", "")}


def _promo(data, user):
    return promo_title(data)


PROMO_SENTENCES = {
    "applied": gettext_lazy("Promo code %(code)s applied: %(before)s → %(after)s"),
    "removed": gettext_lazy("Promo code %(code)s removed: %(before)s → %(after)s"),
    "lost": gettext_lazy(
        "Promo code %(code)s is used up, its discount is off: %(before)s → %(after)s"
    ),
}


def promo_title(data):
    """What was done with a promo code, with the sum before and after."""
    sentence = PROMO_SENTENCES.get(data.get("action"), PROMO_SENTENCES["applied"])
    return str(sentence) % {
        "code": data.get("code", ""),
        "before": money(data.get("before", 0)),
        "after": money(data.get("after", 0)),
    }


def _details(data, user):
    names = [
        str(FIELD_NAMES[one["field"]])
        for one in data.get("changes", ())
        if one.get("field") in FIELD_NAMES
    ]
    return _("Changed: %(names)s") % {"names": ", ".join(names)}


def _visibility(data, user):
    written = data.get("written_at")
    when = date_format(localtime(datetime.fromisoformat(written)), "DATETIME_FORMAT")
    if data.get("shown"):
        return _("The customer now sees the comment of %(when)s") % {"when": when}
    return _("The customer no longer sees the comment of %(when)s") % {"when": when}


def _settled(data, user):
    return settled_words(data)


def _confirmed(data, user):
    return _("The customer has confirmed the order on its page")


def _link(data, user):
    return _("The customer’s personal link is renewed, the old one does not work any more")


def _overdue(data, user):
    day = data.get("due_on")
    if not day:
        return _("The term has passed")
    return _("The term has passed: %(day)s") % {"day": date_format(date.fromisoformat(day))}


def _status_name(code):
    info = STATUSES.get(code)
    return str(info.name) if info else ""


def _party_name(data):
    party = data.get("party")
    return str(Party(party).label) if party in Party.values else ""


TITLES = {
    HistoryKind.PLACED: _placed,
    HistoryKind.DISTRIBUTED: _distributed,
    HistoryKind.ACCEPTED: _accepted,
    HistoryKind.ASSIGNED: _assigned,
    HistoryKind.CONTACTED: _contacted,
    HistoryKind.STATUS: _status,
    HistoryKind.DECLINED: _declined,
    HistoryKind.GIVEN_UP: _given_up,
    HistoryKind.CANCELLED: _cancelled,
    HistoryKind.COMPLETED: _completed,
    HistoryKind.REOPENED: _reopened,
    HistoryKind.LINES: _lines,
    HistoryKind.OVERDUE: _overdue,
    HistoryKind.PROMO: _promo,
    HistoryKind.DETAILS: _details,
    HistoryKind.VISIBILITY: _visibility,
    HistoryKind.SETTLED: _settled,
    HistoryKind.CONFIRMED: _confirmed,
    HistoryKind.LINK: _link,
}
