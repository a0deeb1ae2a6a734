"""Committing tests do not rob each other of the migrations' data: two of them in a row."""

import pytest

from distribution.models import ChainVersion
from orders.models import Reason


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_reasons_and_the_default_chain_are_there(turn):
    assert Reason.objects.exists()
    assert ChainVersion.objects.exists()
    Reason.objects.all().delete()
