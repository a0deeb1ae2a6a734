"""The strategies screen in a real browser: dragging, the live sentence, saving."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from distribution.chain_editing import StageEdit, save_stages, stages_of
from distribution.chains import latest_version
from distribution.models import Chain
from distribution.strategies import StageSpec, Strategy
from orders.services.attention import raise_attention
from tests.factories import NOW, AdministratorFactory, CityFactory, DealerFactory, OrderFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def chain():
    chain = Chain.objects.get(region=None)
    save_stages(
        chain_id=chain.pk,
        edits=[
            StageEdit(StageSpec(Strategy.RATING, window=5, min_points=200)),
            StageEdit(StageSpec(Strategy.SPEED, window=10, max_minutes=15, min_orders=3)),
            StageEdit(StageSpec(Strategy.BASE)),
        ],
        seen_version_id=latest_version(None).pk,
        by=None,
        now=NOW,
    )
    return chain


@pytest.fixture
def complaints(page):
    """What the browser complains of, breaches of the content security policy among it."""
    found = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def opened(page, live_server):
    """Opens a page of the workspace as an administrator."""

    def opened(path):
        client = Client()
        client.force_login(AdministratorFactory())
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )
        page.goto(live_server.url + path)
        return page

    return opened


def strategies(chain):
    return [edit.spec.strategy.value for edit in stages_of(chain)]


def test_a_stage_is_dragged_into_order_and_the_sentence_follows(chain, opened, complaints):
    page = opened("/workspace/strategies/")
    grips = page.locator("[data-chain-grip]")
    sentence = page.locator(".chain-sentence")
    expect(sentence).to_contain_text("0–5 мин: дилеры от 200 баллов")
    start, end = grips.nth(0).bounding_box(), grips.nth(1).bounding_box()

    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + 60, steps=12)
    page.mouse.up()

    expect(sentence).to_contain_text("10–15 мин: дилеры от 200 баллов")
    page.get_by_role("button", name="Сохранить цепочку").click()
    expect(page.get_by_text("Цепочка сохранена")).to_be_visible()
    assert strategies(chain) == ["speed", "rating", "base"]
    assert complaints == []


def test_a_stage_moves_by_keyboard_and_the_focus_stays(chain, opened, complaints):
    page = opened("/workspace/strategies/")
    later = page.get_by_role("button", name="Рейтинг: позже")
    later.focus()

    page.keyboard.press("Enter")

    expect(page.locator(".chain-stage h3")).to_have_text(["Скорость", "Рейтинг", "Базовая"])
    expect(later).to_be_focused()
    assert complaints == []


def test_what_is_wrong_is_shown_beside_its_field(chain, opened, complaints):
    page = opened("/workspace/strategies/")
    points = page.get_by_label("Баллов не меньше")
    points.fill("много")
    expect(page.locator("#chain-preview")).to_contain_text("заполнены верно: «Рейтинг»")

    page.get_by_role("button", name="Сохранить цепочку").click()

    expect(page.get_by_text("Введите целое число.")).to_be_visible()
    expect(points).to_have_value("много")
    expect(points).to_be_focused()
    points.fill("300")
    page.get_by_role("button", name="Сохранить цепочку").click()
    expect(page.get_by_text("Цепочка сохранена")).to_be_visible()
    assert stages_of(chain)[0].spec.min_points == 300
    assert complaints == []


def test_an_order_is_given_to_a_dealer_from_the_attention_list(opened, complaints):
    order = OrderFactory(place=CityFactory())
    dealer = DealerFactory(name="Стройдвор")
    raise_attention(order_id=order.pk, reason="no_dealer", now=NOW)
    page = opened("/workspace/attention/")

    page.get_by_role("link", name="Назначить дилера").click()
    page.locator(".ts-dropdown .option", has_text="Стройдвор").click()
    page.get_by_role("button", name="Назначить", exact=True).click()

    expect(page.get_by_text("Все заказы идут своим ходом")).to_be_visible()
    order.refresh_from_db()
    assert order.dealer == dealer
    assert complaints == []
