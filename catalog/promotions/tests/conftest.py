"""A city with a dealer that sells one product at 200 rubles."""

from decimal import Decimal

import pytest

from catalog.visitor import PLACE_COOKIE
from tests.factories import (
    AdministratorFactory,
    CityFactory,
    DealerFactory,
    ManagerFactory,
    ProductFactory,
    UserFactory,
)


@pytest.fixture
def city(db):
    return CityFactory()


@pytest.fixture
def product(db):
    return ProductFactory(recommended_price=Decimal(200))


@pytest.fixture
def dealer(city):
    return DealerFactory(main_region=city.parent, name="ООО «Панель»")


@pytest.fixture
def administrator(db):
    return AdministratorFactory()


@pytest.fixture
def manager(db):
    return ManagerFactory()


@pytest.fixture
def person(dealer):
    """A manager of the dealer."""
    return UserFactory(dealer=dealer)


@pytest.fixture
def enter(client):
    """Logs somebody in; returns the client."""

    def enter(user):
        client.force_login(user, backend="dealers.auth.WorkspaceBackend")
        return client

    return enter


@pytest.fixture
def visitor(client, city):
    """A browser whose visitor has chosen the city."""
    client.cookies[PLACE_COOKIE] = str(city.pk)
    return client
