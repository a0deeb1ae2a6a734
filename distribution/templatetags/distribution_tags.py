"""What distribution adds to pages: the order's panel, running timers, the attention count."""

from django import template
from django.utils import timezone

from distribution import panel
from distribution.explain.chain import duration
from distribution.timers import stage_timers

register = template.Library()

register.filter("minutes", duration)


@register.inclusion_tag("distribution/panel.html", takes_context=True)
def distribution_panel(context, order):
    """Who was shown the order and why: all dealers for the manufacturer, its own for a dealer."""
    user = context["request"].user
    now = timezone.now()
    result = {"order": order, "user": user}
    if user.is_manufacturer:
        return result | {"plans": panel.manufacturer_panel(order, now=now)}
    timers = stage_timers([order], now=now)
    return result | {
        "decisions": panel.dealer_panel(order, user.dealer_id),
        "timer": timers.get(order.pk),
    }


@register.simple_tag(takes_context=True)
def load_stage_timers(context, orders):
    """Read the timers of a page's orders at once, for ``stage_timer`` in each of its rows."""
    context["stage_timers"] = stage_timers(orders, now=timezone.now())
    return ""


@register.inclusion_tag("distribution/stage_timer.html", takes_context=True)
def stage_timer(context, order):
    """A running timer: how long until other dealers see the order too; empty where none runs."""
    loaded = context.get("stage_timers")
    if loaded is None:
        loaded = stage_timers([order], now=timezone.now())
    return {"timer": loaded.get(order.pk)}
