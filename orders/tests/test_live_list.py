"""The dealer's available orders in a browser: they come and go without reloading."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.services.accepting import accept_offer
from tests.factories import OfferFactory, OrderFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def logged_in(page, live_server):
    """Opens a page of the workspace as a user."""

    def logged_in(user, path):
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )
        page.goto(live_server.url + path)
        return page

    return logged_in


@pytest.fixture
def offered(city, dealer, other_manager):
    def offered():
        order = OrderFactory(place=city, created_at=timezone.now())
        for one in (dealer, other_manager.dealer):
            OfferFactory(order=order, dealer=one)
        return order

    return offered


def test_orders_appear_and_leave_by_themselves(logged_in, offered, dealer_manager, other_manager):
    page = logged_in(dealer_manager, reverse("order_list"))
    assert page.get_by_text("Сейчас для вас нет заказов").is_visible()
    order = offered()
    row = page.locator(f"#order-{order.pk}")
    row.wait_for(state="visible", timeout=8_000)
    accept_offer(order_id=order.pk, by=other_manager, now=timezone.now())
    row.wait_for(state="detached", timeout=8_000)


def test_accepting_from_the_list_leads_to_the_card(logged_in, offered, dealer_manager):
    order = offered()
    problems = []
    page = logged_in(dealer_manager, reverse("order_list"))
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    page.locator(f"#accept-{order.pk}").click()
    page.get_by_text(f"Заказ № {order.pk} ваш").wait_for()
    assert page.url.endswith(reverse("order_card", args=[order.pk]))
    page.get_by_label("Другие действия").click()
    page.get_by_text("Отказаться от заказа").first.click()
    page.locator("#ask-give_up select").wait_for(state="visible")
    page.keyboard.press("Escape")
    page.locator("#ask-give_up").wait_for(state="hidden")
    assert problems == []


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_no_page_is_wider_than_the_screen(logged_in, offered, manager, width):
    order = offered()
    page = logged_in(manager, reverse("order_list"))
    page.set_viewport_size({"width": width, "height": 900})
    for path in (
        reverse("order_list"),
        reverse("order_card", args=[order.pk]),
        reverse("account_change_password"),
    ):
        page.goto(page.url.split("/workspace")[0].split("/accounts")[0] + path)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
