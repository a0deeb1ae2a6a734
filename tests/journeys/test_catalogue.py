"""In a browser: a dealer adds a product of its own, the manufacturer edits a family."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from catalog.models import Product


def photo():
    data = BytesIO()
    Image.new("RGB", (80, 60), "green").save(data, format="PNG")
    return {"name": "glue.png", "mimeType": "image/png", "buffer": data.getvalue()}


@pytest.mark.django_db(transaction=True)
def test_a_dealer_adds_a_product_and_a_customer_finds_it(people, world, shopper):
    seller = people(world.strong)
    desk = seller.page
    desk.goto(reverse("assortment"))
    desk.get_by_role("link", name="Свои товары").click()
    desk.get_by_role("link", name="Добавить товар").first.click()
    desk.get_by_label("Название").fill("Клей монтажный, 440 мл")
    desk.get_by_label("Цена, ₽").fill("даром")
    with seller.refused(422):
        desk.get_by_role("button", name="Добавить товар").click()
        expect(desk.get_by_text("Введите цену в рублях")).to_be_visible()
    expect(desk.get_by_label("Название")).to_have_value("Клей монтажный, 440 мл")
    desk.get_by_label("Цена, ₽").fill("390")
    desk.get_by_label("Картинка").set_input_files(photo())
    desk.get_by_role("button", name="Добавить товар").click()
    expect(desk.get_by_role("link", name="Клей монтажный, 440 мл")).to_be_visible()
    assert Product.objects.get(owner=world.strong.dealer).picture

    customer = shopper().page
    customer.goto(reverse("dealer_page", args=[world.strong.dealer.slug]))
    customer.get_by_role("link", name="Клей монтажный, 440 мл").last.click()
    customer.get_by_role("button", name="В корзину").click()
    customer.wait_for_url("**/cart/")
    expect(customer.get_by_text("Клей монтажный, 440 мл").first).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_the_manufacturer_edits_a_family(people, world):
    desk = people(world.manager).page
    desk.goto(reverse("catalogue"))
    price = desk.get_by_label("Рекомендованная цена: Панель «Фагот» Дуб светлый, рублей")
    price.fill("1 250")
    price.press("Tab")
    expect(desk.get_by_text("сохранено")).to_be_visible()
    desk.get_by_role("link", name="Панель «Фагот» Дуб светлый").click()
    expect(desk.locator("[data-variant]")).to_have_count(1)
    desk.get_by_role("button", name="Добавить вариант").click()
    fresh = desk.locator("[data-variant]").last
    expect(fresh.get_by_label("Рекомендованная цена")).to_have_value("1250")
    fresh.get_by_label("Цвет", exact=True).fill("Орех")
    fresh.get_by_label("Код цвета").fill("#7b5336")
    fresh.get_by_label("Картинка", exact=True).set_input_files(photo())
    desk.get_by_role("button", name="Сохранить").click()
    expect(desk.get_by_text("Добавлено: Панель «Фагот» Орех")).to_be_visible()
    nut = Product.objects.get(colour="Орех")
    assert (nut.recommended_price, nut.length_mm) == (1250, world.panel.length_mm)
    assert nut.picture
