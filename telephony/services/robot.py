"""The robot's calls: telephony asks which accepted orders have none."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from dealers.models import Place, SystemSettings
from orders.models import Consent, Order
from orders.services.locking import lock_order
from orders.statuses import Status
from telephony.models import Call
from telephony.states import CallKind
from telephony.timing import is_waking

# Older acceptances are nobody's news: switching the robot on rings no customers of last month.
RECENT = timedelta(days=3)
BATCH = 20


def schedule_robot_calls(*, now, limit=BATCH):
    """Ask for the robot calls that are due; returns how many there were.

    For accepted orders whose customer agreed to calls and was neither reached by the dealer nor by
    the robot, in the waking hours of the customer's place, as often and with such pauses as the
    settings say.
    """
    settings = SystemSettings.load()
    if not (settings.robot_calls):
        return 0
    awake = _awake_zones(settings, now)
    due = _due(settings, now).filter(place__time_zone__in=awake) if awake else Order.objects.none()
    ids = list(due.order_by("accepted_at").values_list("pk", flat=True)[:limit])
    return sum(_schedule(order_id, settings, now) for order_id in ids)


def _due(settings, now):
    calls = Call.objects.filter(order=OuterRef("pk"))
    robots = calls.filter(kind=CallKind.ROBOT, cycle=OuterRef("cycle"))
    enough = robots.filter(
        ~Q(result="")
        | Q(number__gte=settings.robot_attempts)
        | Q(ended_at__gt=now - timedelta(minutes=settings.robot_pause_minutes))
    )
    agreed = Consent.objects.filter(order=OuterRef("pk"), kind=Consent.Kind.CALLS)
    return Order.objects.alive().filter(
        ~Exists(calls.filter(ended_at__isnull=True)),
        ~Exists(enough),
        Exists(agreed),
        status=Status.ACCEPTED,
        contact_kind="",
        accepted_at__gt=now - RECENT,
    )


@transaction.atomic
def _schedule(order_id, settings, now):
    order = lock_order(order_id)
    if order is None or not _due(settings, now).filter(pk=order_id).exists():
        return False
    last = (
        order.calls.filter(kind=CallKind.ROBOT, cycle=order.cycle)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    Call.objects.create(
        order=order,
        kind=CallKind.ROBOT,
        dealer_id=order.dealer_id,
        cycle=order.cycle,
        number=(last or 0) + 1,
        due_at=now,
        created_at=now,
    )
    return True


def _awake_zones(settings, now):
    zones = Place.objects.order_by().values_list("time_zone", flat=True).distinct()
    return [
        zone
        for zone in zones
        if is_waking(now, zone, settings.robot_from_hour, settings.robot_to_hour)
    ]
