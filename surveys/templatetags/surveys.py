"""How stars and questions look."""

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dealers.ratings import BEST
from surveys.answers import options_of
from surveys.models import Invitation

register = template.Library()
register.filter("options", options_of)

STAR_WORDS = (
    ("1", _("1 star: bad")),
    ("2", _("2 stars: poor")),
    ("3", _("3 stars: so-so")),
    ("4", _("4 stars: good")),
    ("5", _("5 stars: excellent")),
)


@register.inclusion_tag("surveys/stars.html")
def stars_shown(count):
    """Stars given: filled and empty ones, read out as a number."""
    return {
        "marks": [place <= count for place in range(1, BEST + 1)],
        "words": ngettext("%(count)s star of 5", "%(count)s stars of 5", count) % {"count": count},
    }


@register.simple_tag
def star_words():
    """(value, words) of the stars to choose from."""
    return STAR_WORDS


@register.inclusion_tag("surveys/panel.html", takes_context=True)
def survey_panel(context, order):
    """The survey of an order on its card, with the button that sends it; one query.

    The customer's link is not shown: whoever has it answers in the customer's name.
    """
    user = context["request"].user
    survey = Invitation.objects.filter(order=order).first()
    may_send = not order.is_open and (
        survey is None or not (survey.is_answered or survey.is_voided)
    )
    return {
        "order": order,
        "survey": survey,
        "may_send": may_send and (user.is_manufacturer or order.dealer_id == user.dealer_id),
        "csrf_token": context["csrf_token"],
    }
