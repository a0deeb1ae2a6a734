"""What a visitor of a region sees."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.templatetags.storefront import distance, product_url
from catalog.visitor import PLACE_COOKIE, POSITION_COOKIE, parse_position
from dealers.models import Outlet
from tests.factories import (
    CartLineFactory,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    DealerServiceFactory,
    ProductFactory,
    ProductFamilyFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_cart(visitor):
    visitor.cookies["cart"] = CartLineFactory().cart.token
    return visitor


@pytest.mark.parametrize(("products", "dealers"), [(1, 1), (30, 120)])
def test_a_category_takes_seven_queries(
    stock, category, with_cart, django_assert_num_queries, products, dealers
):
    stock(products=products, dealers=dealers)
    with django_assert_num_queries(7):
        response = with_cart.get(reverse("category", args=[category.slug]))
    assert response.status_code == 200


@pytest.mark.parametrize(("products", "dealers"), [(1, 1), (30, 120)])
def test_a_product_takes_nine_queries(
    stock, with_cart, django_assert_num_queries, products, dealers
):
    made = stock(products=products, dealers=dealers)
    with django_assert_num_queries(9):
        response = with_cart.get(product_url(made[0]) + "?dealers=all")
    assert response.content.count(b'class="dealer"') == dealers


def test_a_category_shows_the_lowest_price_of_the_region(visitor, city, category):
    product = ProductFactory(family__category=category, recommended_price=Decimal(200))
    for price in (Decimal(180), Decimal(190)):
        dealer = DealerFactory(main_region=city.parent, own_prices=True)
        DealerProductFactory(dealer=dealer, product=product, price=price)
    dearer = ProductFactory(family=product.family, recommended_price=Decimal(300))
    text = text_of(visitor.get(reverse("category", args=[category.slug])))
    assert "от 180 ₽" in text
    assert "есть у 2 дилеров" in text
    assert f"{dearer.colour}, 300 ₽" in text


def test_without_dealers_the_price_is_called_recommended(visitor, category):
    ProductFactory(family__category=category)
    text = text_of(visitor.get(reverse("category", args=[category.slug])))
    assert "Сейчас нет у дилеров региона, цена рекомендованная" in text


def test_an_empty_category_says_where_to_look(visitor, category):
    ProductFamilyFactory(category=category)
    assert "Посмотрите другие коллекции" in text_of(
        visitor.get(reverse("category", args=[category.slug]))
    )


def test_what_is_off_sale_is_not_there(visitor, category):
    product = ProductFactory(family__category=category, is_active=False)
    assert visitor.get(product_url(product)).status_code == 404
    category.is_active = False
    category.save()
    assert visitor.get(reverse("category", args=[category.slug])).status_code == 404
    product.is_active = True
    product.save()
    assert visitor.get(product_url(product)).status_code == 404


@pytest.mark.parametrize("number", [0, 10**12, 10**30])
def test_a_product_that_never_was_is_not_found(visitor, number):
    assert visitor.get(f"/product/{number}/x/").status_code == 404


def test_a_name_without_letters_still_has_an_address(visitor):
    assert visitor.get(product_url(ProductFactory(name="™ ®"))).status_code == 200


def test_authorised_and_higher_rated_dealers_stand_first(visitor, city):
    product = ProductFactory()
    for name, authorised, points in (
        ("Второй", True, 10),
        ("Третий", False, 900),
        ("Первый", True, 500),
    ):
        DealerFactory(main_region=city.parent, name=name, is_authorised=authorised, points=points)
    text = text_of(visitor.get(product_url(product)))
    assert text.index("Первый") < text.index("Второй") < text.index("Третий")


def test_a_dealer_is_shown_with_address_distance_services_and_rating(visitor, city):
    dealer = DealerFactory(main_region=city.parent, name="Альфа", points=1200)
    Outlet.objects.create(
        dealer=dealer,
        city=city,
        address="ул. Далёкая, 9",
        latitude=city.latitude + 1,
        longitude=city.longitude,
    )
    Outlet.objects.create(
        dealer=dealer,
        city=city,
        address="ул. Ближняя, 1",
        phone="+74951234567",
        hours="Пн–Пт 9:00–18:00",
        latitude=city.latitude + 0.05,
        longitude=city.longitude,
    )
    DealerServiceFactory(dealer=dealer, price=Decimal(0))
    text = text_of(visitor.get(product_url(ProductFactory())))
    assert "ул. Ближняя, 1 · 5,6 км от центра" in text
    assert "2 торговые точки" in text
    assert "1 200 баллов" in text
    assert "Доставка: бесплатно" in text
    assert "+7 495 123-45-67" in text
    assert "Пн–Пт 9:00–18:00" in text


def test_distance_is_from_the_position_where_it_was_given(visitor, city):
    dealer = DealerFactory(main_region=city.parent)
    Outlet.objects.create(dealer=dealer, city=city, address="а", latitude=56.0, longitude=37.0)
    visitor.cookies[POSITION_COOKIE] = "56.00,37.16"
    assert "9,9 км от вас" in text_of(visitor.get(product_url(ProductFactory())))


def test_only_dealers_who_take_orders_can_be_chosen(visitor, city):
    DealerFactory(main_region=city.parent, takes_site_orders=False)
    response = visitor.get(product_url(ProductFactory()))
    assert b'name="dealer"' not in response.content
    assert "Заказы с сайта не принимает" in text_of(response)


def test_a_dealer_without_the_product_is_not_listed(visitor, city):
    dealer = DealerFactory(main_region=city.parent, name="Без товара")
    product = ProductFactory()
    DealerProductFactory(dealer=dealer, product=product, in_stock=False)
    text = text_of(visitor.get(product_url(product)))
    assert "Без товара" not in text
    assert "сейчас этого товара нет ни у одного дилера" in text


def test_many_dealers_open_with_a_click(visitor, city):
    DealerFactory.create_batch(15, main_region=city.parent)
    response = visitor.get(product_url(ProductFactory()))
    assert response.content.count(b'class="dealer"') == 12
    assert "Показать всех: 15 дилеров" in text_of(response)


@pytest.mark.parametrize(
    ("kilometres", "expected"),
    [(0.04, "100 м"), (0.84, "800 м"), (4.23, "4,2 км"), (120.4, "120 км")],
)
def test_distances_are_round(kilometres, expected):
    assert distance(kilometres) == expected


# Choosing a place


def test_a_visitor_always_sees_the_region(client):
    CityFactory(name="Малый", population=10)
    CityFactory(name="Большой", population=1000)
    text = text_of(client.get(reverse("home")))
    assert "Ваш город — Большой" in text
    assert "Ваш регион Большой" in text


def test_pages_work_before_places_are_loaded(client):
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse("place")).status_code == 200


def test_the_chosen_place_is_remembered(client, city):
    response = client.post(reverse("place_choose"), {"place": city.pk, "next": "/cart/"})
    assert response.url == "/cart/"
    cookie = response.cookies[PLACE_COOKIE]
    assert cookie["httponly"]
    assert cookie["max-age"] > 300 * 24 * 3600
    text = text_of(client.get(reverse("home")))
    assert city.name in text
    assert "Ваш город — " not in text


def test_the_position_is_kept_to_about_a_kilometre(client, city):
    client.post(
        reverse("place_choose"),
        {"place": city.pk, "latitude": "55.753215", "longitude": "37.622504"},
    )
    assert client.cookies[POSITION_COOKIE].value == "55.75,37.62"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_the_way_back_stays_on_the_site(client, city, target):
    response = client.post(reverse("place_choose"), {"place": city.pk, "next": target})
    assert response.url == "/"


@pytest.mark.parametrize("value", ["", "0", "-1", "x", "1e308", "9" * 40, "1\x00", "🙂"])
def test_a_place_that_does_not_exist_is_not_chosen(client, city, value):
    response = client.post(reverse("place_choose"), {"place": value}, follow=True)
    assert response.status_code == 200
    assert PLACE_COOKIE not in client.cookies
    assert "Такого места нет в списке" in text_of(response)


@pytest.mark.parametrize("value", ["x", "-5", "9" * 40, "1e3", "²"])
def test_a_broken_cookie_is_as_good_as_none(client, city, value):
    client.cookies[PLACE_COOKIE] = value
    client.cookies[POSITION_COOKIE] = "nan,1e999"
    assert client.get(reverse("home")).status_code == 200


def test_looking_does_not_choose(client, city):
    client.get(reverse("place_choose"))
    client.get(reverse("place"), {"place": city.pk})
    assert PLACE_COOKIE not in client.cookies


def test_places_are_found_without_scripts(client):
    city = CityFactory(name="Королёв")
    response = client.get(reverse("place"), {"q": "королев"})
    assert f'value="{city.pk}"' in response.content.decode()
    region = client.get(reverse("place"), {"region": city.parent_id})
    assert "Королёв" in text_of(region)


def test_an_unknown_place_gets_a_hint(client, city):
    assert "Проверьте написание" in text_of(client.get(reverse("place"), {"q": "нигде"}))


@pytest.mark.parametrize("region", ["x", "-1", "9" * 40, ""])
def test_an_unknown_region_is_not_found(client, region):
    assert client.get(reverse("place"), {"region": region}).status_code == 404


def test_places_are_completed_while_typing(client):
    city = CityFactory(name="Королёв", parent__name="Московская область")
    found = client.get(reverse("place_search"), {"q": "коро"}).json()["places"]
    assert [(one["id"], one["label"]) for one in found] == [
        (city.pk, "Королёв, Московская область")
    ]


def test_the_position_offers_the_nearest_city(client):
    CityFactory(latitude=59.9, longitude=30.3)
    near = CityFactory(latitude=55.8, longitude=49.1)
    answer = client.get(reverse("place_nearest"), {"latitude": "55.7", "longitude": "49.3"})
    assert answer.json()["place"]["id"] == near.pk


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("", ""), ("x", "1"), ("nan", "1"), ("1e308", "1"), ("91", "0"), ("0", "181"), (None, "1")],
)
def test_no_point_on_the_earth_is_refused(client, city, latitude, longitude):
    assert parse_position(latitude, longitude) is None
    query = {"latitude": latitude or "", "longitude": longitude}
    assert client.get(reverse("place_nearest"), query).status_code == 400


# Markup


def test_pages_have_no_inline_scripts_or_styles(with_cart, stock, category):
    made = stock(products=2, dealers=3)
    for address in (
        reverse("home"),
        reverse("category", args=[category.slug]),
        product_url(made[0]),
        reverse("place"),
        reverse("cart"),
        reverse("checkout"),
        reverse("consents"),
    ):
        body = with_cart.get(address).content.decode()
        assert not re.search(r"<[^>]+\sstyle=", body), address
        assert not re.search(r"<[^>]+\son[a-z]+=", body), address
        scripts = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", body)
        assert all("application/json" in script for script in scripts), address


def test_pictures_reserve_their_room(visitor, category):
    category.picture = "categories/x.webp"
    category.save()
    body = visitor.get(reverse("home")).content.decode()
    pictures = re.findall(r"<img[^>]+>", body)
    assert all('width="' in one and 'height="' in one and 'alt="' in one for one in pictures)
    assert any('loading="lazy"' in one for one in pictures)
