from datetime import timedelta

import pytest

from dealers.models import RateCounter
from orders.models import Cart
from orders.services.housekeeping import forget_old
from tests.factories import NOW, CartLineFactory


@pytest.mark.django_db
def test_old_carts_and_counters_go_and_fresh_ones_stay():
    old, fresh = CartLineFactory().cart, CartLineFactory().cart
    Cart.objects.filter(pk=old.pk).update(updated_at=NOW - timedelta(days=91))
    RateCounter.objects.create(key="old", window=NOW - timedelta(days=3), count=1)
    RateCounter.objects.create(key="fresh", window=NOW, count=1)
    assert forget_old(now=NOW) == 1
    assert Cart.objects.get() == fresh
    assert RateCounter.objects.get().key == "fresh"
    assert forget_old(now=NOW) == 0
