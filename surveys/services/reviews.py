"""Reviews: written by customers, moderated by the manufacturer, answered by dealers."""

from django.db import transaction
from django.utils.translation import gettext as _

from dealers.models import AuditKind
from dealers.services.audit import record
from dealers.services.errors import Refused
from surveys import messages
from surveys.models import Invitation, Review, ReviewState
from suz.common.masking import without_contacts


class ReviewRefused(Refused):
    """The change does not fit the review."""


@transaction.atomic
def write_review(*, survey_id, text, name, address, now):
    """A customer lets everybody read a text about the dealer; returns the Review, to be moderated.

    Phones and addresses of mail are masked. One review a survey: what was written first stays,
    unless the customer had withdrawn it. Raises ReviewRefused.
    """
    survey = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("order", "dealer")
        .get(pk=survey_id)
    )
    if not survey.is_answered or survey.is_voided or not survey.rating or not survey.dealer_id:
        raise ReviewRefused(_("A review of this order cannot be written."))
    review = Review.objects.filter(survey=survey).first()
    if review is not None and review.state != ReviewState.WITHDRAWN:
        raise ReviewRefused(_("You have written your review already."))
    values = {
        "dealer_id": survey.dealer_id,
        "state": ReviewState.WAITING,
        "stars": survey.rating,
        "text": without_contacts(text.strip()),
        "name": without_contacts(name.strip()),
        "created_at": now,
        "consent_at": now,
        "consent_address": address,
        "moderated_at": None,
        "moderated_by": None,
        "reason": "",
        "reply": "",
        "replied_at": None,
        "replied_by": None,
        "is_reply_hidden": False,
    }
    review, _is_new = Review.objects.update_or_create(survey=survey, defaults=values)
    review.survey = survey
    messages.review_written(review, now)
    return review


@transaction.atomic
def withdraw_review(*, survey_id, now):
    """A customer takes the consent back: nobody reads the review any more. Nothing where none is.

    A rejected one stays as it is.
    """
    return (
        Review.objects.filter(survey_id=survey_id)
        .filter(state__in=(ReviewState.WAITING, ReviewState.PUBLISHED))
        .update(
            state=ReviewState.WITHDRAWN,
            reason="",
            moderated_at=now,
            moderated_by=None,
        )
    )


@transaction.atomic
def publish_review(*, review_id, by, now):
    """The manufacturer lets everybody read a review. Raises ReviewRefused."""
    review = _lock(review_id)
    if review.state not in (ReviewState.WAITING, ReviewState.REJECTED):
        raise ReviewRefused(_("Only a review that waits or was rejected can be published."))
    _moderate(review, ReviewState.PUBLISHED, "", by, now)
    messages.review_published(review, now)
    return review


@transaction.atomic
def reject_review(*, review_id, reason, by, now):
    """The manufacturer keeps a review from the public, published before or not.

    Raises ReviewRefused (no reason, withdrawn by the customer).
    """
    review = _lock(review_id)
    if not reason.strip():
        raise ReviewRefused(_("Say why the review is rejected."))
    if review.state not in (ReviewState.WAITING, ReviewState.PUBLISHED):
        raise ReviewRefused(_("Only a review that waits or is published can be rejected."))
    _moderate(review, ReviewState.REJECTED, reason.strip(), by, now)
    return review


@transaction.atomic
def reply_to_review(*, review_id, text, by, now):
    """The dealer answers a published review of its own, or writes it anew; "" takes it back.

    Phones and addresses of mail are masked. An answer that was hidden stays hidden. Raises
    ReviewRefused.
    """
    review = _lock(review_id)
    if not (by.is_dealer and review.dealer_id == by.dealer_id and review.is_published):
        raise ReviewRefused(_("Only a published review of yours can be answered."))
    text = without_contacts(text.strip())
    review.reply = text
    review.replied_at, review.replied_by = (now, by) if text else (None, None)
    review.save(update_fields=["reply", "replied_at", "replied_by"])
    record(by=by, changed=review, kind=AuditKind.REVIEW_REPLY, data={"text": text}, now=now)
    return review


@transaction.atomic
def hide_reply(*, review_id, is_hidden, by, now):
    """An administrator hides a dealer's answer from the public, or shows it again."""
    review = _lock(review_id)
    if not review.reply:
        raise ReviewRefused(_("There is no answer to hide."))
    if review.is_reply_hidden != is_hidden:
        review.is_reply_hidden = is_hidden
        review.save(update_fields=["is_reply_hidden"])
        kind = AuditKind.REPLY_HIDDEN if is_hidden else AuditKind.REPLY_SHOWN
        record(by=by, changed=review, kind=kind, now=now)
    return review


def _lock(review_id):
    return (
        Review.objects.select_for_update(of=("self",))
        .select_related("survey__order", "survey__dealer")
        .get(pk=review_id)
    )


def _moderate(review, state, reason, by, now):
    review.state, review.reason = state, reason
    review.moderated_at, review.moderated_by = now, by
    review.save(update_fields=["state", "reason", "moderated_at", "moderated_by"])
    kinds = {
        ReviewState.PUBLISHED: AuditKind.REVIEW_PUBLISHED,
        ReviewState.REJECTED: AuditKind.REVIEW_REJECTED,
    }
    data = {"reason": reason} if reason else {}
    record(by=by, changed=review, kind=kinds[state], data=data, now=now)
