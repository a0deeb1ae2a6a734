"""Messages in words: the mail of a message, and the one line that says it on the site."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notifications.events import (
    INVITATION,
    RELATED_HIDDEN,
    RELATED_SHOWN,
    Fact,
    notice_for,
)
from notifications.models import Audience
from suz.common.text import money, money_range

SUBJECT_LENGTH = 300


@dataclass(frozen=True)
class Mail:
    """What is sent by e-mail."""

    subject: str
    text: str
    html: str


def render_mail(message):
    """The mail of a message. Raises UnknownEvent."""
    with translation.override(settings.LANGUAGE_CODE):
        notice = notice_for(message.event, message.audience)
        context = _context(message)
        context |= {
            "subject": _subject(message, context),
            "paragraphs": _paragraphs(
                _plain(f"notifications/{message.event}/{message.audience}.txt", context)
            ),
            "facts": [
                (label, value)
                for fact in notice.facts
                for label, value in _lines_of(fact, message, context)
                if value
            ],
            "goods": context["lines"] if notice.lists_goods else [],
            "more_goods": max(0, context["line_count"] - len(context["lines"])),
            "changes": context["changes"] if notice.lists_changes else [],
            "more_changes": max(0, context["change_count"] - len(context["changes"])),
            "link": absolute(message.url or context["link"]),
            "link_words": _link_words(message),
            "is_customer": message.audience == Audience.CUSTOMER,
            "sender": urljoin(settings.PUBLIC_URL, "/"),
        }
        return Mail(
            subject=context["subject"],
            text=_plain("notifications/layout.txt", context).strip() + "\n",
            html=get_template("notifications/layout.html").render(context),
        )


def render_subject(message):
    """What a message says in one line, plain text: its mail's subject and its line on the site."""
    with translation.override(settings.LANGUAGE_CODE):
        return _subject(message, _context(message))


def _link_words(message):
    """What the mail's button says."""
    if message.event == INVITATION:
        return _("Set a password")
    if message.event in (RELATED_HIDDEN, RELATED_SHOWN):
        return _("Open the product")
    return _("Open the order")


def absolute(path):
    """A path as a link that works in a mail."""
    return urljoin(settings.PUBLIC_URL, path) if path else ""


def _context(message):
    """The message's context in words, with every key that templates use."""
    facts = message.context
    place, region = facts.get("place", ""), facts.get("region", "")
    lines = facts.get("lines", [])
    changes = facts.get("changes") or []
    return {
        "order": str(facts.get("order", "")),
        "product": facts.get("product", ""),
        "town": place,
        "place": place if place == region else ", ".join(filter(None, (place, region))),
        "amount": _amount(facts),
        "is_range": _is_range(facts),
        "promo": _promo(facts),
        "dealer": facts.get("dealer", ""),
        "manager": facts.get("manager", ""),
        "customer": facts.get("customer", ""),
        "reason": facts.get("reason", ""),
        "party": facts.get("party", ""),
        "attention": facts.get("attention", ""),
        "term": _term(facts),
        "changed": _changed(facts),
        "lines": lines,
        "line_count": facts.get("line_count", len(lines)),
        "choice": facts.get("choice", ""),
        "changes": changes,
        "change_count": facts.get("change_count") or len(changes),
        "amount_before": facts.get("sum_before", ""),
        "link": facts.get("link", ""),
    }


def _subject(message, context):
    template = f"notifications/{message.event}/{message.audience}.subject.txt"
    return _one_line(_plain(template, context))[:SUBJECT_LENGTH]


def _is_range(facts):
    return not facts.get("total") and facts.get("sum_low") != facts.get("sum_high")


def _amount(facts):
    if facts.get("total"):
        return money(facts["total"])
    if facts.get("sum_high"):
        return money_range(facts.get("sum_low"), facts["sum_high"])
    return ""


def _term(facts):
    due_on = facts.get("due_on")
    return date_format(date.fromisoformat(due_on), "DATE_FORMAT") if due_on else ""


def _changed(facts):
    """The names of an order's changed details, in words."""
    names = {
        "phone": _("phone"),
        "email": _("e-mail"),
        "address": _("address"),
        "pin": _("place on the map"),
        "due_on": pgettext("order", "term"),
        "manager": _("responsible manager"),
    }
    return ", ".join(names[one] for one in facts.get("changed", []) if one in names)


def _fact(fact, message, context):
    """The label and the value of a line of facts; an empty value is not shown."""
    label = {
        Fact.PLACE: _("Place"),
        Fact.AMOUNT: _("Sum"),
        Fact.AMOUNT_BEFORE: _("Sum before"),
        Fact.DEALER: _("Dealer"),
        Fact.MANAGER: _("Manager"),
        Fact.CUSTOMER: _("Customer"),
        Fact.REASON: _("Reason"),
        Fact.TERM: _("Term"),
    }[fact]
    value = context[fact]
    if fact == Fact.REASON and value and message.audience == Audience.MANUFACTURER:
        sides = {
            "customer": pgettext("whose reason", "customer"),
            "dealer": pgettext("whose reason", "dealer"),
            "manufacturer": pgettext("whose reason", "manufacturer"),
        }
        if side := sides.get(context["party"]):
            value = _("%(reason)s (side: %(side)s)") % {"reason": value, "side": side}
    return label, value


def _lines_of(fact, message, context):
    """The lines of a fact: under the sum stands the promo code that made it smaller."""
    yield _fact(fact, message, context)
    if fact == Fact.AMOUNT and context["amount"]:
        yield _("Promo code"), context["promo"]


def _promo(facts):
    code, discount = facts.get("promo_code", ""), facts.get("discount")
    if code and discount:
        return _("%(code)s, discount %(sum)s") % {"code": code, "sum": money(discount)}
    return code


def _plain(template, context):
    # Plain text: nothing is escaped here; the HTML mail escapes when it shows these sentences.
    return get_template(template).template.render(Context(context, autoescape=False))


def _one_line(text):
    # No split() of all white space: it would break no-break spaces.
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def _paragraphs(text):
    return [_one_line(part) for part in re.split(r"\n\s*\n", text) if part.strip()]
