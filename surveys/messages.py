"""Messages about surveys and reviews: whom, and what."""

from django.urls import reverse

from dealers.models import Role, User
from notifications.models import Audience
from notifications.outbox import Draft, enqueue, withdraw
from orders.links import channels_link
from orders.messages import subject_key
from surveys import events
from surveys.links import survey_link


def invited(surveys, now, *, event=events.INVITATION):
    """Ask customers to answer; by the channels that each has chosen for the order.

    ``surveys`` come with their orders and dealers: a fixed number of queries for any number.
    """
    enqueue([_to_customer(event, survey) for survey in surveys], now=now)


def reminded(surveys, now):
    """Ask customers who have not answered once more."""
    invited(surveys, now, event=events.REMINDER)


def revoke(survey, now):
    """Do not send what leads to a survey that cannot be answered any more."""
    for event in (events.INVITATION, events.REMINDER):
        withdraw(subject_key=subject_key(survey.order), event=event, now=now)


def rated_low(survey, now):
    """Tell the manufacturer and the dealer that a customer was not content."""
    _tell(events.LOW_RATING, survey, survey.rating, "survey_page", now, to_dealer=True)


def review_written(review, now):
    """Tell the manufacturer that a review waits."""
    _tell(events.NEW_REVIEW, review.survey, review.stars, "review_list", now)


def review_published(review, now):
    """Tell the dealer that everybody can read a review of it."""
    _tell(
        events.REVIEW_PUBLISHED,
        review.survey,
        review.stars,
        "review_list",
        now,
        to_manufacturer=False,
        to_dealer=True,
    )


def _tell(event, survey, stars, page, now, *, to_manufacturer=True, to_dealer=False):
    link = reverse(page, args=[survey.pk] if page == "survey_page" else [])
    context = _facts(survey) | {"rating": stars, "link": link}
    people = []
    if to_manufacturer:
        staff = User.objects.filter(role__in=(Role.ADMINISTRATOR, Role.MANUFACTURER_MANAGER))
        people += [(Audience.MANUFACTURER, user) for user in staff.filter(is_active=True)]
    if to_dealer and survey.dealer_id:
        managers = User.objects.filter(dealer_id=survey.dealer_id, is_active=True)
        people += [(Audience.DEALER, user) for user in managers]
    enqueue(
        [
            Draft(
                event=event,
                audience=audience,
                subject_key=subject_key(survey.order),
                context=context,
                url=link,
                user=user,
            )
            for audience, user in people
        ],
        now=now,
    )


def _to_customer(event, survey):
    link, order = survey_link(survey), survey.order
    return Draft(
        event=event,
        audience=Audience.CUSTOMER,
        subject_key=subject_key(order),
        context=_facts(survey) | {"link": link},
        url=link,
        email=order.email,
        phone=str(order.phone),
        unsubscribe=channels_link(order),
        on_site=False,
    )


def _facts(survey):
    return {
        "order": survey.order_id,
        "dealer": survey.dealer.name if survey.dealer_id else "",
    }
