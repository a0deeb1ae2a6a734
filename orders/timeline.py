"""An order's history as sentences, as far as one user may read it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.models import ContactKind, HistoryKind, Party
from orders.statuses import STATUSES
from suz.common.masking import without_phones
from suz.common.text import money

# How an order was handed round is the manufacturer's business, and who looked at a phone.
MANUFACTURER_ONLY = (HistoryKind.DISTRIBUTED, HistoryKind.RESTARTED, HistoryKind.PHONE_SHOWN)

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
    HistoryKind.OVERDUE: ("calendar-due", "red"),
    HistoryKind.COMMENT: ("message", "secondary"),
    HistoryKind.DELETED: ("trash", "red"),
    HistoryKind.RESTORED: ("rotate", "orange"),
    HistoryKind.PHONE_SHOWN: ("eye", "secondary"),
}


@dataclass(frozen=True)
class Event:
    """A line of the time line. ``text`` is what a person wrote, ``title`` what happened."""

    kind: str
    icon: str
    colour: str
    title: str
    text: str
    who: str
    at: datetime
    is_visible: bool

    @property
    def is_comment(self):
        return self.kind == HistoryKind.COMMENT


def timeline_of(order, user, *, hides_phones):
    """The order's history for a user, newest first: one query.

    A dealer reads what concerns the order since it is its own, and nothing of other dealers; while
    the order is only offered to it, nothing. Phones that people wrote are masked where hidden.
    """
    entries = order.history.select_related("actor").order_by("-id")
    if user.is_dealer:
        if order.dealer_id != user.dealer_id:
            return []
        entries = entries.filter(Q(dealer__isnull=True) | Q(dealer_id=user.dealer_id)).exclude(
            kind__in=MANUFACTURER_ONLY
        )
    return [_event(entry, user, hides_phones) for entry in entries]


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


# Calls too that proved no contact, by the kind that the entry's facts name.
CONTACTS = {
    ContactKind.CALL: gettext_lazy("Contact with the customer: call through the site"),
    "call_busy": gettext_lazy("Call to the customer: the line was busy"),
    "call_no_answer": gettext_lazy("Call to the customer: no answer"),
    "call_machine": gettext_lazy("Call to the customer: an answering machine"),
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
    HistoryKind.OVERDUE: _overdue,
}
