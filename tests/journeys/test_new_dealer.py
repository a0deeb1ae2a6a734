"""A dealer's way into the network: from its registration to its first order, printed."""

import re
from decimal import Decimal

import pytest
from django.core import mail
from playwright.sync_api import expect

from catalog import tasks as catalog_tasks
from catalog.tests.price_files import xlsx
from notifications import tasks as notification_tasks
from tests.factories import ProductFactory
from tests.journeys.people import BY_ITSELF, DESK, fill_checkout, order_number, words

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

NAME = "Двор Химки"
HEAD = ("Глеб Головин", "gleb@example.com")


@pytest.fixture
def dark(world):
    """A second colour of the panel."""
    return ProductFactory(
        family=world.panel.family,
        name="Панель «Фагот» Дуб тёмный",
        colour="Дуб тёмный",
        recommended_price=Decimal(1300),
    )


def register(page):
    """The administrator registers the dealer from the list of dealers."""
    page.get_by_role("link", name="Дилеры", exact=True).first.click()
    page.get_by_role("link", name="Зарегистрировать дилера").click()
    page.get_by_label("Название дилера").fill(NAME)
    page.get_by_label("Основной регион").select_option(label="Московская область")
    page.get_by_label("Старший менеджер: имя и фамилия").fill(HEAD[0])
    page.get_by_label("Старший менеджер: эл. почта").fill(HEAD[1])
    page.get_by_role("button", name="Зарегистрировать и пригласить").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)


def invitation_link():
    """The address in the mail that has come to the head manager."""
    notification_tasks.tick()
    (message,) = [one for one in mail.outbox if one.to == [HEAD[1]]]
    return re.search(r"https?://\S+/invitation/\S+", message.body).group()


def enter(page, link):
    """Follow the invitation and set a password."""
    page.goto(link)
    page.get_by_label("Пароль").first.fill("Полынья-7-утюг")
    page.get_by_label("Пароль ещё раз").fill("Полынья-7-утюг")
    page.get_by_role("button", name="Задать пароль и войти").click()
    expect(page.locator("#first-steps")).to_have_text("Первые шаги")


def fill_the_profile(page):
    """The first step of the list leads to the profile: phones, an outlet, a description."""
    page.get_by_role("link", name="Контакты").click()
    page.get_by_label("Эл. почта для покупателей").fill("info@dvor.example")
    page.get_by_label("Описание").fill("Панели со склада в Химках.")
    # The script shows the button and takes the empty row away: not before that can rows be counted.
    expect(page.get_by_role("button", name="Добавить телефон")).to_be_visible()
    phones = page.locator("[data-rows=phones]")
    if not phones.locator("[data-row]").count():
        page.get_by_role("button", name="Добавить телефон").click()
    phones.get_by_label("Телефон").fill("8 495 698-49-57")
    outlets = page.locator("[data-rows=outlets]")
    if not outlets.locator("[data-row]").count():
        page.get_by_role("button", name="Добавить торговую точку").click()
    outlets.get_by_label("Город").fill("Химки, Московская область")
    outlets.get_by_label("Адрес").fill("ул. Складская, 3")
    outlets.get_by_label("Часы работы").fill("Пн–Сб 9:00–19:00")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator(".first-steps")).to_contain_text("4 из 6")


def offer_delivery(page):
    """Services stand beside the assortment."""
    page.locator(".first-steps").get_by_role("link", name="Услуги").click()
    delivery = page.get_by_role("group", name="Доставка")
    delivery.get_by_role("checkbox").check()
    delivery.get_by_label("Цена за заказ, ₽").fill("1500")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("сохранен").first).to_be_visible()


def upload(page, content):
    """Hand a price list in and see what was read of it."""
    page.locator("input[type=file]").set_input_files(
        {
            "name": "прайс.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": content,
        }
    )
    expect(page.locator(".file-field-name")).to_have_text("прайс.xlsx")
    page.get_by_role("button", name="Загрузить и проверить").click()
    catalog_tasks.tick()


def bring_the_prices(page, world, dark):
    """A price list with mistakes is refused row by row; the corrected one is applied."""
    page.get_by_role("link", name="Прайс-листы").first.click()
    upload(
        page,
        xlsx(
            (world.panel.pk, world.panel.name, "1 150,50", "да"),
            (world.stone.pk, world.stone.name, "дорого", "да"),
        ),
    )
    expect(page.get_by_role("alert")).to_contain_text("1 строка отклонена")
    fault = words(page.locator("main"))
    assert "дорого" in fault
    page.get_by_role("link", name="Прайс-листы").first.click()
    upload(
        page,
        xlsx(
            (world.panel.pk, world.panel.name, "1 150,50", "да"),
            (world.stone.pk, world.stone.name, 990, "да"),
            (dark.pk, dark.name, 1250, "да"),
        ),
    )
    page.get_by_role("button", name="Применить: 3 товара").click()
    expect(page.get_by_text("Прайс-лист применён: изменено 3 товара.")).to_be_visible()


def sell_at_own_prices(page):
    """The switch over the grid; the grid shows what the price list brought."""
    page.get_by_role("link", name="К переключателю").click()
    page.get_by_role("button", name="Включить: Свои цены").click()
    price = page.get_by_role("textbox", name=re.compile("Своя цена.*светлый"))
    expect(price).to_be_enabled()
    expect(price).to_have_value(re.compile("1.?150,50"))


def authorise(page):
    """The administrator sees a complete profile and lets orders come."""
    page.reload()
    expect(page.locator(".first-steps")).to_be_hidden()
    page.get_by_role("link", name="Изменить условия").click()
    page.get_by_label("Авторизованный дилер").check()
    page.get_by_label("Заказы с сайта").check()
    page.get_by_label("Почему").fill("Договор подписан")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator(".dealer-badges")).to_contain_text("авторизован")


def buy_from_the_dealer(page):
    """The product page shows the dealer with its price; returns the order's number."""
    seller = page.locator(".dealer", has_text=NAME)
    expect(seller).to_contain_text(re.compile(r"1.150,50"))
    seller.get_by_role("button", name="Купить у этого дилера").click()
    page.get_by_role("link", name="Оформить заказ").click()
    fill_checkout(page)
    page.get_by_role("button", name="Оформить заказ").click()
    return order_number(page)


def accept_and_change_the_colour(page, number):
    """On a phone: accept, then the customer wants another colour; the answer stands at once."""
    page.goto("/workspace/orders/")
    page.locator(f"#accept-{number}").click(timeout=BY_ITSELF)
    expect(page.locator("#customer")).to_contain_text("Роман Ёлкин")
    page.get_by_role("button", name="Связались с покупателем").click()
    page.locator("#contents").get_by_role("link", name="Редактировать").click()
    page.locator(".line-row .ts-control").first.click()
    page.locator(".ts-dropdown .option", has_text="Дуб тёмный").click()
    answer = page.locator("#lines-answer")
    expect(answer).to_contain_text("У дилера есть всё")
    expect(answer).to_contain_text(re.compile(r"1.250"))
    answer.get_by_role("button", name="Сохранить").click()
    expect(page.locator("#history .line-changes")).to_contain_text(
        re.compile(r"Дуб светлый.*Дуб тёмный", re.DOTALL)
    )


def print_it(page, number):
    """The print form shows what was changed."""
    page.goto(f"/workspace/orders/{number}/print/")
    sheet = words(page.locator("body"))
    assert str(number) in sheet
    assert "Дуб тёмный" in sheet
    assert "1 250 ₽" in sheet
    assert "Дуб светлый" not in sheet


def test_a_new_dealer_comes_to_its_first_order(people, shopper, world, dark):
    boss = people(screen=DESK)
    boss.log_in(world.administrator)
    register(boss.page)

    dealer = people()
    enter(dealer.page, invitation_link())
    fill_the_profile(dealer.page)
    offer_delivery(dealer.page)
    bring_the_prices(dealer.page, world, dark)
    sell_at_own_prices(dealer.page)
    authorise(boss.page)

    customer = shopper()
    number = buy_from_the_dealer(customer.page)
    accept_and_change_the_colour(dealer.page, number)
    print_it(dealer.page, number)
    customer.page.reload()
    expect(customer.page.locator("main")).to_contain_text("Дуб тёмный")
