"""Messages in words: the mail, the SMS, and the one line that says it on the site.

Where the settings hold a text of one's own it is used, else the product's own templates.
"""

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
    COMPLAINT,
    DIGEST,
    EVENTS,
    INVITATION,
    RELATED_HIDDEN,
    RELATED_SHOWN,
    Fact,
    notice_for,
    variables_of,
)
from notifications.models import Audience, Channel
from notifications.stored import stored_for
from notifications.texts import fill
from suz.common.text import money, money_range

SUBJECT_LENGTH = 300
SMS_LENGTH = 480
OUTCOME = "outcome"


@dataclass(frozen=True)
class Mail:
    """What is sent by e-mail."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Sms:
    """What is sent by SMS; named as a mail's so that both are kept alike."""

    text: str
    subject: str = ""
    html: str = ""


def render(message, channel, stored=None):
    """The message as its channel carries it; ``stored`` are the settings' texts, if at hand."""
    if stored is None:
        stored = stored_for([message.event])
    return (render_sms if channel == Channel.SMS else render_mail)(message, stored)


def render_mail(message, stored=None):
    """The mail of a message. Raises UnknownEvent."""
    with translation.override(settings.LANGUAGE_CODE):
        notice = notice_for(message.event, message.audience)
        context = _context(message)
        own = _own(message, Channel.EMAIL, stored)
        body = own["body"] and _filled(own["body"], message, context)
        subject = own["subject"] and _one_line(_filled(own["subject"], message, context))
        context |= {
            "subject": subject[:SUBJECT_LENGTH] or _subject(message, context),
            "paragraphs": _paragraphs(
                body or _plain(f"notifications/{message.event}/{message.audience}.txt", context)
            ),
            "news": message.context.get("news", []) if message.event == DIGEST else [],
            "unsubscribe": absolute(message.unsubscribe),
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


def render_sms(message, stored=None):
    """The SMS of a message. Raises UnknownEvent."""
    with translation.override(settings.LANGUAGE_CODE):
        notice_for(message.event, message.audience)
        context = _context(message)
        own = _own(message, Channel.SMS, stored)["body"]
        text = _filled(own, message, context) if own else _sms(_subject(message, context), message)
        # One paragraph of plain letters: what is no letter of GSM or Russian makes it longer.
        text = _one_line(text.replace("\u00a0", " ").replace("\u202f", " "))
        return Sms(text=text[:SMS_LENGTH])


def render_subject(message):
    """What a message says in one line, plain text: its mail's subject and its line on the site."""
    if message.line:
        return message.line
    with translation.override(settings.LANGUAGE_CODE):
        return _subject(message, _context(message))


def render_line(message, stored):
    """The line on the site by a text of one's own, empty where there is none."""
    own = _own(message, Channel.SITE, stored)["body"]
    if not own:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return _one_line(_filled(own, message, _context(message)))[:SUBJECT_LENGTH]


def default_text(event, audience, channel):
    """The product's own text as one writes it, with variables: ``(subject, body)``."""
    names = variables_of(event, audience)
    context = {name: f"{{{{ {name} }}}}" for name in names}
    context["is_range"] = True
    with translation.override(settings.LANGUAGE_CODE):
        subject = _one_line(_plain(f"notifications/{event}/{audience}.subject.txt", context))
        if channel == Channel.EMAIL:
            paragraphs = _paragraphs(_plain(f"notifications/{event}/{audience}.txt", context))
            return subject, "\n\n".join(paragraphs)
        if channel == Channel.SMS:
            return "", _with_link(subject, "{{ link }}") if "link" in names else subject
        return "", subject


def _sms(subject, message):
    link = absolute(message.url or message.context.get("link", ""))
    return _with_link(subject, link) if link else subject


def _with_link(subject, link):
    """A subject that is a question or a sentence already needs no full stop."""
    return f"{subject} {link}" if subject.endswith(("?", ".")) else f"{subject}. {link}"


def _own(message, channel, stored):
    """The settings' text for a message, or the one that a test message brings along."""
    if brought := message.context.get("text"):
        return {"subject": brought.get("subject", ""), "body": brought.get("body", "")}
    found = (stored or {}).get((message.event, str(message.audience), str(channel)))
    if found is None:
        return {"subject": "", "body": ""}
    return {"subject": found.subject, "body": found.body}


def _filled(text, message, context):
    words = context | {"link": absolute(message.url or context["link"])}
    names = variables_of(message.event, message.audience)
    return fill(text, {name: words[name] for name in names})


def _link_words(message):
    """What the mail's button says."""
    if message.event == DIGEST:
        return _("Open the messages")
    if message.event == INVITATION:
        return _("Set a password")
    if message.event in (RELATED_HIDDEN, RELATED_SHOWN):
        return _("Open the product")
    if message.audience != Audience.CUSTOMER and message.event.startswith(COMPLAINT):
        return _("Open the complaint")
    return str(EVENTS[message.event].link_words) or _("Open the order")


def absolute(path):
    """A path as a link that works in a mail."""
    return urljoin(settings.PUBLIC_URL, path) if path else ""


def _context(message):
    """The message's context in words, with every key that templates use."""
    facts = message.context
    place, region = facts.get("place", ""), facts.get("region", "")
    lines = facts.get("lines", [])
    changes = facts.get("changes") or []
    words = {
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
        "words": facts.get("words", ""),
        "files": facts.get("files", 0),
        "asks": facts.get("asks", ""),
        "code": facts.get("code", ""),
        "term": _term(facts),
        "rating": _rating(facts),
        "answer_by": _term(facts),
        "complaint": str(facts.get("complaint", "")),
        "category": facts.get("category", ""),
        "said": facts.get("said", ""),
        "changed": _changed(facts),
        "lines": lines,
        "line_count": facts.get("line_count", len(lines)),
        "choice": facts.get("choice", ""),
        "changes": changes,
        "change_count": facts.get("change_count") or len(changes),
        "amount_before": facts.get("sum_before", ""),
        "link": facts.get("link", ""),
        "count": facts.get("news_count", 0),
    }
    return words | {"outcome": _outcome(message, words)}


def _outcome(message, words):
    """What becomes of the order, in a sentence, for the events that leave that open."""
    if OUTCOME not in variables_of(message.event, message.audience):
        return ""
    name = f"notifications/{message.event}/{message.audience}.{OUTCOME}.txt"
    return _one_line(_plain(name, words))


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


def _rating(facts):
    stars = facts.get("rating")
    return _("%(stars)s of 5") % {"stars": stars} if stars else ""


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
        Fact.RATING: pgettext("fact", "Rating"),
        Fact.CATEGORY: _("About"),
        Fact.ANSWER_BY: _("Answer by"),
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
    return re.sub(r"[ \t\r\n\v\f]+", " ", text).strip(" ")


def _paragraphs(text):
    text = text.replace("\r\n", "\n")
    return [_one_line(part) for part in re.split(r"\n\s*\n", text) if part.strip()]
