"""When reports are due, and sending each of them once."""

import datetime
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from analytics.mailing.content import message_of
from analytics.models.mailing import ReportMail, ReportSchedule, Rhythm

logger = structlog.get_logger(__name__)
LEASE = datetime.timedelta(minutes=10)
BACKOFF = [datetime.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480)]
BATCH = 50


def may_have(user):
    """Whether a person may have reports: the manufacturer's staff, and dealers' managers."""
    return user.is_manufacturer or user.is_dealer


@transaction.atomic
def save_schedule(*, user, rhythm, is_on, weekday, hour, region_id, now):
    """Set how a person has a report by mail; returns the ReportSchedule."""
    schedule, _made = ReportSchedule.objects.select_for_update().get_or_create(
        user=user, rhythm=rhythm
    )
    schedule.weekday, schedule.hour = weekday, hour
    schedule.region_id = region_id if user.is_manufacturer else None
    schedule.due_at = next_due(schedule, user, now) if is_on else None
    schedule.save()
    return schedule


def switch_off(*, schedule_id):
    """No more of this report; one that does not exist is off already."""
    ReportSchedule.objects.filter(pk=schedule_id).update(due_at=None)


def next_due(schedule, user, now):
    """The next moment after ``now`` at which the report is due, by the person's own zone."""
    zone = ZoneInfo(user.time_zone)
    day = now.astimezone(zone).date()
    for _number in range(40):
        moment = datetime.datetime.combine(day, datetime.time(schedule.hour), zone)
        fits = (
            day.weekday() == schedule.weekday if schedule.rhythm == Rhythm.WEEKLY else day.day == 1
        )
        if fits and moment > now:
            return moment.astimezone(datetime.UTC)
        day += datetime.timedelta(days=1)
    raise AssertionError("a week and a month have such a day")


def period_before(schedule, user, due_at):
    """(first, last) day of the whole week or month that has ended before the report's day."""
    day = due_at.astimezone(ZoneInfo(user.time_zone)).date()
    if schedule.rhythm == Rhythm.WEEKLY:
        return day - datetime.timedelta(days=7), day - datetime.timedelta(days=1)
    last = day.replace(day=1) - datetime.timedelta(days=1)
    return last.replace(day=1), last


@transaction.atomic
def queue_due(*, now):
    """Make the reports that are due; returns how many. Killed at any line it has made none."""
    due = list(
        ReportSchedule.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("user__dealer")
        .filter(due_at__lte=now)
        .order_by("due_at")[:BATCH]
    )
    mails = []
    for schedule in due:
        user = schedule.user
        since, until = period_before(schedule, user, schedule.due_at)
        mails.append(ReportMail(schedule=schedule, since=since, until=until, due_at=now))
        schedule.due_at = next_due(schedule, user, now)
    # A report of the same days is not made twice, whatever was switched meanwhile.
    ReportMail.objects.bulk_create(mails, ignore_conflicts=True)
    ReportSchedule.objects.bulk_update(due, ["due_at"])
    return len(mails)


def send_due(*, clock=timezone.now):
    """Send what is due, one after another; returns how many went out."""
    sent = 0
    while (mail := _claim(clock())) is not None:
        sent += _send(mail, clock)
    return sent


@transaction.atomic
def _claim(now):
    mail = (
        ReportMail.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("schedule__user__dealer", "schedule__region")
        .filter(Q(leased_to__isnull=True) | Q(leased_to__lt=now))
        .filter(state=ReportMail.State.PENDING, due_at__lte=now)
        .order_by("due_at", "pk")
        .first()
    )
    if mail is None:
        return None
    user = mail.schedule.user
    is_wanted = (
        mail.schedule.due_at is not None
        and user.is_active
        and may_have(user)
        and (not user.is_dealer or user.dealer.is_active)
    )
    if not is_wanted:
        mail.state = ReportMail.State.CANCELLED
    mail.leased_to, mail.attempts = now + LEASE, mail.attempts + 1
    mail.save()
    return mail


def _send(mail, clock):
    if mail.state == ReportMail.State.CANCELLED:
        return 0
    try:
        message_of(mail).send()
    except Exception as error:
        # Whatever it was, the other reports go on.
        logger.warning("report_not_sent", mail=mail.pk, error=type(error).__name__)
        is_last = mail.attempts > len(BACKOFF)
        ReportMail.objects.filter(pk=mail.pk, leased_to=mail.leased_to).update(
            state=ReportMail.State.DEAD if is_last else ReportMail.State.PENDING,
            due_at=clock() + BACKOFF[min(mail.attempts, len(BACKOFF)) - 1],
            leased_to=None,
            error=f"{type(error).__name__}"[:300],
        )
        return 0
    ReportMail.objects.filter(pk=mail.pk, leased_to=mail.leased_to).update(
        state=ReportMail.State.SENT, sent_at=clock(), leased_to=None, error=""
    )
    return 1
