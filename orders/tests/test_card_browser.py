"""The card in a browser: what happens in place, by keyboard and on the map."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from orders.models import HistoryEntry, HistoryKind, Order
from orders.services.comments import add_comment
from tests.factories import CityFactory, ManagerFactory, OrderFactory
from tests.uploads import picture_upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager():
    return ManagerFactory()


@pytest.fixture
def orders():
    city = CityFactory()
    return [OrderFactory(place=city, created_at=timezone.now()) for _ in range(3)]


@pytest.fixture
def desk(page, live_server, client, manager):
    """The page of a manager who has logged in."""
    client.force_login(manager)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.address = live_server.url
    return page


def test_a_file_is_attached_shown_and_hidden_in_place(desk, orders, tmp_path):
    picture = tmp_path / "На складе.png"
    picture.write_bytes(picture_upload(size=(640, 480)).read())
    desk.goto(desk.address + reverse("order_card", args=[orders[0].pk]))
    desk.get_by_label("Комментарий").fill("Готово")
    desk.get_by_label("Прикрепить файлы").set_input_files(picture)
    assert desk.get_by_text("На складе.png").is_visible()
    desk.get_by_role("button", name="Добавить комментарий").click()
    small = desk.get_by_role("img", name="На складе.png")
    small.scroll_into_view_if_needed()
    desk.wait_for_function("document.querySelector('.timeline-picture img').naturalWidth === 320")
    desk.get_by_role("button", name="Показать покупателю").click()
    desk.get_by_role("button", name="Скрыть от покупателя").wait_for()
    assert HistoryEntry.objects.get(kind=HistoryKind.COMMENT).is_visible


def test_earlier_entries_come_below_and_kinds_in_place(desk, orders, manager):
    for number in range(60):
        add_comment(
            order_id=orders[0].pk,
            by=manager,
            text=f"Слово {number}",
            is_visible=False,
            now=timezone.now(),
        )
    desk.goto(desk.address + reverse("order_card", args=[orders[0].pk]))
    desk.get_by_role("link", name="Показать раньше").click()
    desk.get_by_text("Слово 0", exact=True).wait_for()
    assert desk.locator(".order-timeline > li").count() == 60
    desk.get_by_role("link", name="Изменения").click()
    desk.get_by_text("Таких записей нет.").wait_for()


def test_keys_lead_through_the_list(desk, orders):
    desk.goto(desk.address + reverse("order_list") + "?tab=all")
    desk.get_by_role("link", name=f"№ {orders[2].pk}").click()
    desk.get_by_role("heading", name=f"Заказ № {orders[2].pk}").wait_for()
    desk.keyboard.press("j")
    desk.get_by_role("heading", name=f"Заказ № {orders[1].pk}").wait_for()
    desk.keyboard.press("k")
    desk.get_by_role("heading", name=f"Заказ № {orders[2].pk}").wait_for()
    desk.get_by_role("link", name="К заказам").click()
    desk.wait_for_url(f"**/workspace/orders/?tab=all#order-{orders[2].pk}")


def test_the_pin_is_set_on_the_map(desk, orders):
    desk.goto(desk.address + reverse("order_edit", args=[orders[0].pk]))
    desk.locator(".leaflet-container").click(position={"x": 200, "y": 100})
    desk.wait_for_function("document.getElementById('details_latitude').value !== ''")
    latitude = desk.get_by_label("Широта").input_value()
    desk.get_by_role("button", name="Сохранить").click()
    desk.get_by_text("Сохранено: метка на карте.").wait_for()
    assert f"{Order.objects.get(pk=orders[0].pk).latitude:.5f}" == latitude
