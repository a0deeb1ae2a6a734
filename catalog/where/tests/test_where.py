"""The map and list of outlets, as a visitor of a region sees them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.models import DealerService, Service
from catalog.visitor import PLACE_COOKIE, POSITION_COOKIE
from catalog.where.choices import Wanted
from dealers.models import Outlet
from tests.factories import (
    CartLineFactory,
    CityFactory,
    DealerFactory,
    DealerServiceFactory,
    RegionFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory(name="Химки", parent__name="Московская область")


@pytest.fixture
def visitor(client, city):
    """A browser whose visitor has chosen the city."""
    client.cookies[PLACE_COOKIE] = str(city.pk)
    return client


@pytest.fixture
def seller(city):
    """Makes a dealer of the city's region with an outlet so many degrees to the north of it."""

    def seller(name, *, north=0.1, **fields):
        dealer = DealerFactory(**{"name": name, "main_region": city.parent} | fields)
        Outlet.objects.create(
            dealer=dealer,
            city=city,
            address=f"ул. {name}, 1",
            hours="Пн–Пт 9:00–18:00",
            phone="+74951234567",
            latitude=city.latitude + north,
            longitude=city.longitude,
        )
        return dealer

    return seller


def places_of(text, *names):
    """Where the names stand in the text, in order."""
    return [text.index(name) for name in names]


@pytest.mark.parametrize("area", ["", "country"])
@pytest.mark.parametrize("dealers", [1, 120])
def test_the_list_takes_six_queries(visitor, seller, django_assert_num_queries, dealers, area):
    visitor.cookies["cart"] = CartLineFactory().cart.token
    for number in range(dealers):
        DealerServiceFactory(dealer=seller(f"Дилер {number}"))
    with django_assert_num_queries(6):
        response = visitor.get(reverse("where"), {"area": area, "service": "delivery"})
    assert response.content.count(b'class="dealer"') == min(dealers, 20)


@pytest.mark.parametrize("dealers", [1, 120])
def test_the_map_takes_two_queries(visitor, city, seller, django_assert_num_queries, dealers):
    for number in range(dealers):
        seller(f"Дилер {number}")
    with django_assert_num_queries(2):
        response = visitor.get(reverse("where_outlets"), {"place": city.pk})
    assert len(response.json()["pins"]) == dealers


def test_authorised_then_higher_rated_then_nearer_dealers_stand_first(visitor, seller):
    seller("Чужой", is_authorised=False, points=900, north=0.01)
    seller("Слабый", points=10, north=0.01)
    seller("Дальний", points=500, north=0.5)
    seller("Ближний", points=500, north=0.2)
    text = text_of(visitor.get(reverse("where")))
    places = places_of(text, "Ближний", "Дальний", "Слабый", "Чужой")
    assert places == sorted(places)


def test_nearest_first_keeps_the_authorised_above(visitor, seller):
    seller("Чужой", is_authorised=False, north=0.01)
    seller("Дальний", points=500, north=0.5)
    seller("Ближний", points=1, north=0.2)
    text = text_of(visitor.get(reverse("where"), {"sort": "nearest"}))
    places = places_of(text, "Ближний", "Дальний", "Чужой")
    assert places == sorted(places)


def test_only_authorised_dealers_bear_the_mark(visitor, city, seller):
    marked, plain = seller("Свой"), seller("Чужой", is_authorised=False)
    body = visitor.get(reverse("where")).content.decode()
    cards = body.split('<li class="dealer"')[1:]
    assert [f"dealer-{marked.pk}" in cards[0], "авторизованный дилер" in cards[0]] == [True, True]
    assert f"dealer-{plain.pk}" in cards[1]
    assert "badge" not in cards[1]
    pins = visitor.get(reverse("where_outlets"), {"place": city.pk}).json()["pins"]
    assert ["авторизованный" in pin["text"] for pin in pins] == [True, False]
    assert [pin.get("kind") for pin in pins] == [None, "plain"]


@pytest.mark.parametrize("area", ["", "country"])
def test_dealers_that_are_not_active_are_nowhere(visitor, city, seller, area):
    gone = seller("Закрытый", is_active=False)
    assert "Закрытый" not in text_of(visitor.get(reverse("where"), {"area": area}))
    query = {} if area else {"place": city.pk}
    assert visitor.get(reverse("where_outlets"), query).json() == {"pins": []}
    assert visitor.get(reverse("dealer_page", args=[gone.slug])).status_code == 404


def test_only_dealers_whose_territory_covers_the_place_are_listed(visitor, city, seller):
    seller("Местный")
    neighbour = seller("Сосед", main_region=RegionFactory())
    seller("Далёкий", main_region=RegionFactory())
    neighbour.additional_places.add(city)
    text = text_of(visitor.get(reverse("where")))
    assert "Местный" in text
    assert "Сосед" in text
    assert "Далёкий" not in text
    country = text_of(visitor.get(reverse("where"), {"area": "country"}))
    assert "Далёкий" in country
    assert "3 дилера, 3 торговые точки" in country


def test_an_outlet_is_shown_with_distance_hours_phone_and_services(visitor, seller):
    DealerServiceFactory(dealer=seller("Альфа", north=0.05), price=Decimal(0))
    text = text_of(visitor.get(reverse("where")))
    assert "Химки, Московская область, ул. Альфа, 1 · 5,6 км от центра" in text
    assert "Пн–Пт 9:00–18:00" in text
    assert "+7 495 123-45-67" in text
    assert "Доставка: бесплатно" in text


def test_distances_are_from_the_position_where_it_is_known(visitor, city, seller):
    seller("Южный", north=-0.1, points=5)
    seller("Северный", north=0.1)
    visitor.cookies[POSITION_COOKIE] = f"{city.latitude + 0.11},{city.longitude}"
    text = text_of(visitor.get(reverse("where"), {"sort": "nearest"}))
    assert text.index("Северный") < text.index("Южный")
    assert "1,1 км от вас" in text


def test_services_narrow_list_and_map_together(visitor, city, seller):
    both, one = seller("Оба"), seller("Доставщик")
    for service in Service:
        DealerServiceFactory(dealer=both, service=service)
    DealerServiceFactory(dealer=one, service=Service.DELIVERY)
    seller("Никакой")
    query = {"service": ["delivery", "installation"]}
    text = text_of(visitor.get(reverse("where"), query))
    assert "Оба" in text
    assert "Доставщик" not in text
    pins = visitor.get(reverse("where_outlets"), query).json()["pins"]
    assert [pin["title"] for pin in pins] == ["Оба"]
    assert "Доставщик" in text_of(visitor.get(reverse("where"), {"service": "delivery"}))


def test_the_map_asks_for_what_the_list_shows(visitor, city, seller):
    DealerServiceFactory(dealer=seller("Альфа"))
    body = visitor.get(reverse("where"), {"service": "delivery"}).content.decode()
    assert f'data-pins="/where/outlets.json?service=delivery&amp;place={city.pk}"' in body
    country = visitor.get(reverse("where"), {"area": "country"}).content.decode()
    assert 'data-pins="/where/outlets.json?"' in country


def test_many_dealers_come_in_pages(visitor, seller):
    for number in range(45):
        seller(f"Дилер {number:02}", points=1000 - number)
    first = text_of(visitor.get(reverse("where")))
    assert "Показано с 1 по 20 из 45" in first
    assert "45 дилеров, 45 торговых точек" in first
    last = text_of(visitor.get(reverse("where"), {"page": "3"}))
    assert "Дилер 44" in last
    assert "Дилер 19" not in last


@pytest.mark.parametrize("value", ["x", "-1", "0", "1e308", "²", "9" * 5000, "🙂", "1\x00"])
@pytest.mark.parametrize("name", ["page", "area", "service", "sort"])
def test_nonsense_in_the_address_is_no_choice(visitor, seller, name, value):
    seller("Альфа")
    response = visitor.get(reverse("where"), {name: value})
    assert response.status_code == 200
    assert "Альфа" in text_of(response)


@pytest.mark.parametrize(
    ("place", "status"),
    [("x", 400), ("-1", 400), ("²", 400), ("9" * 40, 400), ("1\x00", 400), ("987654321", 404)],
)
def test_pins_of_no_place_are_refused(client, place, status):
    assert client.get(reverse("where_outlets"), {"place": place}).status_code == status


def test_a_place_without_dealers_leads_to_the_country(visitor, seller):
    seller("Далёкий", main_region=RegionFactory())
    response = visitor.get(reverse("where"))
    assert "дилеров пока нет" in text_of(response)
    assert b'href="?area=country&amp;sort=nearest"' in response.content
    narrow = text_of(visitor.get(reverse("where"), {"service": "delivery"}))
    assert "дилеров с такими услугами нет" in narrow


def test_the_page_works_before_places_are_loaded(client):
    assert client.get(reverse("where")).status_code == 200


def test_an_unchanged_map_is_not_sent_again(client, city, seller):
    dealer = seller("Альфа")
    first = client.get(reverse("where_outlets"))
    assert "public" in first["Cache-Control"]
    assert "max-age=300" in first["Cache-Control"]
    again = client.get(reverse("where_outlets"), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    dealer.name = "Бета"
    dealer.save()
    changed = client.get(reverse("where_outlets"), headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["pins"][0]["title"] == "Бета"


def test_the_map_is_the_same_for_everybody(client, city, seller):
    seller("Альфа")
    anonymous = client.get(reverse("where_outlets"), {"place": city.pk})
    client.cookies[PLACE_COOKIE] = str(CityFactory().pk)
    client.cookies[POSITION_COOKIE] = "10.0,10.0"
    assert client.get(reverse("where_outlets"), {"place": city.pk}).content == anonymous.content
    assert "Cookie" not in anonymous["Vary"]
    assert not anonymous.cookies


def test_two_hundred_outlets_are_a_small_download(client, seller):
    for number in range(200):
        seller(f"Строительный дом № {number}")
    response = client.get(reverse("where_outlets"), headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 16_000


def test_choices_lead_to_each_other():
    wanted = Wanted(services=(Service.DELIVERY,))
    assert wanted.query == "?service=delivery"
    delivery, installation = wanted.service_switches()
    assert delivery.is_current
    assert delivery.query == "?"
    assert installation.query == "?service=delivery&service=installation"
    assert [choice.query for choice in wanted.areas("Химки")] == [
        "?service=delivery",
        "?area=country&service=delivery",
    ]
    assert [choice.is_current for choice in wanted.orders()] == [True, False]


def test_a_filter_does_not_lose_the_services_of_others(visitor, seller):
    dealer = seller("Альфа")
    DealerService.objects.bulk_create(
        DealerService(dealer=dealer, service=service, price=700) for service in Service
    )
    text = text_of(visitor.get(reverse("where"), {"service": "delivery"}))
    assert "Доставка: 700 ₽" in text
    assert "Монтаж: 700 ₽" in text
