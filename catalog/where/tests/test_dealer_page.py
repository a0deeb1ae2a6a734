"""A dealer's page for visitors."""

import json
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.templatetags.storefront import host, product_url
from catalog.visitor import PLACE_COOKIE
from dealers.models import DealerPhone, Outlet
from tests.factories import (
    CartLineFactory,
    CategoryFactory,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    DealerServiceFactory,
    ProductFactory,
    ProductFamilyFactory,
    RegionFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory(name="Химки", parent__name="Московская область")


@pytest.fixture
def dealer(city):
    return DealerFactory(
        name="Панель-Центр",
        slug="panel-centr",
        main_region=city.parent,
        website="https://www.panel.example/o-nas",
        description="Работаем с 2008 года.\n\nЕсть склад.",
        own_prices=True,
        points=320,
    )


@pytest.fixture
def visitor(client, city):
    client.cookies[PLACE_COOKIE] = str(city.pk)
    return client


@pytest.fixture
def open_page(visitor, dealer):
    """Gets the dealer's page."""
    return lambda: visitor.get(reverse("dealer_page", args=[dealer.slug]))


def add_outlets(dealer, city, count):
    Outlet.objects.bulk_create(
        Outlet(
            dealer=dealer,
            city=city,
            address=f"ул. Лесная, {number}",
            hours="Ежедневно 10:00–20:00",
            phone="+74957654321",
            latitude=city.latitude + number / 100,
            longitude=city.longitude,
        )
        for number in range(1, count + 1)
    )


@pytest.mark.parametrize("many", [1, 120])
def test_the_page_takes_ten_queries(
    visitor, open_page, dealer, city, django_assert_num_queries, many
):
    visitor.cookies["cart"] = CartLineFactory().cart.token
    add_outlets(dealer, city, many)
    DealerServiceFactory(dealer=dealer)
    DealerPhone.objects.create(dealer=dealer, number="+74951112233")
    dealer.additional_places.set(RegionFactory.create_batch(min(many, 10)))
    DealerFactory.create_batch(many - 1, main_region=city.parent)
    for product in ProductFactory.create_batch(many):
        DealerProductFactory(dealer=dealer, product=product, price=Decimal(150))
        DealerProductFactory(product=product, dealer__main_region=city.parent)
    with django_assert_num_queries(10):
        response = open_page()
    assert response.status_code == 200


def test_the_page_tells_everything_about_the_dealer(open_page, dealer, city):
    add_outlets(dealer, city, 2)
    DealerPhone.objects.create(dealer=dealer, number="+74951112233", note="склад")
    DealerServiceFactory(dealer=dealer, price=Decimal(700), note="до подъезда")
    dealer.additional_places.add(RegionFactory(name="Тверская область"))
    text = text_of(open_page())
    for expected in (
        "Главная / Где купить",
        "Панель-Центр",
        "авторизованный дилер",
        "320 баллов",
        "Работаем с 2008 года.",
        "+7 495 111-22-33 склад",
        "panel.example",
        "Московская область, Тверская область",
        "Доставка 700 ₽ до подъезда",
        "Химки, Московская область, ул. Лесная, 1 1,1 км от центра",
        "Ежедневно 10:00–20:00",
        "+7 495 765-43-21",
    ):
        assert expected in text


def test_the_nearest_outlet_stands_first(open_page, dealer, city):
    for address, north in (("Дальняя", 0.5), ("Ближняя", 0.1)):
        Outlet.objects.create(
            dealer=dealer,
            city=city,
            address=address,
            latitude=city.latitude + north,
            longitude=city.longitude,
        )
    text = text_of(open_page())
    listed = text[text.index("Торговые точки") :]
    assert listed.rindex("Ближняя") < listed.rindex("Дальняя")


def test_products_in_stock_are_shown_at_the_dealers_prices(open_page, dealer):
    family = ProductFamilyFactory(name="Панель «Фагот»", category=CategoryFactory(name="Фагот"))
    dear = ProductFactory(family=family, colour="Дуб", recommended_price=Decimal(900))
    cheap = ProductFactory(family=family, colour="Ясень", recommended_price=Decimal(900))
    absent = ProductFactory(family=family, colour="Орех")
    DealerProductFactory(dealer=dealer, product=cheap, price=Decimal(750))
    DealerProductFactory(dealer=dealer, product=absent, in_stock=False)
    DealerProductFactory(product=dear, price=Decimal(1))
    off_sale = ProductFactory(name="Снятый", is_active=False)
    text = text_of(open_page())
    assert "Фагот Панель «Фагот» от 750 ₽" in text
    assert "Дуб — 900 ₽" in text
    assert "Ясень — 750 ₽" in text
    assert "Орех" not in text
    assert off_sale.name not in text


def test_only_the_first_families_of_a_collection_are_shown(open_page):
    category = CategoryFactory()
    for _ in range(8):
        ProductFactory(family=ProductFamilyFactory(category=category))
    response = open_page()
    assert response.content.count(b'class="shelf-buy"') == 6
    assert "и ещё 2" in text_of(response)


def test_buying_here_chooses_the_dealer(open_page, visitor, dealer):
    product = ProductFactory()
    body = open_page().content.decode()
    form = body[body.index('class="shelf-buy"') :]
    fields = dict(re.findall(r'name="(dealer|product)" value="(\d+)"', form))
    assert fields == {"dealer": str(dealer.pk), "product": str(product.pk)}
    response = visitor.post(reverse("cart_add"), fields, follow=True)
    assert "Это цена дилера «Панель-Центр»" in text_of(response)
    assert b'name="any_dealer"' in response.content


@pytest.mark.parametrize("flag", ["is_authorised", "takes_site_orders"])
def test_a_dealer_that_takes_no_orders_is_read_about_only(open_page, dealer, flag):
    setattr(dealer, flag, False)
    dealer.save()
    ProductFactory()
    response = open_page()
    assert b"shelf-buy" not in response.content
    assert "Заказы с сайта не принимает" in text_of(response)


def test_a_dealer_that_is_not_authorised_bears_no_mark(open_page, dealer):
    dealer.is_authorised = False
    dealer.save()
    assert "авторизованный дилер" not in text_of(open_page())


def test_from_another_region_nothing_is_bought_here(client, open_page):
    ProductFactory()
    elsewhere = CityFactory(name="Омск")
    client.cookies[PLACE_COOKIE] = str(elsewhere.pk)
    response = open_page()
    assert b"shelf-buy" not in response.content
    assert "Дилер не работает в вашем регионе: Омск" in text_of(response)


def test_a_city_of_the_territory_is_enough_to_buy(client, open_page, dealer):
    ProductFactory()
    served = CityFactory(name="Тверь")
    dealer.additional_places.add(served)
    client.cookies[PLACE_COOKIE] = str(served.pk)
    assert b"shelf-buy" in open_page().content


def test_an_empty_profile_is_a_page_too(visitor):
    bare = DealerFactory(whole_line=False)
    text = text_of(visitor.get(reverse("dealer_page", args=[bare.slug])))
    assert "У дилера нет торговых точек" in text
    assert "не отметил, что у него в наличии" in text


def test_an_address_that_is_nobodys_is_not_found(visitor):
    assert visitor.get("/dealers/nobody/").status_code == 404


def test_a_products_page_leads_to_its_dealers(visitor, dealer):
    body = visitor.get(product_url(ProductFactory())).content.decode()
    assert f'<a href="/dealers/{dealer.slug}/">Панель-Центр</a>' in body


def test_every_page_of_the_shop_leads_to_the_map(visitor):
    assert visitor.get(reverse("home")).content.count(b'href="/where/"') == 2


def test_search_engines_get_title_description_and_one_address(settings, open_page, visitor):
    settings.PUBLIC_URL = "https://shop.example"
    body = open_page().content.decode()
    assert "<title>Панель-Центр ·" in body
    assert '<meta name="description" content="Панель-Центр: адреса' in body
    assert '<link rel="canonical" href="https://shop.example/dealers/panel-centr/">' in body
    listed = visitor.get(reverse("where"), {"service": "delivery"}).content.decode()
    assert "<title>Где купить: Химки, Московская область ·" in listed
    assert '<link rel="canonical" href="https://shop.example/where/">' in listed


def structured(response):
    script = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL
    )
    return json.loads(script[1])


def test_structured_data_tell_the_addresses(open_page, dealer, city):
    add_outlets(dealer, city, 2)
    facts = structured(open_page())
    assert facts["@type"] == "LocalBusiness"
    assert facts["name"] == "Панель-Центр"
    assert facts["sameAs"] == dealer.website
    assert facts["address"]["addressLocality"] == "Химки"
    assert [one["address"]["streetAddress"] for one in facts["department"]] == [
        "ул. Лесная, 1",
        "ул. Лесная, 2",
    ]


def test_nothing_a_dealer_writes_gets_out_of_its_place(open_page, dealer):
    dealer.description = "</script><script>alert(1)</script> <!-- & <b>жирно</b>"
    dealer.name = '"><img src=x onerror=alert(1)>'
    dealer.save()
    response = open_page()
    body = response.content.decode()
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert structured(response)["description"] == dealer.description
    inline = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", body)
    assert all("application/" in one for one in inline)
    assert not re.search(r"<[^>]+\sstyle=", body)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.panel.example/o-nas", "panel.example"),
        ("http://a.example:8080", "a.example:8080"),
    ],
)
def test_a_sites_address_is_short(address, expected):
    assert host(address) == expected
