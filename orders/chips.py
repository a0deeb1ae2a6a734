"""What narrows the list of orders now, each with the way to take it off."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orders.models import OrderSource
from suz.common.text import money


@dataclass(frozen=True)
class Chip:
    """A filter in words and the query of the list without it."""

    text: str
    query: str


def chips_of(form, data):
    """Chips of the search and of the filters; the statuses have chips of their own."""
    form.is_valid()
    cleaned = form.cleaned_data
    words = {
        "q": lambda value: _("“%(text)s”") % {"text": value},
        "region": str,
        "dealer": str,
        "category": str,
        "source": lambda value: _("came by: %(source)s") % {"source": OrderSource(value).label},
        "since": lambda value: _("from %(day)s") % {"day": date_format(value)},
        "until": lambda value: _("to %(day)s") % {"day": date_format(value)},
        "sum_from": lambda value: _("not less than %(sum)s") % {"sum": money(value)},
        "sum_to": lambda value: _("not more than %(sum)s") % {"sum": money(value)},
        "overdue": lambda value: _("overdue"),
        "attention": lambda value: _("need attention"),
        "waiting": lambda value: _("the customer waits"),
    }
    return [
        Chip(text(cleaned[name]), _without(data, name))
        for name, text in words.items()
        if name in form.fields and cleaned.get(name) not in (None, "", False)
    ]


def _without(data, name):
    query = data.copy()
    for key in (name, "after", "before", "known"):
        query.pop(key, None)
    return query.urlencode()
