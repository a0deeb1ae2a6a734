"""The robot tells the customer, the manager talks to the customer: on phones of the simulator."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dealers.models import SystemSettings
from orders.models import Consent
from telephony import tasks
from tests.journeys.people import BY_ITSELF, DESK

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def calls(world, live_server, settings):
    """Calls work, as in the demo, and the simulator reaches this server."""
    settings.DEMO = True
    settings.PUBLIC_URL = settings.SIMULATOR_URL = live_server.url
    stored = SystemSettings.load()
    stored.calls_enabled = True
    stored.robot_from_hour, stored.robot_to_hour = 0, 24
    stored.save()
    world.strong.dealer.site_calls = True
    world.strong.dealer.save()
    world.strong.phone = "+79160000001"
    world.strong.save()
    return stored


def press(phone, button):
    """Press a button of a simulated phone; the worker does what follows."""
    with phone.page.expect_response("**/simulator/act/"):
        phone.get_by_role("button", name=button, exact=True).click()
    tasks.tick()


def test_from_acceptance_to_the_recording_of_the_conversation(calls, people, world, placed):
    order = placed()
    Consent.objects.create(
        customer=order.customer,
        order=order,
        kind=Consent.Kind.CALLS,
        text_version="1",
        given_at=timezone.now(),
    )
    manager = people(screen=DESK)
    manager.sign_in(world.strong)
    card, phones = manager.page, manager.tab()
    card.goto("/workspace/orders/?tab=available")
    card.locator(f"#accept-{order.pk}").click()
    expect(card.locator("#customer-phone")).to_contain_text("[скрыт]")

    # The robot.
    tasks.tick()
    expect(card.locator("#calls")).to_contain_text("Робот звонит покупателю", timeout=BY_ITSELF)
    phones.goto(f"/workspace/simulator/?order={order.pk}")
    customer, own = phones.locator("#phone-customer"), phones.locator("#phone-manager")
    press(customer, "Ответить")
    expect(customer).to_contain_text(f"Ваш заказ номер {order.pk} принял дилер")
    press(customer, "1")
    expect(customer).to_contain_text("нажата 1")
    expect(customer).to_contain_text("Спасибо, заказ подтверждён")
    expect(card.locator("#calls")).to_contain_text(
        "Ответ роботу: заказ подтверждён", timeout=BY_ITSELF
    )
    expect(card.locator("#customer-phone")).to_contain_text("[скрыт]")

    # The manager.
    card.locator("#calls").get_by_role("button", name="Позвонить").click()
    expect(card.get_by_text("Сейчас зазвонит ваш телефон")).to_be_visible()
    tasks.tick()
    press(own, "Ответить")
    expect(card.locator("#calls")).to_contain_text("звонит телефон покупателя", timeout=BY_ITSELF)
    expect(customer).to_contain_text("Входящий звонок")
    press(customer, "Ответить")
    expect(card.locator("#customer-phone")).to_contain_text("+7 900 123-45-67", timeout=BY_ITSELF)
    expect(card.locator(".order-head")).to_contain_text("Обработан")
    expect(card.locator("#calls")).to_contain_text("разговор идёт")
    press(customer, "Положить трубку")
    tasks.tick()
    expect(own).to_contain_text("Звонок закончен")

    # The recording plays, from the middle too.
    player = card.locator("#calls audio")
    expect(player).to_be_visible(timeout=BY_ITSELF)
    duration = player.evaluate(
        """(audio) => new Promise((done) => {
            audio.addEventListener("loadedmetadata", () => done(audio.duration));
            audio.load();
            audio.preload = "metadata";
        })"""
    )
    assert duration >= 1
    player.evaluate("(audio) => { audio.currentTime = audio.duration / 2; }")
    card.wait_for_function("() => document.querySelector('#calls audio').currentTime > 0.4")
    history = card.locator(".order-timeline")
    card.reload()
    expect(history).to_contain_text("Звонил робот: покупатель подтвердил заказ")
    expect(history).to_contain_text("звонок с сайта")
    expect(history.locator("audio")).to_have_count(1)
    history.locator("audio").evaluate(
        """(audio) => new Promise((done) => {
            audio.addEventListener("loadedmetadata", done);
            audio.preload = "metadata";
            audio.load();
        })"""
    )
    assert not re.search("[A-Za-z]{3,}", card.locator("#calls").inner_text())
    manager.check()


def test_a_customer_who_is_busy_stays_hidden(calls, people, world, placed):
    calls.robot_enabled = False
    calls.save()
    order = placed()
    manager = people(screen=DESK)
    manager.sign_in(world.strong)
    card, phones = manager.page, manager.tab()
    card.goto("/workspace/orders/?tab=available")
    card.locator(f"#accept-{order.pk}").click()
    card.locator(".order-head").get_by_role("button", name="Позвонить").click()
    tasks.tick()
    phones.goto(f"/workspace/simulator/?order={order.pk}")
    press(phones.locator("#phone-manager"), "Ответить")
    press(phones.locator("#phone-customer"), "Отклонить")
    tasks.tick()
    expect(phones.locator("#phone-manager")).to_contain_text("У покупателя занято")
    expect(card.locator("#calls")).to_contain_text("у покупателя занято", timeout=BY_ITSELF)
    expect(card.locator("#customer-phone")).to_contain_text("[скрыт]")
    expect(card.locator(".order-head")).to_contain_text("Принят")
    manager.check()
