"""The survey on the customer's page of the order."""

from django import template
from django.utils import timezone

from surveys.links import survey_link
from surveys.models import Invitation

register = template.Library()


@register.inclusion_tag("surveys/customer/box.html")
def survey_box(order):
    """The way to the survey while it may be answered, or thanks; one query for a closed order."""
    if order.is_open:
        return {}
    survey = Invitation.objects.filter(order=order, voided_at__isnull=True).first()
    if survey is None or not (survey.is_answered or survey.is_open(timezone.now())):
        return {}
    return {"survey": survey, "link": survey_link(survey)}
