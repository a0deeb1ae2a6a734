"""The bell in a real browser: news arrive by themselves and nothing jumps."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from notifications.outbox import withdraw
from notifications.tests.conftest import NOW, draft, write, write_many
from tests.factories import ManagerFactory, UserFactory

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
