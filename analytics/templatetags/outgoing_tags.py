"""How messages to other systems look in their logs."""

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from analytics.models import DispatchState
from analytics.outgoing.delivery import TEST
from analytics.webhooks.events import EVENTS

register = template.Library()

COLOURS = {
    DispatchState.PENDING: "blue",
    DispatchState.SENDING: "azure",
    DispatchState.SENT: "green",
    DispatchState.DEAD: "red",
    DispatchState.OUTDATED: "secondary",
    DispatchState.CANCELLED: "secondary",
}


@register.filter
def state_colour(dispatch):
    """The colour of a dispatch's state."""
    return COLOURS[dispatch.state]


@register.filter
def what(dispatch):
    """What a dispatch tells of, in words."""
    if dispatch.event == TEST:
        return _("Trial of the connection")
    return capfirst(EVENTS.get(dispatch.event, _("state of an order")))


@register.filter
def event_names(codes):
    """Names of events, to be read in a line."""
    return ", ".join(str(EVENTS[code]) for code in codes if code in EVENTS)
