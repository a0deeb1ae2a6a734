"""Who is invited when: by the clock for orders that close, by hand from the card; reminders."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from dealers.services.errors import Refused
from orders.models import Order
from orders.services.locking import lock_own
from orders.statuses import FINAL
from surveys import messages
from surveys.models import Invitation, SurveySettings
from surveys.outcomes import outcome_of

# Orders in one transaction. A batch of this size takes a fraction of a second, so 10,000 orders
# closed at once are invited within minutes and nothing else waits for it.
BATCH = 200
# An order closed this long ago is in the database by now, however long its transaction took.
SETTLED = timedelta(hours=1)
# How often the mark that saves looking at old orders is moved.
SWEEP = timedelta(minutes=10)
# Nobody is pestered: a survey is sent by hand again after this long.
PAUSE = timedelta(hours=12)


class TooSoon(Refused):
    """The customer was asked a short while ago."""

    def __init__(self):
        super().__init__(_("The customer was sent the survey today already. Wait until tomorrow."))


class NotToBeSent(Refused):
    """This order's survey cannot be sent."""


@transaction.atomic
def invite_closed(*, now, limit=BATCH):
    """Invite the customers of orders that have closed; returns how many, at most ``limit``.

    Only orders closed since surveys were switched on, each once. What somebody is working on right
    now is left for the next time. A fixed number of queries.
    """
    settings = SurveySettings.load()
    if settings.enabled_since is None:
        return 0
    due = _due(settings)
    orders = list(
        due.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("dealer", "cancel_reason")
        .order_by("closed_at", "id")[:limit]
    )
    if not orders:
        _sweep(settings, due, now)
        return 0
    # Whoever invites holds the order: what was there a moment before the lock is seen now.
    invited = set(Invitation.objects.filter(order__in=orders).values_list("order_id", flat=True))
    surveys = [_invitation(order, settings, now) for order in orders if order.pk not in invited]
    Invitation.objects.bulk_create(surveys)
    messages.invited(surveys, now)
    return len(surveys)


@transaction.atomic
def remind(*, now, limit=BATCH):
    """Remind customers who have not answered, once each; returns how many were."""
    surveys = list(
        Invitation.objects.filter(
            remind_at__lte=now, answered_at__isnull=True, voided_at__isnull=True
        )
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("order", "dealer")
        .order_by("remind_at")[:limit]
    )
    Invitation.objects.filter(pk__in=[survey.pk for survey in surveys]).update(remind_at=None)
    due = [
        survey
        for survey in surveys
        if survey.is_open(now) and survey.order.deleted_at is None and not survey.order.is_open
    ]
    Invitation.objects.filter(pk__in=[survey.pk for survey in due]).update(reminded_at=now)
    messages.reminded(due, now)
    return len(due)


@transaction.atomic
def send_survey(*, order_id, by, now):
    """Send an order's survey by hand, for the first time or again; returns the Invitation.

    By the manufacturer's people and the order's dealer. Raises OrderNotFound, NotToBeSent (open
    order, no address, answered, voided), TooSoon.
    """
    order = lock_own(order_id, by)
    if order.is_open:
        raise NotToBeSent(_("The survey is sent when the order is closed."))
    if not (order.email or order.phone):
        raise NotToBeSent(_("The order has neither an e-mail address nor a phone."))
    settings = SurveySettings.load()
    survey = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("dealer")
        .filter(order=order)
        .first()
    )
    if survey is None:
        survey = _invitation(order, settings, now)
        survey.save()
    elif survey.is_answered:
        raise NotToBeSent(_("The customer has answered already."))
    elif survey.is_voided:
        raise NotToBeSent(_("The survey was voided: it is not sent any more."))
    elif now - survey.sent_at < PAUSE:
        raise TooSoon
    else:
        survey.sent_at, survey.sends = now, survey.sends + 1
        survey.closes_at = now + timedelta(days=settings.open_days)
        survey.save(update_fields=["sent_at", "sends", "closes_at"])
        survey.order = order
    messages.invited([survey], now)
    return survey


def _due(settings):
    """Orders to be invited: closed since the switch, alive, reachable, without an invitation."""
    since = max(filter(None, (settings.enabled_since, settings.swept_until)))
    return Order.objects.alive().filter(
        ~Exists(Invitation.objects.filter(order=OuterRef("pk"))),
        Q(email__gt="") | Q(phone__gt=""),
        status__in=FINAL,
        closed_at__gte=since,
    )


def _sweep(settings, due, now):
    """Move the mark behind which nothing is due, where nothing is left and it is worth while."""
    settled = now - SETTLED
    if settings.swept_until and settled - settings.swept_until < SWEEP:
        return
    # What somebody holds was passed over by the lock, but is still due.
    if not due.filter(closed_at__lt=settled).exists():
        SurveySettings.objects.filter(
            Q(swept_until__isnull=True) | Q(swept_until__lt=settled),
            pk=1,
            enabled_since=settings.enabled_since,
        ).update(swept_until=settled)


def _invitation(order, settings, now):
    days = settings.reminder_days
    return Invitation(
        order=order,
        dealer=order.dealer,
        region_id=order.region_id,
        outcome=outcome_of(order),
        created_at=now,
        sent_at=now,
        closes_at=now + timedelta(days=settings.open_days),
        remind_at=now + timedelta(days=days) if days else None,
    )
