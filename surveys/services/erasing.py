"""Taking a person out of surveys: the figures stay, the words go."""

from django.db import transaction
from django.db.models import F

from surveys.models import Answer, Invitation, Review, ReviewState


@transaction.atomic
def erase_words(*, orders, erased, now):
    """Erase what customers wrote in the surveys of ``orders``, a queryset.

    Stars and choices stay in the results, as nobody's. Texts and names become ``erased``; reviews
    leave the shop, with the dealers' answers to them; links open nothing any more.
    """
    surveys = Invitation.objects.filter(order__in=orders)
    Answer.objects.filter(invitation__in=surveys).exclude(text="").update(text=erased)
    Review.objects.filter(survey__in=surveys).update(
        state=ReviewState.WITHDRAWN,
        text=erased,
        name=erased,
        reply="",
        consent_address=None,
        moderated_at=now,
    )
    surveys.update(link_version=F("link_version") + 1, remind_at=None)
