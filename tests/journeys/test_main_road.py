"""The road everything hangs on: from the shop's first page to the points of the dealer."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from notifications import tasks
from tests.journeys.people import (
    BY_ITSELF,
    DESK,
    choose_city,
    fill_checkout,
    order_number,
    put_into_cart,
    words,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def put_rating_before_base(page):
    """On the strategies screen: dealers from 200 points for one minute, then everybody."""
    page.get_by_role("link", name="Стратегии").first.click()
    page.get_by_role("button", name="Рейтинг", exact=True).click()
    page.get_by_label("Баллов не меньше").fill("200")
    page.get_by_label("Окно, мин").fill("1")
    expect(page.locator(".chain-stage h3")).to_have_text(["Рейтинг", "Базовая"])
    page.get_by_role("button", name="Сохранить цепочку").click()
    expect(page.get_by_text("Цепочка сохранена")).to_be_visible()
    expect(page.locator(".chain-sentence")).to_contain_text("0–1 мин: дилеры от 200 баллов")


def order_something(page):
    """From the first page to the order's personal page; returns the order's number."""
    page.goto("/")
    choose_city(page, "Хим", "Химки, Московская область")
    put_into_cart(page, "Коллекция «Фагот»", "Панель «Фагот»", quantity=3)
    put_into_cart(page, "Камень", "Камень «Скала»")
    page.get_by_role("link", name="Перейти в корзину").click()
    promise = page.get_by_role("complementary", name="За всю корзину")
    expect(promise).to_contain_text(re.compile(r"от\s4.300\s₽\s+до\s4.600\s₽"))
    page.get_by_role("link", name="Оформить заказ").click()
    fill_checkout(page)
    page.get_by_role("button", name="Оформить заказ").click()
    return order_number(page)


def work_to_the_end(page, number):
    """On the card of an accepted order: contact, every status, completion."""
    page.get_by_role("button", name="Связались с покупателем").click()
    for status in ("Уточнение", "Оплата", "Доставка"):
        page.get_by_role("button", name=f"В статус «{status}»").click()
        expect(page.locator(".order-head")).to_contain_text(status)
    page.get_by_role("link", name="Завершить заказ").click()
    dialog = page.get_by_role("dialog", name="Завершить заказ")
    expect(dialog.get_by_label("Заработано")).to_have_value(re.compile("4.?600"))
    dialog.get_by_role("button", name="Завершить заказ").click()
    expect(page.get_by_text(f"Заказ № {number} завершён.")).to_be_visible()
    expect(page.locator("#results")).to_contain_text("+100")


def test_an_order_goes_from_the_first_page_to_points(people, world, clock):
    boss = people(screen=DESK)
    boss.log_in(world.administrator)
    put_rating_before_base(boss.page)
    strong, newcomer = people(screen=DESK), people()
    strong.log_in(world.strong)
    newcomer.log_in(world.newcomer)
    expect(strong.page.get_by_text("Сейчас для вас нет заказов")).to_be_visible()

    customer = people()
    number = order_something(customer.page)
    expect(customer.page.locator(".way [aria-current]")).to_contain_text("Принят дилером")

    # The one with enough points sees it at once, without reloading and without the customer's name.
    row = f"#order-{number}"
    expect(strong.page.locator(row)).to_be_visible(timeout=BY_ITSELF)
    assert "Роман" not in strong.page.content()
    newcomer.page.reload()
    expect(newcomer.page.get_by_text("Сейчас для вас нет заказов")).to_be_visible()

    # After the window the other one does.
    other_tab = newcomer.tab()
    other_tab.goto("/workspace/orders/")
    clock(61)
    expect(newcomer.page.locator(row)).to_be_visible(timeout=BY_ITSELF)
    expect(other_tab.locator(row)).to_be_visible(timeout=BY_ITSELF)

    # One accepts; the other clicks before the news have reached its list.
    newcomer.page.route("**/orders/available/**", lambda route: route.fulfill(status=204))
    strong.page.locator(f"#accept-{number}").click()
    expect(strong.page.get_by_text(f"Заказ № {number} ваш")).to_be_visible()
    with newcomer.refused(409):
        newcomer.page.locator(f"#accept-{number}").click()
        expect(newcomer.page.get_by_text("Заказ уже принят другим дилером.")).to_be_visible()
    newcomer.page.get_by_role("main").get_by_role("link", name="Доступные заказы").click()
    expect(newcomer.page.get_by_text("Сейчас для вас нет заказов")).to_be_visible()
    expect(other_tab.locator(row)).to_be_hidden(timeout=BY_ITSELF)

    # The winner sees the customer and works the order to its end.
    expect(strong.page.locator("#customer")).to_contain_text("Роман Ёлкин")
    expect(strong.page.locator("#customer-phone")).to_contain_text("+7 900 123-45-67")
    customer.page.reload()
    expect(customer.page.locator(".way [aria-current]")).to_contain_text("Связь с вами")
    expect(customer.page.locator(".order-dealer")).to_contain_text("Панель-Центр")
    work_to_the_end(strong.page, number)
    customer.page.reload()
    expect(customer.page.locator(".order-status")).to_have_text("Завершён")
    expect(customer.page.get_by_text("Заказ завершён. Спасибо")).to_be_visible()

    see_the_points(strong.page, number)
    see_every_decision(boss.page, number)
    read_the_mails(boss.page, number)


def see_the_points(page, number):
    """The ledger: 320 and 100 are 420."""
    page.get_by_role("link", name="Баллы").first.click()
    expect(page.locator(".points-sums")).to_contain_text("420")
    entry = page.locator(".points-ledger").get_by_text(re.compile(rf"№\s{number}"))
    expect(entry.first).to_be_visible()
    expect(page.locator(".points-ledger")).to_contain_text("+100")


def see_every_decision(page, number):
    """The administrator's card says of every dealer of both stages why, in Russian."""
    page.goto(f"/workspace/orders/{number}/")
    panel = page.locator(".distribution-panel")
    for details in panel.locator("details:not([open])").all():
        details.locator("summary").click()
    stages = panel.locator(".distribution-stages > li")
    expect(stages).to_have_count(2)
    rating, base = (words(stage) for stage in stages.all())
    assert "Рейтинг" in rating
    assert "показан 1 из" in rating
    assert re.search(r"Панель-Центр .*?Показан: .*?320 баллов", rating)
    assert re.search(r"Новый двор .*?Не показан: .*?50 баллов", rating)
    assert "Базовая" in base
    assert re.search(r"Новый двор .*?Показан: ", base)
    assert not re.search("[A-Za-z]", words(panel))


def read_the_mails(page, number):
    """What the customer and the others were written, on the page of mails and as sent."""
    tasks.tick()
    page.get_by_role("link", name="Письма").first.click()
    page.get_by_label("Заказ").fill(str(number))
    page.get_by_role("button", name="Найти").click()
    page.get_by_role("link").filter(has_text="Покупатель").filter(has_text="принял").first.click()
    frame = page.frame_locator(".mail-frame")
    expect(frame.get_by_role("heading").first).to_have_text(f"Дилер принял ваш заказ № {number}")
    expect(frame.locator("body")).to_contain_text("Панель-Центр")
    sent = [message for message in mail.outbox if message.to == ["roman@example.com"]]
    assert len(sent) == 3
    assert all("/o/" in message.body for message in sent)
