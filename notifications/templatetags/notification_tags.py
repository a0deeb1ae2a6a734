"""The bell, and how messages and mails look in lists."""

from django import template

from notifications.events import EVENTS
from notifications.models import Channel, DeliveryState
from notifications.rendering import render_subject
from notifications.selectors import bell_for
from suz.common.text import hidden_phone

register = template.Library()

STATE_COLOURS = {
    DeliveryState.PENDING: "blue",
    DeliveryState.SENDING: "azure",
    DeliveryState.SENT: "green",
    DeliveryState.DELIVERED: "green",
    DeliveryState.DIGESTED: "secondary",
    DeliveryState.DEAD: "red",
    DeliveryState.CANCELLED: "secondary",
}


@register.inclusion_tag("notifications/bell.html", takes_context=True)
def bell(context):
    """The bell of the page's user with the newest messages; one query."""
    return {"bell": bell_for(context["request"].user)}


@register.filter
def line(message):
    """A message in one line."""
    return render_subject(message)


@register.filter
def event(message):
    """The event that a message tells of."""
    return EVENTS[message.event]


@register.filter
def state_colour(delivery):
    """The colour of a delivery's state."""
    return STATE_COLOURS[delivery.state]


@register.filter
def address(delivery):
    """Where a delivery goes, as pages show it: numbers masked."""
    return hidden_phone(delivery.address) if delivery.channel == Channel.SMS else delivery.address
