"""Where to buy, in a browser that reaches nothing but the shop."""

import pytest
from playwright.sync_api import expect

from dealers.models import Outlet
from tests.factories import CityFactory, DealerFactory
from tests.journeys.people import DESK

pytestmark = pytest.mark.browser


@pytest.fixture
def outlets(world):
    """An outlet of each dealer, and thirty of dealers far to the east."""
    for number, user in enumerate((world.strong, world.newcomer, world.distant)):
        Outlet.objects.create(
            dealer=user.dealer,
            city=world.city,
            address=f"ул. Лесная, {number + 1}",
            latitude=world.city.latitude + number / 5,
            longitude=world.city.longitude,
        )
    omsk = CityFactory(name="Омск", parent__name="Омская область", latitude=55.0, longitude=73.4)
    for dealer in DealerFactory.create_batch(30, main_region=omsk.parent):
        Outlet.objects.create(
            dealer=dealer,
            city=omsk,
            address="ул. Ленина, 1",
            latitude=omsk.latitude,
            longitude=omsk.longitude,
        )


def test_from_the_map_to_a_cart_at_the_dealers_price(shopper, outlets):
    person = shopper(screen=DESK)
    page = person.page
    page.get_by_role("banner").get_by_role("link", name="Где купить").click()
    names = page.locator(".dealer h2")
    expect(names).to_have_text(["Панель-Центр", "Новый двор"])
    expect(page.locator(".map-where .map-pin")).to_have_count(2)

    page.locator(".dealer", has_text="Новый двор").get_by_role("button", name="На карте").click()
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("ул. Лесная, 2")
    popup.get_by_role("link", name="Новый двор").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Новый двор")
    expect(page.locator(".map-where .map-pin")).to_have_count(1)
    page.locator(".shelf li", has_text="Фагот").get_by_role(
        "button", name="Купить у этого дилера"
    ).click()
    expect(page.locator(".promise-sum")).to_have_text("1\u202f100\u00a0₽")
    expect(page.locator(".cart-total")).to_contain_text("Новый двор")


def test_the_whole_country_stands_in_clusters(shopper, outlets):
    page = shopper(screen=DESK).page
    page.goto("/where/")
    page.get_by_role("link", name="Вся страна").click()
    expect(page.get_by_text("33 дилера, 33 торговые точки")).to_be_visible()
    expect(page.locator(".map-cluster", has_text="30")).to_be_visible()
    expect(page.locator("path.map-region").first).to_be_attached()
    # Where dealers stand in one place, the list's button still finds the one meant.
    card = page.locator(".dealer", has_text="Омск").first
    name = card.locator("h2").inner_text()
    card.get_by_role("button", name="На карте").click()
    expect(page.locator(".leaflet-popup").get_by_role("link", name=name)).to_be_visible()


def test_the_list_says_so_where_pins_cannot_be_loaded(shopper, outlets):
    person = shopper()
    page = person.page
    page.route("**/where/outlets.json*", lambda route: route.fulfill(status=503))
    with person.refused(503):
        page.goto("/where/")
        expect(page.get_by_role("alert")).to_contain_text("Все дилеры есть в списке")
    expect(page.locator(".dealer")).to_have_count(2)


def test_without_scripts_the_list_is_whole(shopper, outlets):
    person = shopper(scripts=False)
    page = person.page
    page.goto("/where/")
    expect(page.locator(".dealer")).to_have_count(2)
    expect(page.locator(".map-where")).to_be_hidden()
    page.get_by_role("link", name="Вся страна").click()
    expect(page.locator(".dealer")).to_have_count(20)
    page.get_by_role("link", name="Дальше").click()
    expect(page.get_by_text("Показано с 21 по 33 из 33")).to_be_visible()
