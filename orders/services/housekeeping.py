"""What nobody needs any more."""

from datetime import timedelta

from django.db import transaction

from dealers.limits import forget
from orders.models import Cart
from orders.services.lookups import forget_lookups

CART_DAYS = 90
BATCH = 500


@transaction.atomic
def forget_old(*, now):
    """Delete carts untouched for 90 days, some at a time, and what was counted or
    asked for long ago.

    Returns how many carts went.
    """
    forget(now=now)
    forget_lookups(now=now)
    old = Cart.objects.filter(updated_at__lt=now - timedelta(days=CART_DAYS))
    ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    Cart.objects.filter(pk__in=ids).delete()
    return len(ids)
