"""Customers' personal links to their surveys."""

from django.urls import reverse

from surveys.models import Invitation
from suz.common import links

SURVEY = "survey"


def survey_token(survey):
    """What opens the survey and nothing else."""
    return links.sign(SURVEY, survey.pk, survey.link_version)


def survey_link(survey):
    """The path of the customer's page of the survey."""
    return reverse("survey", args=[survey_token(survey)])


def survey_by_token(token, *, now):
    """The survey that the token opens, or None: forged, revoked, voided and old ones alike.

    A survey that was answered in time stays open to its customer, who may read and withdraw.
    """
    survey_id = links.object_id(token)
    if survey_id is None:
        return None
    survey = (
        Invitation.objects.filter(pk=survey_id, order__deleted_at__isnull=True)
        .select_related("order", "dealer")
        .first()
    )
    if not links.verify(token, SURVEY, survey_id, survey.link_version if survey else 0):
        return None
    if survey is None or survey.is_voided or survey.order.is_open:
        return None
    return survey if survey.is_answered or survey.is_open(now) else None
