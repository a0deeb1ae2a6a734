"""Finding the way to an order again: a one-time code to the phone and the mail given with it."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from orders import messages
from orders.models import HistoryEntry, HistoryKind, Order, OrderLookup
from orders.services.locking import lock_own

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
AT_ONCE = 50
KEPT_FOR = timedelta(days=1)


def ask_for_code(*, number, phone, now):
    """Somebody asks for the order ``number`` placed with ``phone`` (E.164); returns the row.

    Nothing is looked up here, so that nothing can be learned from how long it takes.
    """
    return OrderLookup.objects.create(
        number=number, phone=phone, created_at=now, expires_at=now + LIFETIME
    )


@transaction.atomic
def send_codes(*, now, limit=AT_ONCE):
    """Look for the orders asked for and send their customers codes; returns how many were sent."""
    waiting = OrderLookup.objects.filter(looked_at__isnull=True).order_by("pk")
    sent = 0
    for lookup in waiting.select_for_update(skip_locked=True)[:limit]:
        order = _order_of(lookup) if lookup.expires_at > now else None
        if order is not None:
            code = f"{secrets.randbelow(10**6):06d}"
            lookup.order, lookup.digest = order, _digest(lookup.pk, code)
            messages.find_code(order, code, now=now)
            sent += 1
        lookup.phone, lookup.looked_at = "", now
        lookup.save(update_fields=["order", "digest", "phone", "looked_at"])
    return sent


def _order_of(lookup):
    return Order.objects.alive().filter(pk=lookup.number, phone=lookup.phone).first()


def use_code(*, lookup_id, code, now):
    """The order that the code opens, or None: wrong, used, late and needless codes alike.

    Every try is counted before the code is looked at, so that tries at once are not free.
    """
    valid = OrderLookup.objects.filter(
        pk=lookup_id, used_at__isnull=True, expires_at__gt=now, tries__lt=MOST_TRIES
    )
    if not valid.update(tries=F("tries") + 1):
        return None
    lookup = OrderLookup.objects.select_related("order").get(pk=lookup_id)
    if not constant_time_compare(lookup.digest, _digest(lookup.pk, code)):
        return None
    if not OrderLookup.objects.filter(pk=lookup_id, used_at__isnull=True).update(used_at=now):
        return None
    return lookup.order if lookup.order.deleted_at is None else None


def forget_lookups(*, now):
    """Delete what was asked for a day ago and before; returns how many."""
    return OrderLookup.objects.filter(expires_at__lt=now - KEPT_FOR).delete()[0]


@transaction.atomic
def renew_link(*, order_id, by, now):
    """Give the order's customer a new personal link; the old ones open nothing any more.

    Links in messages sent before are among the old ones, those for choosing channels as well.
    Raises OrderNotFound.
    """
    order = lock_own(order_id, by)
    order.link_version += 1
    order.save(update_fields=["link_version"])
    HistoryEntry.objects.create(
        order=order,
        kind=HistoryKind.LINK,
        actor=by,
        dealer_id=order.dealer_id,
        created_at=now,
    )
    messages.link_renewed(order, now)
    return order


def _digest(lookup_id, code):
    return salted_hmac("orders.lookups", f"{lookup_id}.{code}", algorithm="sha256").hexdigest()
