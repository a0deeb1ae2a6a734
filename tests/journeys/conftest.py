"""A small country: two regions, dealers, a catalogue, people."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from catalog.models import Product
from catalog.visitor import PLACE_COOKIE
from dealers.models import Dealer, Place, PointsEntry, User
from dealers.services.points import add_points
from orders.promise import items_of, promise_for
from orders.services.placing import OrderDetails, place_order
from tests.factories import (
    AdministratorFactory,
    CartFactory,
    CartLineFactory,
    CategoryFactory,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    ProductFactory,
    ProductFamilyFactory,
    RegionFactory,
    UserFactory,
)
from tests.journeys.people import DESK, Person

# Several browsers and the server share the machine with the other half of the tests.
expect.set_options(timeout=10_000)


@dataclass
class World:
    """Moscow's region with a strong and a new dealer; Tver with a dealer of its own."""

    city: Place
    panel: Product
    stone: Product
    strong: User
    newcomer: User
    distant: User
    administrator: User
    manager: User


def _dealer(name, region, *, points=0, person, **fields) -> Dealer:
    dealer = DealerFactory(name=name, main_region=region, **fields)
    if points:
        add_points(
            dealer_id=dealer.pk,
            amount=points,
            kind=PointsEntry.Kind.MANUAL,
            reason="Перенос из старой системы",
            now=timezone.now(),
        )
        dealer.refresh_from_db()
    return UserFactory(dealer=dealer, name=person)


@pytest.fixture
def world(transactional_db, settings, live_server):
    """The strong dealer has 320 points and recommended prices, the new one 50 and lower prices."""
    settings.PUBLIC_URL = live_server.url
    moscow = RegionFactory(name="Москва", code="RU-MOW")
    CityFactory(parent=moscow, name="Москва", population=12_000_000)
    region = RegionFactory(name="Московская область", code="RU-MOS")
    tver = RegionFactory(name="Тверская область", code="RU-TVE", latitude=56.86, longitude=35.9)
    panel, stone = (
        ProductFactory(
            family=ProductFamilyFactory(category=CategoryFactory(name=category), name=family),
            name=f"{family} {colour}",
            colour=colour,
            recommended_price=Decimal(price),
        )
        for category, family, colour, price in (
            ("Коллекция «Фагот»", "Панель «Фагот»", "Дуб светлый", 1200),
            ("Камень", "Камень «Скала»", "Серый", 1000),
        )
    )
    newcomer = _dealer("Новый двор", region, points=50, person="Нина Новикова", own_prices=True)
    DealerProductFactory(dealer=newcomer.dealer, product=panel, price=Decimal(1100))
    return World(
        city=CityFactory(parent=region, name="Химки", population=250_000),
        panel=panel,
        stone=stone,
        strong=_dealer("Панель-Центр", region, points=320, person="Степан Сильнов"),
        newcomer=newcomer,
        distant=_dealer("Тверской дом", tver, points=500, person="Тимур Тверской"),
        administrator=AdministratorFactory(name="Анна Админова"),
        manager=ManagerFactory(name="Марина Менеджерова"),
    )


@pytest.fixture
def people(browser, browser_context_args, live_server):
    """Makes people with browsers; afterwards every page that they saw must have been sound."""
    made = []

    def people(user=None, **fields):
        person = Person(
            browser,
            live_server.url,
            browser_context_args,
            **({"screen": DESK} if user is not None and user.is_manufacturer else {}) | fields,
        )
        if user is not None:
            person.sign_in(user)
        made.append(person)
        return person

    yield people
    try:
        for person in made:
            person.check()
    finally:
        for person in made:
            person.context.close()


@pytest.fixture
def shopper(people, world, live_server):
    """Makes a visitor who has chosen the city and looks at the panel."""

    def shopper(**fields):
        person = people(**fields)
        person.context.add_cookies(
            [{"name": PLACE_COOKIE, "value": str(world.city.pk), "url": live_server.url}]
        )
        person.page.goto(f"/product/{world.panel.pk}/panel/")
        return person

    return shopper


@pytest.fixture
def placed(world):
    """Places an order of three panels, as checkout does."""

    def placed():
        line = CartLineFactory(cart=CartFactory(), product=world.panel, quantity=3)
        promise = promise_for(
            place=world.city, items=items_of([line]), services=(), now=timezone.now()
        )
        return place_order(
            cart_token=line.cart.token,
            form_key=line.cart.form_key,
            details=OrderDetails(
                customer_name="Роман Ёлкин",
                phone="+79001234567",
                place=world.city,
                email="roman@example.com",
            ),
            receipt=promise.receipt,
            network_address="127.0.0.1",
            now=timezone.now(),
        )

    return placed


@pytest.fixture
def clock():
    """Moves the time of this process, the live server included, forward."""
    travels = []

    def forward(seconds):
        target = timezone.now() + datetime.timedelta(seconds=seconds)
        travels.append(time_machine.travel(target, tick=True))
        travels[-1].start()

    yield forward
    for travel in reversed(travels):
        travel.stop()
