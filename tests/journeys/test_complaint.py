"""A complaint from the customer's phone to the answer, and what it costs the dealer."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from orders.complaints.states import State
from orders.links import customer_link
from orders.models import Complaint
from orders.services.accepting import assign
from tests.journeys.people import BY_ITSELF

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_complaint_is_answered_and_costs_the_dealer_points(people, world, placed):
    order = placed()
    assign(
        order_id=order.pk,
        dealer_id=world.strong.dealer_id,
        by=world.administrator,
        now=timezone.now(),
    )
    boss = people(world.manager)
    boss.page.goto("/workspace/complaints/")
    expect(boss.page.get_by_text("Жалоб нет")).to_be_visible()

    customer = people()
    page = customer.page
    page.goto(customer_link(order))
    box = page.locator("#complaint")
    box.get_by_text("Пожаловаться").click()
    box.get_by_label("На что жалоба").select_option(label="Нарушены сроки")
    box.get_by_label("Что случилось").fill("Доставку ждём вторую неделю.")
    box.get_by_role("button", name="Отправить производителю").click()
    expect(page.get_by_text("Мы получили вашу жалобу")).to_be_visible()
    expect(box).to_contain_text("получена")
    expect(box).to_contain_text("ответим до")

    # The manufacturer hears of it without reloading, and takes it.
    expect(boss.page.locator("#bell-count")).to_have_text("1", timeout=BY_ITSELF * 3)
    complaint = Complaint.objects.get()
    boss.page.reload()
    boss.page.locator(f"#complaint-{complaint.pk}").click()
    boss.page.get_by_role("button", name="Взять в работу").click()
    boss.page.get_by_text("Спросить дилера").click()
    boss.page.get_by_label("Вопрос дилеру").fill("Когда привезёте?")
    boss.page.get_by_role("button", name="Отправить вопрос").click()
    expect(boss.page.locator(".complaint-facts")).to_contain_text("Ждёт дилера")

    dealer = people(world.strong)
    dealer.page.goto("/workspace/complaints/?state=waiting")
    dealer.page.locator(f"#complaint-{complaint.pk}").click()
    expect(dealer.page.locator("#history")).to_contain_text("Когда привезёте?")
    dealer.page.get_by_label("Ваше пояснение").fill("Завтра, машина сломалась.")
    dealer.page.get_by_role("button", name="Отправить пояснение").click()
    expect(dealer.page.get_by_text("Пояснение отправлено производителю.")).to_be_visible()

    boss.page.reload()
    expect(boss.page.locator("#history")).to_contain_text("Завтра, машина сломалась.")
    boss.page.get_by_label("Ответ покупателю").fill("Привезут завтра до обеда.")
    boss.page.get_by_label("Итог").first.select_option(value="justified")
    boss.page.get_by_role("button", name="Отправить ответ").click()
    expect(boss.page.locator(".complaint-facts")).to_contain_text("Закрыта")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.outcome) == (State.CLOSED, "justified")

    page.reload()
    expect(box).to_contain_text("Привезут завтра до обеда.")
    expect(box).to_contain_text("есть ответ")
    expect(box).not_to_contain_text("машина сломалась")
    dealer.page.goto(f"/workspace/dealers/{world.strong.dealer_id}/points/")
    expect(dealer.page.locator("#content")).to_contain_text("обоснованная жалоба")
    world.strong.dealer.refresh_from_db()
    assert world.strong.dealer.points == 320 - 30

    # Not content, the customer writes once more: the points come back until it is looked into.
    box.get_by_text("Вопрос не решён").click()
    box.get_by_label("Что добавить").fill("Не привезли.")
    box.get_by_role("button", name="Отправить производителю").first.click()
    expect(box).to_contain_text("рассматривается")
    world.strong.dealer.refresh_from_db()
    assert world.strong.dealer.points == 320
