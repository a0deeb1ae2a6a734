"""What telephony adds to pages: the panel of calls on the order's card."""

from django import template
from django.utils import timezone

from dealers.models import SystemSettings
from telephony.panel import own_order, panel_of
from telephony.simulation import pages

register = template.Library()


@register.inclusion_tag("telephony/panel_frame.html", takes_context=True)
def call_panel(context, order):
    """The calls about an order, with the button and the state of one that is going on."""
    user = context["request"].user
    seen = own_order(user, order.pk)
    if seen is None:
        return {}
    panel = panel_of(seen, user, SystemSettings.load(), now=timezone.now())
    return {"order": order, "panel": panel, "user": user, "csrf_token": context["csrf_token"]}


@register.simple_tag
def may_simulate(user):
    """Whether the user may hold the phones of the simulator."""
    return pages.may_simulate(user)


@register.filter
def clock(seconds):
    """Seconds as minutes and seconds: 1:05."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
