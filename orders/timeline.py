"""An order's history as sentences, as far as one user may read it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.line_changes import ContentsChange, contents_change, may_see_prices
from orders.models import ContactKind, HistoryKind, Party
from orders.rechecking import Choice
from orders.statuses import STATUSES
from suz.common.masking import without_phones
from suz.common.text import money

# How an order was handed round is the manufacturer's business, and who looked at a phone.
MANUFACTURER_ONLY = (HistoryKind.DISTRIBUTED, HistoryKind.RESTARTED, HistoryKind.PHONE_SHOWN)
# What happens to an order without changing what a form of it shows.
NO_CHANGES = (
    HistoryKind.COMMENT,
    HistoryKind.DISTRIBUTED,
    HistoryKind.DECLINED,
    HistoryKind.OVERDUE,
    HistoryKind.PHONE_SHOWN,
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
    HistoryKind.COMMENT: ("message", "secondary"),
    HistoryKind.DELETED: ("trash", "red"),
    HistoryKind.RESTORED: ("rotate", "orange"),
    HistoryKind.PROMO: ("discount", "green"),
    HistoryKind.PHONE_SHOWN: ("eye", "secondary"),
}


@dataclass(frozen=True)
class Event:
    """A line of the time line. ``text`` is what a person wrote, ``title`` what happened.

    ``change`` is what became of the order's contents.
    """

    kind: str
    icon: str
    colour: str
    title: str
    text: str
    who: str
    at: datetime
    is_visible: bool
    change: ContentsChange | None = None

    @property
    def is_comment(self):
        return self.kind == HistoryKind.COMMENT


def timeline_of(order, user, *, hides_phones):
    """The order's history for a user, newest first: one query.

    A dealer reads what concerns the order since it is its own, and nothing of other dealers; while
    the order is only offered to it, nothing. Phones that people wrote are masked where hidden.
    """
    return [_event(entry, user, hides_phones) for entry in _entries(order, user)]


def changes_since(order, user, entry_id):
    """What changed an order after a history entry, newest first; nothing where it is unknown."""
    if entry_id is None:
        return []
    entries = _entries(order, user).filter(id__gt=entry_id).exclude(kind__in=NO_CHANGES)
    return [_event(entry, user, hides_phones=user.is_dealer) for entry in entries]


def _entries(order, user):
    """The history that a user may read, newest first."""
    entries = order.history.select_related("actor").order_by("-id")
    if not user.is_dealer:
        return entries
    if order.dealer_id != user.dealer_id:
        return entries.none()
    return entries.filter(Q(dealer__isnull=True) | Q(dealer_id=user.dealer_id)).exclude(
        kind__in=MANUFACTURER_ONLY
    )


def _event(entry, user, hides_phones):
    icon, colour = ICONS[entry.kind]
    return Event(
        kind=entry.kind,
        icon=icon,
        colour=colour,
        title=_title(entry, user),
        text=without_phones(entry.text) if hides_phones else entry.text,
        who=_who(entry),
        at=entry.created_at,
        is_visible=entry.is_visible,
        change=contents_change(entry.data, shows_prices=may_see_prices(entry, user))
        if entry.kind == HistoryKind.LINES
        else None,
    )


def _who(entry):
    if entry.by_customer:
        return _("Customer")
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


def _contacted(data, user):
    if data.get("kind") == ContactKind.CALL:
        return _("Contact with the customer: call through the site")
    return _("Contact with the customer: marked by hand")


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
    return titles.get(data.get("choice"), _("Contents changed")) % {
        "dealer": data.get("dealer", "")
    }


def _overdue(data, user):
    day = data.get("due_on")
    if not day:
        return _("The term has passed")
    return _("The term has passed: %(day)s") % {"day": date_format(date.fromisoformat(day))}


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


def _promo(data, user):
    return promo_title(data)


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
}
