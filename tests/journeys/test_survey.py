"""After the order: a survey on a phone, points, a moderated review on the dealer's page."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from dealers.models import Dealer
from distribution.services import catch_up
from distribution.tests.worlds import base, set_chain
from notifications import tasks as notifying
from orders.models import Offer, Order
from orders.services.accepting import accept_offer
from orders.services.progress import complete, mark_contacted, move
from orders.statuses import Status
from surveys import tasks as surveying
from surveys.models import Invitation, Review, SurveySettings
from tests.journeys.people import words

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def closed(world, placed):
    """The strong dealer's completed order, with surveys switched on before it closed."""
    SurveySettings.objects.update_or_create(pk=1, defaults={"enabled_since": timezone.now()})
    set_chain(base(), since=timezone.now())
    order = placed()
    catch_up(now=timezone.now(), order_ids=[order.pk])
    assert Offer.objects.filter(order=order, dealer=world.strong.dealer).exists()
    work = {"order_id": order.pk, "by": world.strong}
    accept_offer(**work, now=timezone.now())
    mark_contacted(**work, now=timezone.now())
    for status in (Status.CLARIFICATION, Status.PAYMENT, Status.DELIVERY):
        move(**work, target=status, now=timezone.now())
    complete(**work, now=timezone.now())
    return Order.objects.get(pk=order.pk)


def mailed_link(order):
    """The path of the survey in the mail that the clock has sent."""
    surveying.tick()
    notifying.tick()
    sent = [one for one in mail.outbox if f"Как прошёл заказ № {order.pk}?" in one.subject]
    assert len(sent) == 1
    return urlsplit(re.search(r"http\S+/survey/\S+", sent[0].body)[0]).path


def test_five_stars_raise_the_dealers_points_and_become_a_review(people, world, closed):
    link = mailed_link(closed)
    customer = people()
    page = customer.page
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Как прошёл заказ № {closed.pk}?")

    # Sent too early: the page says what is missing.
    with customer.refused(422):
        page.get_by_role("button", name="Отправить ответы").click()
    expect(page.get_by_text("Выберите ответ.")).to_be_visible()

    # Stars are radio buttons: a finger and a key do the same. What is answered is kept at once.
    question = page.get_by_role("group", name="Оцените работу с вашим заказом в целом")
    question.get_by_role("radio", name="4 звезды: хорошо").check()
    expect(page.locator("#survey-progress")).to_contain_text("Отвечено на 1 из 7")
    page.keyboard.press("ArrowRight")
    expect(question.get_by_role("radio", name="5 звёзд: отлично")).to_be_checked()
    page.get_by_label("Расскажите, что понравилось").fill("Привезли раньше срока, всё целое.")
    expect(page.locator("#survey-progress")).to_contain_text("Отвечено на 2 из 7")

    # Another day, the same link: nothing is lost.
    page.goto(link)
    expect(question.get_by_role("radio", name="5 звёзд: отлично")).to_be_checked()
    page.get_by_role("button", name="Отправить ответы").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Спасибо за ответы")
    assert Invitation.objects.get().rating == 5

    # The review is the customer's own words, published with consent.
    expect(page.get_by_label("Ваш отзыв")).to_have_value("Привезли раньше срока, всё целое.")
    page.get_by_label("Опубликовать мой отзыв").check()
    page.get_by_role("button", name="Отправить отзыв").click()
    expect(page.get_by_text("Перед публикацией отзыв читает производитель.")).to_be_visible()

    # 320 points, 100 for the order, 20 for five stars.
    dealer = people(world.strong)
    dealer.page.goto(f"/workspace/dealers/{world.strong.dealer_id}/points/")
    expect(dealer.page.locator(".points-sums")).to_contain_text("440")
    expect(dealer.page.locator(".points-ledger")).to_contain_text("Оценка покупателя")
    dealer.page.goto(f"/workspace/orders/{closed.pk}/")
    expect(dealer.page.locator("#results").get_by_role("img", name="5 звёзд из 5")).to_be_visible()

    # Nobody reads it before the manufacturer has.
    slug = Dealer.objects.get(pk=world.strong.dealer_id).slug
    visitor = people()
    visitor.page.goto(f"/dealers/{slug}/")
    assert "Привезли раньше срока" not in words(visitor.page.locator("#reviews"))
    manager = people(world.manager)
    manager.page.goto("/workspace/reviews/")
    manager.page.get_by_role("link", name="1 отзыв ждёт проверки").click()
    manager.page.get_by_role("button", name="Опубликовать").click()
    expect(manager.page.get_by_text("Отзыв опубликован.")).to_be_visible()
    assert Review.objects.get().is_published

    # The dealer answers, and everybody reads both.
    dealer.page.goto("/workspace/reviews/")
    dealer.page.get_by_text("Ответить публично").click()
    dealer.page.get_by_label("Ваш ответ").fill("Спасибо, ждём вас снова.")
    dealer.page.get_by_role("button", name="Опубликовать ответ").click()
    expect(dealer.page.get_by_text("Ваш ответ опубликован.")).to_be_visible()
    visitor.page.reload()
    reviews = visitor.page.locator("#reviews")
    expect(reviews).to_contain_text("Привезли раньше срока, всё целое.")
    expect(reviews).to_contain_text("Спасибо, ждём вас снова.")


def test_the_survey_works_without_scripts(people, world, closed):
    link = mailed_link(closed)
    page = people(scripts=False).page
    page.goto(link)
    question = page.get_by_role("group", name="Оцените работу с вашим заказом в целом")
    question.get_by_role("radio", name="2 звезды: плохо").check()
    page.get_by_role("button", name="Отправить ответы").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Спасибо за ответы")
    assert Invitation.objects.get().rating == 2
    assert Dealer.objects.get(pk=world.strong.dealer_id).points == 410
