"""What people are told about surveys and reviews."""

from django.utils.translation import gettext_lazy as _

from notifications.events import Event, Fact, Notice, Priority, declare
from notifications.models import Audience

INVITATION, REMINDER = "survey_invitation", "survey_reminder"
LOW_RATING, NEW_REVIEW = "survey_low_rating", "review_new"
REVIEW_PUBLISHED = "review_published"

declare(
    Event(
        INVITATION,
        _("survey after the order"),
        "star",
        "yellow",
        {Audience.CUSTOMER: Notice(())},
        variables=("order", "dealer", "link"),
        link_words=_("Rate the order"),
    ),
    Event(
        REMINDER,
        _("reminder of the survey"),
        "star",
        "yellow",
        {Audience.CUSTOMER: Notice((), priority=Priority.LOW)},
        variables=("order", "dealer", "link"),
        link_words=_("Rate the order"),
    ),
    Event(
        LOW_RATING,
        _("customer rated the order low"),
        "mood-sad",
        "red",
        {
            Audience.DEALER: Notice((Fact.RATING,)),
            Audience.MANUFACTURER: Notice((Fact.DEALER, Fact.RATING)),
        },
        variables=("order", "dealer", "rating", "link"),
        link_words=_("Open the answers"),
    ),
    Event(
        NEW_REVIEW,
        _("review waits for moderation"),
        "message-star",
        "yellow",
        {Audience.MANUFACTURER: Notice((Fact.DEALER, Fact.RATING))},
        variables=("order", "dealer", "rating", "link"),
        link_words=_("Open the reviews"),
    ),
    Event(
        REVIEW_PUBLISHED,
        _("review published"),
        "message-star",
        "green",
        {Audience.DEALER: Notice((Fact.RATING,), priority=Priority.LOW)},
        variables=("order", "rating", "link"),
        link_words=_("Answer the review"),
    ),
)
