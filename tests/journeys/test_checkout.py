"""The customer's part when not everything goes well: slips, changed prices, impatience."""

import re

import pytest
from playwright.sync_api import expect

from catalog.models import DealerProduct
from orders.models import Order
from tests.journeys.people import fill_checkout, order_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
NONSENSE = {
    "Имя": "12345",
    "Телефон": "+7 900",
    "Эл. почта": "роман собака почта",
    "Город": "Тьмутаракань",
    "Адрес": "🙂🙂🙂",
    "Комментарий": "Позвоните после шести",
}
COMPLAINTS = {
    "id_name": "Напишите буквами.",
    "id_phone": "Введите телефон с кодом",
    "id_email": "Напишите адрес в виде name@example.ru.",
    "id_city": "Мы не знаем такого места.",
    "id_address": "Уберите картинки",
    "id_consent_processing": "Без этого согласия",
    "id_consent_dealer": "Без ваших контактов",
}


@pytest.fixture
def at_checkout(shopper):
    """Makes a visitor with three panels in the cart, who has opened checkout."""

    def at_checkout():
        person = shopper()
        page = person.page
        page.get_by_label("Количество").fill("3")
        page.get_by_role("button", name="В корзину").click()
        expect(page.locator("#cart-badge")).to_contain_text("1")
        page.goto("/checkout/")
        return person

    return at_checkout


def submit(page):
    return page.locator("#checkout").get_by_role("button", name=re.compile("оформить заказ", re.I))


def test_nonsense_is_explained_beside_each_field_and_kept(at_checkout):
    page = at_checkout().page
    for label, value in NONSENSE.items():
        page.get_by_label(label, exact=True).fill(value)
    submit(page).click()

    expect(page.get_by_text("Заполнено не всё, что нужно:")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    for field, complaint in COMPLAINTS.items():
        expect(page.locator(f"#{field}_error")).to_contain_text(complaint)
    for label, value in NONSENSE.items():
        expect(page.get_by_label(label, exact=True)).to_have_value(value)
    assert not Order.objects.exists()

    fill_checkout(page, Город="Химки, Московская область")
    submit(page).click()
    order_number(page)
    assert Order.objects.get().comment == "Позвоните после шести"


def test_a_price_changed_since_the_cart_is_confirmed_first(at_checkout, world):
    page = at_checkout().page
    fill_checkout(page)
    DealerProduct.objects.update(price=1150)
    submit(page).click()

    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("Кое-что изменилось. Проверьте и подтвердите.")
    expect(notice).to_contain_text(re.compile(r"была от\s3.300\s₽.*теперь от\s3.450\s₽"))
    expect(page.get_by_label("Имя")).to_have_value("Роман Ёлкин")
    expect(page.get_by_label("Согласен на обработку")).to_be_checked()
    assert not Order.objects.exists()

    page.get_by_role("button", name="Подтвердить и оформить заказ").click()
    order_number(page)
    assert (Order.objects.get().price_min, Order.objects.get().price_max) == (3450, 3600)


def test_a_double_click_and_a_step_back_are_one_order(at_checkout):
    page = at_checkout().page
    fill_checkout(page)
    submit(page).dblclick()
    order_number(page)

    page.go_back()
    expect(page.get_by_text("Корзина пуста")).to_be_visible()
    assert Order.objects.count() == 1


def test_two_tabs_are_one_order(at_checkout):
    person = at_checkout()
    first, second = person.page, person.tab()
    second.goto("/checkout/")
    for tab in (first, second):
        fill_checkout(tab)
    submit(first).click()
    number = order_number(first)

    submit(second).click()
    assert order_number(second) == number
    assert Order.objects.count() == 1


def test_the_keyboard_alone_leads_from_the_first_page_to_an_order(people, world):
    page = people().page
    page.goto("/")
    _press_on(page, page.get_by_role("banner").get_by_role("link", name="Ваш регион"))
    expect(page.get_by_label("Город или регион")).to_be_focused()
    page.keyboard.type("Хим")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-current-place]")).to_have_text("Химки, Московская область")
    _press_on(page, page.get_by_role("main").get_by_role("link", name="Коллекция «Фагот»"))
    _press_on(page, page.get_by_role("heading", name="Панель «Фагот»").get_by_role("link"))
    _press_on(page, page.get_by_role("button", name="В корзину"))
    _press_on(page, page.get_by_role("link", name="Перейти в корзину"))
    _press_on(page, page.get_by_role("link", name="Оформить заказ"))
    for label, value in (("Имя", "Роман"), ("Телефон", "89001234567"), ("Адрес", "ул. Лесная, 5")):
        _tab_to(page, page.get_by_label(label, exact=True))
        page.keyboard.type(value)
    for consent in ("Согласен на обработку", "Согласен на передачу"):
        _tab_to(page, page.get_by_label(consent))
        page.keyboard.press("Space")
    _press_on(page, submit(page))
    order_number(page)
    assert str(Order.objects.get().phone) == "+79001234567"


def _tab_to(page, target):
    expect(target).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach {target}")


def _press_on(page, target):
    _tab_to(page, target)
    page.keyboard.press("Enter")
