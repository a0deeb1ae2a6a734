"""The bell in a real browser: news arrive by themselves and nothing jumps."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from notifications.outbox import withdraw
from notifications.tests.conftest import NOW, draft, write, write_many
from tests.factories import AdministratorFactory, ManagerFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WITHIN = 9_000


def log_in(context, live_server, user):
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


@pytest.fixture
def complaints(page):
    """What the browser complains of, breaches of the content security policy among it."""
    found = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_news_arrive_while_the_bell_is_open(page, context, live_server, complaints):
    user = UserFactory()
    write_many(user, 1)
    log_in(context, live_server, user)
    page.goto(f"{live_server.url}/workspace/messages/")
    count, menu = page.locator("#bell-count"), page.locator(".bell-menu")
    expect(count).to_have_text("1")
    page.get_by_role("button", name="Сообщения").click()
    expect(menu).to_be_visible()

    write(draft(user=user, subject_key="order:77", context={"order": 77}))
    expect(menu.get_by_text("Новый заказ №\u00a077")).to_be_visible(timeout=WITHIN)
    expect(count).to_have_text("2")
    expect(page).to_have_title(re.compile(r"^\(2\) "))
    expect(page.locator("#bell-said")).to_have_text("2 непрочитанных сообщения")
    expect(menu).to_be_visible()

    withdraw(subject_key="order:77", event="order_offered", now=NOW)
    expect(menu.get_by_text("заказ больше не предлагается")).to_be_visible(timeout=WITHIN)
    expect(count).to_have_text("1")
    assert complaints == []


def test_a_new_order_is_heard_once_however_many_pages_are_open(
    page, context, live_server, complaints
):
    user = UserFactory()
    write_many(user, 1)
    log_in(context, live_server, user)
    second = context.new_page()
    for one in (page, second):
        one.goto(f"{live_server.url}/workspace/messages/")
        one.evaluate("document.addEventListener('bell:rung', () => (window.rung ??= []).push(1))")
    write(draft("order_completed", user=user, subject_key="order:76", context={"order": 76}))
    for one in (page, second):
        expect(one.locator("#bell-count")).to_have_text("2", timeout=WITHIN)
    rung = [one.evaluate("(window.rung ?? []).length") for one in (page, second)]
    assert rung == [0, 0]

    write(draft(user=user, subject_key="order:77", context={"order": 77}))
    for one in (page, second):
        expect(one.locator("#bell-count")).to_have_text("3", timeout=WITHIN)
    rung = [one.evaluate("(window.rung ?? []).length") for one in (page, second)]
    assert sum(rung) == 1
    assert complaints == []


def test_leave_for_notifications_is_asked_for_by_a_press(page, context, live_server, complaints):
    log_in(context, live_server, UserFactory())
    page.add_init_script(
        """
        window.asked = 0;
        window.Notification = class {
          static permission = "default";
          static async requestPermission() {
            window.asked += 1;
            Notification.permission = "granted";
          }
        };
        """
    )
    page.goto(f"{live_server.url}/workspace/notifications/")
    switch = page.get_by_label("Уведомления браузера")
    expect(switch).not_to_be_checked()
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="Разрешить в этом браузере").click()
    expect(page.get_by_text("Этот браузер показывает уведомления.")).to_be_visible()
    expect(switch).to_be_checked()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Сохранено: сообщения будут приходить")).to_be_visible()
    expect(page.get_by_label("Уведомления браузера")).to_be_checked()
    assert complaints == []


def test_a_variable_is_put_into_the_text_and_seen_at_once(page, context, live_server, complaints):
    log_in(context, live_server, AdministratorFactory())
    page.goto(f"{live_server.url}/workspace/settings/notifications/order_offered/dealer/sms/")
    page.get_by_label("Текст").fill("Город: ")
    page.get_by_role("button", name="{{ town }}").click()
    expect(page.get_by_label("Текст")).to_have_value("Город: {{ town }}")
    expect(page.locator("#text-preview")).to_contain_text("Город: Казань")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text("Текст сохранён.")).to_be_visible()
    expect(page.get_by_text("Действует свой текст.")).to_be_visible()
    assert complaints == []


def test_a_mail_is_read_in_its_frame_and_leads_to_the_order(
    page, context, live_server, complaints, settings
):
    settings.PUBLIC_URL = live_server.url
    user = ManagerFactory()
    (message,) = write(
        draft("order_placed", "customer", email="roman@example.com", url="/accounts/login/")
    )
    log_in(context, live_server, user)
    page.goto(f"{live_server.url}/workspace/mails/{message.deliveries.get().pk}/")
    mail = page.frame_locator(".mail-frame")
    expect(mail.get_by_role("heading")).to_have_text("Мы получили ваш заказ №\u00a01416")
    with context.expect_page() as opened:
        mail.get_by_role("link", name="Открыть заказ").click()
    opened.value.wait_for_load_state()
    assert opened.value.url.startswith(live_server.url)
    assert complaints == []
