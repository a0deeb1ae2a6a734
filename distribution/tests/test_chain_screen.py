"""The strategies screen."""

import pytest
from django.urls import reverse

from tests.factories import AdministratorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = AdministratorFactory()
    client.force_login(user)
    return user


def test_the_default_chain_is_shown(client, administrator):
    response = client.get(reverse("chain"))

    assert response.status_code == 200
