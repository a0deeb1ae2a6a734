"""What an order consists of changes after somebody has taken it."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from distribution.services import catch_up
from orders.services.accepting import accept_offer
from tests.factories import DealerProductFactory, ProductFactory
from tests.journeys.people import BY_ITSELF

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def dark(world):
    return ProductFactory(
        family=world.panel.family,
        name="Панель «Фагот» Дуб тёмный",
        colour="Дуб тёмный",
        colour_code="#5a3a22",
        recommended_price=Decimal(1300),
    )


@pytest.fixture
def taken(world, dark, placed, clock):
    """Three light panels, taken by the strong dealer."""
    order = placed()
    clock(3600)
    catch_up(now=timezone.now(), order_ids=[order.pk])
    return accept_offer(order_id=order.pk, by=world.strong, now=timezone.now())


def choose_colour(page, colour):
    page.locator(".line-row .ts-control").first.click()
    page.locator(".ts-dropdown .option", has_text=colour).click()


def test_a_dealer_changes_the_colour_on_a_phone(people, world, taken):
    page = people(world.strong).page
    page.goto(f"/workspace/orders/{taken.pk}/")
    page.locator("#contents").get_by_role("link", name="Редактировать").click()
    expect(page.locator("#lines-answer")).to_contain_text("Пока ничего не изменено")

    choose_colour(page, "Дуб тёмный")
    answer = page.locator("#lines-answer")
    expect(answer).to_contain_text("У дилера есть всё")
    expect(answer).to_contain_text(re.compile(r"3\s900"))
    page.get_by_label("Количество, шт.").fill("4")
    expect(answer).to_contain_text(re.compile(r"5\s200.*было 3\s600.*\+1\s600", re.DOTALL))
    # Leaving the field must not take the button away.
    answer.get_by_role("button", name="Сохранить").click()

    page.wait_for_url(f"**/workspace/orders/{taken.pk}/")
    expect(page.locator("#contents")).to_contain_text("Дуб тёмный")
    expect(page.locator("#history")).to_contain_text("Состав изменён")
    expect(page.locator("#history .line-changes")).to_contain_text(
        re.compile(r"Дуб светлый × 3.*Дуб тёмный × 4")
    )
    taken.refresh_from_db()
    assert (taken.total, taken.dealer, taken.status) == (5200, world.strong.dealer, "accepted")


def test_what_the_dealer_lacks_goes_to_another_one(people, world, taken, dark, clock):
    DealerProductFactory(dealer=world.strong.dealer, product=dark, in_stock=False)
    page = people(world.manager).page
    page.goto(f"/workspace/orders/{taken.pk}/lines/")
    choose_colour(page, "Дуб тёмный")
    answer = page.locator("#lines-answer")
    expect(answer).to_contain_text("У дилера нет")
    expect(answer).to_contain_text("Новый двор")
    answer.get_by_role("button", name="Сохранить и вернуть в распределение").click()
    answer.get_by_role("button", name="Продолжить правку").click()
    answer.get_by_role("button", name="Сохранить и вернуть в распределение").click()
    answer.get_by_role("button", name="Да, вернуть").click()
    page.wait_for_url(f"**/workspace/orders/{taken.pk}/")
    expect(page.locator("#history")).to_contain_text("заказ снова распределяется")

    clock(3600)
    other = people(world.newcomer).page
    other.goto("/workspace/orders/")
    expect(other.locator(f"#order-{taken.pk}")).to_be_visible(timeout=BY_ITSELF)
    other.goto(f"/workspace/orders/{taken.pk}/")
    expect(other.locator("#contents")).to_contain_text("Дуб тёмный")
    other.get_by_role("button", name="Принять заказ").click()
    expect(other.locator("#contents")).to_contain_text(re.compile(r"3\s900"))
    taken.refresh_from_db()
    assert taken.dealer == world.newcomer.dealer


def test_a_product_is_found_by_its_name_and_added_without_scripts_too(people, world, taken):
    page = people(world.manager).page
    page.goto(f"/workspace/orders/{taken.pk}/lines/")
    page.locator("#lines-new .ts-control").click()
    page.keyboard.type("скала")
    page.keyboard.press("Enter")
    page.locator("#lines-new input[type=number]").fill("2")
    page.locator("#lines-new").get_by_role("button", name="Добавить").click()
    expect(page.locator(".line-row-title").nth(1)).to_contain_text("Камень «Скала»")
    expect(page.locator("#lines-answer")).to_contain_text(re.compile(r"5\s600"))

    plain = people(world.manager, scripts=False).page
    plain.goto(f"/workspace/orders/{taken.pk}/lines/")
    plain.locator("#lines-new select").select_option(str(world.stone.pk))
    plain.locator("#lines-new input[type=number]").fill("1")
    plain.get_by_role("button", name="Добавить").click()
    plain.locator("[data-check]").click()
    expect(plain.locator("#lines-answer")).to_contain_text(re.compile(r"4\s600"))
    plain.locator("#lines-answer").get_by_role("button", name="Сохранить").click()
    expect(plain.locator("#contents")).to_contain_text("Скала")
