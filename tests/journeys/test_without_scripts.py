"""With scripts switched off an order still goes from the first page to a dealer."""

import pytest
from playwright.sync_api import expect

from tests.journeys.people import fill_checkout, order_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_an_order_is_placed_and_accepted_without_scripts(people, world):
    customer = people(scripts=False)
    page = customer.page
    page.goto("/")
    page.get_by_role("link", name="Выбрать другой").click()
    page.get_by_label("Город или регион").fill("Химки")
    page.get_by_role("button", name="Найти").click()
    page.get_by_role("button", name="Химки, Московская область").click()
    page.get_by_role("navigation", name="Коллекции").get_by_role("link", name="Камень").click()
    page.get_by_role("heading", name="Камень «Скала»").get_by_role("link").click()
    page.get_by_label("Количество").fill("2")
    page.get_by_role("button", name="В корзину").click()
    page.get_by_label("Количество").fill("4")
    page.get_by_role("button", name="Пересчитать").click()
    expect(page.locator(".promise-sum")).to_contain_text("4\u202f000\u00a0₽")
    page.get_by_role("link", name="Оформить заказ").click()
    fill_checkout(page)
    page.get_by_role("button", name="Оформить заказ").click()
    number = order_number(page)

    dealer = people(scripts=False)
    dealer.log_in(world.strong)
    dealer.page.locator(f"#accept-{number}").click()
    expect(dealer.page.locator("#customer")).to_contain_text("Роман Ёлкин")
    dealer.page.get_by_role("button", name="Связались с покупателем").click()
    page.reload()
    expect(page.locator(".order-status")).to_have_text("Обработан")
    expect(page.locator(".order-dealer")).to_contain_text("Панель-Центр")
