"""What becomes of an order when dealers do not simply take it."""

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from distribution.tests.worlds import base, rating, set_chain
from notifications import tasks
from orders.links import customer_link
from orders.models import Order
from tests.journeys.people import (
    BY_ITSELF,
    choose_reason,
    fill_checkout,
    order_number,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def dealers(people, world):
    """The strong and the new dealer, each looking at the available orders."""
    pair = people(world.strong), people(world.newcomer)
    for person in pair:
        person.page.goto("/workspace/orders/")
    return pair


def decline(page, number, reason="Слишком далеко"):
    """From the list: open the order and decline it."""
    page.locator(f"#order-{number}").click()
    choose_reason(page, page.get_by_role("link", name="Отказаться"), "Отказаться от заказа", reason)
    expect(page.get_by_text(f"Вы отказались от заказа № {number}.")).to_be_visible()
    expect(page.locator(f"#order-{number}")).to_be_hidden()


def test_after_a_decline_the_next_stage_opens_at_once(dealers, people, world, placed):
    set_chain(rating(30, 200), base(), since=timezone.now())
    strong, newcomer = dealers
    order = placed()
    expect(strong.page.locator(f"#order-{order.pk}")).to_be_visible(timeout=BY_ITSELF)
    expect(newcomer.page.locator(f"#order-{order.pk}")).to_be_hidden()

    decline(strong.page, order.pk)

    expect(newcomer.page.locator(f"#order-{order.pk}")).to_be_visible(timeout=BY_ITSELF)
    manager = people(world.manager)
    manager.page.goto(f"/workspace/orders/{order.pk}/")
    expect(manager.page.locator(".distribution-panel")).to_contain_text("Слишком далеко")


def test_an_order_given_up_finds_another_dealer_and_the_customer_is_told(
    dealers, people, world, placed
):
    strong, newcomer = dealers
    order = placed()
    strong.page.locator(f"#accept-{order.pk}").click(timeout=BY_ITSELF)
    expect(strong.page.get_by_text(f"Заказ № {order.pk} ваш")).to_be_visible()
    expect(newcomer.page.locator(f"#order-{order.pk}")).to_be_hidden(timeout=BY_ITSELF)

    strong.page.get_by_role("button", name="Другие действия").click()
    way_out = strong.page.get_by_role("link", name="Отказаться от заказа")
    choose_reason(strong.page, way_out, "Отказаться от заказа", "Товар закончился")
    expect(strong.page.get_by_text("его предложат другим дилерам")).to_be_visible()

    row = newcomer.page.locator(f"#order-{order.pk}")
    expect(row).to_be_visible(timeout=BY_ITSELF)
    expect(strong.page.locator(f"#order-{order.pk}")).to_be_hidden()
    customer = people()
    customer.page.goto(customer_link(order))
    expect(customer.page.get_by_text("Дилер, у которого был заказ, не смог")).to_be_visible()
    expect(customer.page.locator(".order-status")).to_have_text("Новый")
    tasks.tick()
    assert any(message.to == [order.email] for message in mail.outbox)
    world.strong.dealer.refresh_from_db()
    assert world.strong.dealer.points == 320 - 50


def test_an_order_that_all_declined_is_assigned_by_hand(dealers, people, world, placed):
    strong, newcomer = dealers
    order = placed()
    for person in (strong, newcomer):
        expect(person.page.locator(f"#order-{order.pk}")).to_be_visible(timeout=BY_ITSELF)
        decline(person.page, order.pk)

    manager = people(world.manager)
    page = manager.page
    page.goto("/workspace/")
    page.get_by_role("link", name="Внимание").first.click()
    case = page.locator(f"#order-{order.pk}")
    expect(case).to_contain_text("слишком далеко")
    case.get_by_role("link", name="Назначить дилера").click()
    page.locator(".ts-dropdown .option", has_text="Тверской дом").click()
    page.get_by_role("button", name="Назначить", exact=True).click()
    expect(page.get_by_text("Все заказы идут своим ходом")).to_be_visible()

    distant = people(world.distant)
    distant.page.goto("/workspace/orders/?tab=mine")
    distant.page.locator(f"#order-{order.pk}").click()
    expect(distant.page.locator("#customer")).to_contain_text("Роман Ёлкин")
    expect(distant.page.get_by_text("Производитель назначил вам заказ")).to_be_visible()


def test_a_chosen_dealer_sees_the_order_first(dealers, shopper):
    strong, newcomer = dealers
    page = shopper().page
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Панель-Центр"))
    card.get_by_role("button", name="Купить у этого дилера").click()
    expect(
        page.get_by_text("Это цена дилера «Панель-Центр». Он увидит заказ первым.")
    ).to_be_visible()
    page.get_by_role("link", name="Оформить заказ").click()
    fill_checkout(page)
    page.get_by_role("button", name="Оформить заказ").click()
    number = order_number(page)
    expect(page.get_by_text("Вы выбрали «Панель-Центр»")).to_be_visible()

    expect(strong.page.locator(f"#order-{number}")).to_be_visible(timeout=BY_ITSELF)
    newcomer.page.reload()
    expect(newcomer.page.get_by_text("Сейчас для вас нет заказов")).to_be_visible()
    decline(strong.page, number)
    newcomer.page.locator(f"#accept-{number}").click(timeout=BY_ITSELF)
    expect(newcomer.page.get_by_text(f"Заказ № {number} ваш")).to_be_visible()
    # The newcomer's own price, below the one of the dealer that was chosen.
    assert Order.objects.get().total == 1100
