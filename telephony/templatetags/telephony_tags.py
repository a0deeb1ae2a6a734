"""What telephony adds to pages: the panel of calls on the order's card."""

from django import template
from django.db.models import F
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from dealers.models import SystemSettings
from orders.statuses import Status
from suz.common.templatetags.suz import icon
from telephony.models import Call
from telephony.panel import own_order, panel_of
from telephony.simulation import pages
from telephony.states import CallKind, Result

register = template.Library()

ANSWER_COLOURS = {Result.CONFIRMED: "green", Result.CALL_BACK: "orange"}


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
def robot_answers(rows):
    """What customers of a page's accepted orders told the robot: {order id: Result}; one query."""
    accepted = {row.order.pk for row in rows if row.order.status == Status.ACCEPTED}
    if not accepted:
        return {}
    told = Call.objects.filter(
        order__in=accepted, cycle=F("order__cycle"), kind=CallKind.ROBOT
    ).exclude(result="")
    return {pk: Result(result) for pk, result in told.values_list("order_id", "result")}


@register.simple_tag
def robot_answer(answers, order):
    """The answer to the robot as a badge of the list, empty where there is none."""
    result = answers.get(order.pk)
    if result is None:
        return ""
    return format_html(
        '<span class="badge bg-{}-lt" title="{}">{}{}</span>',
        ANSWER_COLOURS.get(result, "secondary"),
        _("Answer to the robot"),
        icon("phone"),
        result.label,
    )


@register.simple_tag
def may_simulate(user):
    """Whether the user may hold the phones of the simulator."""
    return pages.may_simulate(user)


@register.filter
def clock(seconds):
    """Seconds as minutes and seconds: 1:05."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
