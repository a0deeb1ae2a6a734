"""A region with dealers, and a category in it."""

from decimal import Decimal

import pytest

from catalog.models import DealerProduct, DealerService, Service
from catalog.visitor import PLACE_COOKIE
from dealers.models import Outlet
from tests.factories import (
    CategoryFactory,
    CityFactory,
    DealerFactory,
    ProductFactory,
    ProductFamilyFactory,
)


@pytest.fixture
def city(db):
    return CityFactory()


@pytest.fixture
def category(db):
    return CategoryFactory()


@pytest.fixture
def visitor(client, city):
    """A browser whose visitor has chosen the city."""
    client.cookies[PLACE_COOKIE] = str(city.pk)
    return client


@pytest.fixture
def stock(city, category):
    """Fills the category: so many products (one family each five), so many dealers with rows."""

    def stock(*, products, dealers):
        made = []
        for number in range(products):
            if number % 5 == 0:
                family = ProductFamilyFactory(category=category)
            made.append(ProductFactory(family=family))
        sellers = [DealerFactory(main_region=city.parent, own_prices=True) for _ in range(dealers)]
        DealerProduct.objects.bulk_create(
            DealerProduct(dealer=seller, product=product, price=Decimal(150 + number))
            for number, seller in enumerate(sellers)
            for product in made
        )
        Outlet.objects.bulk_create(
            Outlet(dealer=seller, city=city, address="ул. Лесная, 1", latitude=55.8, longitude=37.5)
            for seller in sellers
        )
        DealerService.objects.bulk_create(
            DealerService(dealer=seller, service=Service.DELIVERY, price=500) for seller in sellers
        )
        return made

    return stock
