"""A survey that shall not count."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind, PointsEntry
from dealers.services.audit import record
from dealers.services.errors import Refused
from dealers.services.points import add_points
from dealers.services.ratings import count_rating
from surveys import messages
from surveys.models import Invitation, Review, ReviewState


class NotVoided(Refused):
    """The survey could not be voided."""


@transaction.atomic
def void_survey(*, survey_id, reason, by, now):
    """An administrator voids a survey: its points go back, its stars do not count, its review goes.

    Its link ends. Raises NotVoided (voided before, no reason).
    """
    survey = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("order", "dealer")
        .get(pk=survey_id)
    )
    reason = reason.strip()
    if survey.is_voided:
        raise NotVoided(_("The survey was voided before."))
    if not reason:
        raise NotVoided(_("Say why the survey shall not count."))
    survey.voided_at, survey.voided_by, survey.void_reason = now, by, reason
    survey.save(update_fields=["voided_at", "voided_by", "void_reason"])
    if survey.rating and survey.dealer_id:
        add_points(
            dealer_id=survey.dealer_id,
            amount=-survey.points,
            kind=PointsEntry.Kind.RATING_VOIDED,
            order_id=survey.order_id,
            cycle=survey.cycle,
            reason=reason,
            by=by,
            now=now,
        )
        count_rating(dealer_id=survey.dealer_id, stars=survey.rating, takes_back=True)
    Review.objects.filter(survey=survey).update(
        state=ReviewState.WITHDRAWN, reason=reason, moderated_at=now, moderated_by=by
    )
    messages.revoke(survey, now)
    record(by=by, changed=survey, kind=AuditKind.SURVEY_VOIDED, data={"reason": reason}, now=now)
    return survey
