"""Parts of the screens about dealers."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealers.checklist import address_of, progress_of
from dealers.models import Dealer
from dealers.places import place_label
from dealers.services.terms import SWITCHES
from suz.common.text import number

register = template.Library()

# Fields of the profile that are no columns of the dealer.
FIELD_NAMES = {"phones": gettext_lazy("phones"), "outlets": gettext_lazy("outlets")}


@register.filter
def signed(points):
    """Points with their sign: +100, −50."""
    return f"+{number(points)}" if points > 0 else number(points)


@register.inclusion_tag("dealers/sort_header.html", takes_context=True)
def sort_header(context, name, label, numeric=False):
    """The head of a column that sorts: once up, twice down; numbers begin with the largest."""
    current = context["sort"]
    first, second = (f"-{name}", name) if numeric else (name, f"-{name}")
    return {
        "request": context["request"],
        "label": label,
        "target": second if current == first else first,
        "direction": {name: "ascending", f"-{name}": "descending"}.get(current, ""),
        "numeric": numeric,
    }


@register.filter
def place_name(place):
    """The place's name, with the region where it says more."""
    return place_label(place)


@register.filter
def field_name(name):
    """What a field of a dealer is called."""
    return FIELD_NAMES.get(name) or Dealer._meta.get_field(name).verbose_name


@register.filter
def change_words(text, field):
    """A value in a list of changes: switches say yes or no, a logo has no words."""
    if field in SWITCHES:
        return _("yes") if text == "yes" else _("no")
    return _("picture") if field == "logo" else text


@register.inclusion_tag("dealers/checklist.html", takes_context=True)
def first_steps(context, dealer):
    """What the profile of a dealer read by ``with_progress`` lacks; links for the dealer itself."""
    progress = progress_of(dealer)
    is_own = context["request"].user.is_dealer
    return {
        "progress": progress,
        "steps": [
            (step, is_done, address_of(step, dealer) if is_own else None)
            for step, is_done in progress.steps
        ],
    }


@register.simple_tag
def filled_in(dealer):
    """The Progress of a dealer read by ``with_progress``."""
    return progress_of(dealer)
