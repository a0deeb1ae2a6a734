"""The question whether visits may be counted, for the shop's pages."""

from django import template
from django.conf import settings

from analytics.collecting.consent import is_asked

register = template.Library()


@register.inclusion_tag("analytics/counting_offer.html", takes_context=True)
def counting_offer(context):
    """The question, where it was not answered yet."""
    request = context["request"]
    return {"request": request, "is_asked": settings.COUNT_VISITS and is_asked(request)}
