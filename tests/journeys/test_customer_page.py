"""An order's whole life from its customer's side, on a phone."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from distribution.services import catch_up
from orders.links import customer_link
from orders.models import Order, OrderLookup
from orders.services.accepting import accept_offer
from orders.services.conversations import tell_of_unanswered
from orders.services.lookups import send_codes
from orders.services.progress import complete, mark_contacted, move
from orders.statuses import Status
from tests.journeys.people import DESK, fill_checkout, order_number
from tests.uploads import picture_upload

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def accept(number, user, clock):
    """Some time later the dealer has the order."""
    clock(3600)
    catch_up(now=timezone.now(), order_ids=[number])
    return accept_offer(order_id=number, by=user, now=timezone.now())


def send(page, text, files=()):
    page.get_by_label("Ваше сообщение").fill(text)
    if files:
        page.locator(".talk-form input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Отправить сообщение").click()
    expect(page.get_by_text("Сообщение отправлено.")).to_be_visible()


def answer(page, text):
    """From the card: what a waiting customer reads."""
    page.get_by_role("link", name="Ответить", exact=True).click()
    page.get_by_label("Комментарий", exact=True).fill(text)
    expect(page.get_by_label("Показать покупателю")).to_be_checked()
    page.get_by_role("button", name="Добавить комментарий").click()
    expect(page.get_by_text("Комментарий добавлен, его видит покупатель.")).to_be_visible()


def test_an_order_from_the_first_message_to_completion(shopper, people, world, clock):
    customer = shopper()
    page = customer.page
    page.get_by_label("Количество").fill("3")
    page.get_by_role("button", name="В корзину").click()
    expect(page.locator("#cart-badge")).to_contain_text("1")
    page.goto("/checkout/")
    fill_checkout(page)
    page.locator("#checkout").get_by_role("button", name=re.compile("оформить", re.I)).click()
    number = order_number(page)
    expect(page.locator(".way [aria-current]")).to_contain_text("Принят дилером")

    # The customer writes with a photo; the dealer finds the order waiting and answers.
    accept(number, world.strong, clock)
    page.reload()
    expect(page.locator(".order-dealer")).to_contain_text("Степан Сильнов")
    photo = picture_upload("стена.png")
    send(
        page,
        "Подойдёт ли к такой стене? <b>Ау</b>",
        [{"name": photo.name, "mimeType": "image/png", "buffer": photo.read()}],
    )
    expect(page.locator(".talk-list .is-mine .talk-text")).to_have_text(
        "Подойдёт ли к такой стене? <b>Ау</b>"
    )
    expect(page.locator(".talk-list .talk-state")).to_have_text("отправлено")

    dealer = people(world.strong, screen=DESK)
    dealer.page.goto("/workspace/orders/?tab=mine&waiting=1")
    expect(dealer.page.locator(".order-row")).to_contain_text("Ждёт ответа")
    with dealer.page.expect_response("**/seen/"):
        dealer.page.goto(f"/workspace/orders/{number}/")
        dealer.page.locator("#timeline").scroll_into_view_if_needed()
    expect(dealer.page.get_by_text("Покупатель ждёт ответа")).to_be_visible()
    answer(dealer.page, "Подойдёт, клей положим.")
    expect(dealer.page.get_by_text("Покупатель ждёт ответа")).to_be_hidden()

    # Each sees that the other has read.
    with page.expect_response("**/seen/"):
        page.reload()
        page.locator("#talk").scroll_into_view_if_needed()
        page.get_by_role("button", name="Отправить сообщение").scroll_into_view_if_needed()
    expect(page.locator(".is-theirs")).to_contain_text("Подойдёт, клей положим.")
    expect(page.locator(".talk-list .talk-state")).to_have_text("прочитано дилером")
    dealer.page.reload()
    expect(dealer.page.locator(".mark-read")).to_be_visible()

    # A wish to change, which the dealer fulfils.
    page.get_by_role("link", name="Попросить изменить заказ").click()
    page.get_by_label("Что изменить").fill("Нужно пять панелей")
    page.get_by_role("button", name="Попросить изменить").click()
    expect(page.get_by_text("Просьба передана.")).to_be_visible()
    dealer.page.reload()
    expect(dealer.page.locator(".order-waits").first).to_contain_text(
        "Покупатель просит изменить заказ"
    )
    dealer.page.get_by_role("link", name="Изменить состав").click()
    dealer.page.get_by_label("Количество, шт.").fill("5")
    result = dealer.page.locator("#lines-answer")
    expect(result).to_contain_text(re.compile(r"6\s000"))
    result.get_by_role("button", name="Сохранить").click()
    dealer.page.wait_for_url(f"**/workspace/orders/{number}/")
    expect(dealer.page.locator(".order-waits")).to_have_count(0)

    # The customer confirms what it has become, and the order goes to its end.
    page.reload()
    expect(page.locator(".order-total-sum")).to_contain_text(re.compile(r"6\s000"))
    page.get_by_role("button", name="Подтвердить заказ").click()
    expect(page.get_by_text("Спасибо, заказ подтверждён.")).to_be_visible()
    assert Order.objects.get(pk=number).confirmed_at
    now = timezone.now()
    mark_contacted(order_id=number, by=world.strong, now=now)
    for status in (Status.CLARIFICATION, Status.PAYMENT, Status.DELIVERY):
        move(order_id=number, target=status, by=world.strong, now=now)
    complete(order_id=number, by=world.strong, now=now)
    page.reload()
    expect(page.locator(".order-status")).to_have_text("Завершён")
    expect(page.locator(".way .is-done")).to_have_count(6)


def test_an_order_that_nobody_has_taken_is_cancelled_at_once(people, placed):
    order = placed()
    page = people().page
    page.goto(customer_link(order))
    page.get_by_role("link", name="Отменить заказ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Отменить заказ")
    page.get_by_role("button", name="Да, отменить заказ").click()
    expect(page.locator(".order-status")).to_have_text("Отменён")
    expect(page.locator(".way .is-broken")).to_contain_text("Отменён")


def test_a_message_nobody_answers_comes_to_the_manufacturer(people, world, placed, clock):
    order = placed()
    accept(order.pk, world.strong, clock)
    customer = people()
    customer.page.goto(customer_link(order))
    send(customer.page, "Где мой заказ?")
    clock(4 * 3600 + 1)
    tell_of_unanswered(now=timezone.now())
    page = people(world.manager).page
    page.goto("/workspace/attention/")
    expect(page.get_by_text("На сообщение покупателя вовремя не ответили").first).to_be_visible()
    page.get_by_role("link", name="Ответить покупателю").click()
    answer(page, "Разобрались: привезут завтра.")
    customer.page.reload()
    expect(customer.page.locator(".is-theirs")).to_contain_text("производитель")


def test_a_lost_link_is_found_by_a_code(people, placed, monkeypatch):
    order = placed()
    monkeypatch.setattr("orders.services.lookups.secrets.randbelow", lambda below: 314159)
    page = people().page
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Найти мой заказ").click()
    page.get_by_label("Номер заказа").fill(str(order.pk))
    page.get_by_label("Телефон").press_sequentially("8 900 123-45-67")
    page.get_by_role("button", name="Прислать код").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Введите код")
    send_codes(now=timezone.now())
    page.get_by_label("Код", exact=True).fill("314159")
    page.get_by_role("button", name="Открыть заказ").click()
    assert order_number(page) == order.pk
    assert OrderLookup.objects.get().used_at
