"""Redis is stopped and comes back: people notice nothing, and nothing is done twice."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from bench.world import make_territory
from distribution.models import Plan, Stage
from notifications.choices import choose_channels
from notifications.models import Delivery, DeliveryState, Message
from orders.messages import subject_key
from orders.models import Offer, Order
from orders.statuses import Status
from tests.factories import ProductFactory
from tests.faults.browsing import Browser, Unanswered
from tests.faults.mailbox import message_ids
from tests.faults.processes import eventually
from tests.faults.state import at_work, is_all_done, sent_ids

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
DEALERS = 3


def answers(browser):
    try:
        return browser.get(reverse("home")).status == 200
    except Unanswered:
        return False


@pytest.fixture
def running(process_environment, broker, start):
    """Web, worker and beat, which have shown that they work together."""
    variables = process_environment | {"REDIS_URL": broker.url}
    web = start.web(variables)
    start.supervised("worker", variables)
    start.supervised("beat", variables)
    return web


def test_without_redis_people_work_and_later_everything_is_done_once(running, broker, mail_server):
    products = ProductFactory.create_batch(3)
    looked_at, left_alone = make_territory(DEALERS), make_territory(DEALERS)

    def placed(city):
        key, answer = Browser(running.port).order(city, products)
        assert answer.status == 302, answer.text
        order = Order.objects.get(form_key=key)
        # No provider of SMS runs here, so none may stand in for the robot's call.
        choose_channels(key=subject_key(order), by_email=True, by_sms=False, now=timezone.now())
        assert Browser(running.port).get(answer.location).status == 200
        return order

    eventually(lambda: answers(Browser(running.port)), "the web server answers")
    first = placed(left_alone.city)
    eventually(lambda: len(sent_ids()) == 1 + DEALERS, "worker and beat do an order's work")
    assert Offer.objects.filter(order=first).count() == DEALERS

    broker.stop(immediately=True)
    eventually(lambda: not at_work("worker"), "the worker's last tick ends")
    known = message_ids(mail_server)
    seen = [placed(looked_at.city) for _number in range(3)]
    unseen = [placed(left_alone.city) for _number in range(3)]
    assert not Plan.objects.filter(order__in=[*seen, *unseen]).exists()

    winner, other = (Browser(running.port, user) for user in looked_at.managers[:2])
    page = winner.get(f"{reverse('order_list')}?tab=available")
    assert page.status == 200
    shown = set(re.findall(r"/workspace/orders/(\d+)/", page.text))
    assert shown == {str(order.pk) for order in seen}
    assert Offer.objects.filter(order__in=seen).count() == len(seen) * DEALERS
    assert not Plan.objects.filter(order__in=unseen).exists()

    taken = seen[0]
    assert winner.get(reverse("order_card", args=[taken.pk])).status == 200
    assert winner.accept(taken.pk).status == 302
    assert other.accept(taken.pk).status == 409
    taken.refresh_from_db()
    assert (taken.status, taken.dealer) == (Status.ACCEPTED, looked_at.dealers[0])
    assert message_ids(mail_server) == known
    assert Delivery.objects.filter(state=DeliveryState.PENDING).count() > len(seen) + len(unseen)

    broker.start()
    eventually(is_all_done, "everything due is done")
    for order in [first, *seen, *unseen]:
        assert Plan.objects.filter(order=order).count() == 1
        assert Stage.objects.filter(plan__order=order).count() == 1
        assert Offer.objects.filter(order=order).count() == DEALERS
        told = Message.objects.filter(subject_key=f"order:{order.pk}", event="order_offered")
        assert sorted(told.values_list("user__dealer", flat=True)) == sorted(
            Offer.objects.filter(order=order).values_list("dealer", flat=True)
        )
    arrived = message_ids(mail_server)
    assert set(arrived.values()) == {1}
    assert set(arrived) == sent_ids()
    not_sent = Delivery.objects.exclude(state=DeliveryState.SENT)
    assert {one.message.subject_key for one in not_sent} <= {f"order:{taken.pk}"}
    assert {one.state for one in not_sent} <= {DeliveryState.CANCELLED}
