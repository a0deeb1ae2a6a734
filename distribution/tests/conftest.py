"""What several tests of distribution start from."""

import pytest

from distribution.models import Chain
from tests.factories import AdministratorFactory


@pytest.fixture
def administrator(client):
    user = AdministratorFactory()
    client.force_login(user)
    return user


@pytest.fixture
def chain(db):
    return Chain.objects.get(region=None)
