"""Customers' stars that count for a dealer.

The function belongs to the transaction of the survey that gave them; the dealer's row is the last
thing locked, as for points.
"""

from django.db import connection
from django.db.models import F
from django.db.transaction import TransactionManagementError

from dealers.models import Dealer
from dealers.ratings import BEST, WORST


def count_rating(*, dealer_id, stars, takes_back=False):
    """Count a customer's ``stars`` (1 to 5) for a dealer, or take back what was counted before."""
    if not WORST <= stars <= BEST:
        raise ValueError(f"{stars} stars")
    if not connection.in_atomic_block:
        raise TransactionManagementError("a rating counts in its survey's transaction")
    sign = -1 if takes_back else 1
    Dealer.objects.filter(pk=dealer_id).update(
        rating_sum=F("rating_sum") + sign * stars, rating_count=F("rating_count") + sign
    )
