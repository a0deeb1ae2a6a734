"""A great many orders closed at once: invited once, in batches, and nothing else waits."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from distribution.models import Plan
from distribution.services import run_tick
from notifications.models import Delivery, Message
from orders.models import Order
from orders.statuses import Status
from surveys.models import Invitation, SurveySettings
from surveys.services import sending
from surveys.services.sending import BATCH, invite_closed
from surveys.tasks import tick
from tests.factories import NOW, CityFactory, CustomerFactory, DealerFactory, OrderFactory

MANY = 10_000
PATIENCE = 20


@pytest.fixture
def _switched_on(db):
    SurveySettings.objects.create(pk=1, enabled_since=NOW - datetime.timedelta(days=1))


def close_many(count):
    """Insert orders that a dealer has just completed."""
    city, customer = CityFactory(), CustomerFactory()
    dealer = DealerFactory(main_region=city.parent)
    Order.objects.bulk_create(
        [
            Order(
                customer=customer,
                customer_name="Роман",
                phone="+79001234567",
                email="roman@example.com",
                place=city,
                region=city.parent,
                dealer=dealer,
                status=Status.COMPLETED,
                price_max=0,
                goods_total=0,
                total=0,
                created_at=NOW,
                closed_at=NOW,
                due_on=NOW.date(),
            )
            for _ in range(count)
        ],
        batch_size=2_000,
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("_switched_on")
def test_ten_thousand_orders_closed_at_once_get_ten_thousand_invitations():
    close_many(MANY)
    batches, queries = [], set()
    while True:
        with CaptureQueriesContext(connection) as captured:
            count = invite_closed(now=NOW)
        if not count:
            break
        batches.append(count)
        queries.add(len(captured))
    assert batches == [BATCH] * (MANY // BATCH)
    # The same few queries for every batch, however many orders are still to come.
    assert len(queries) == 1
    assert Invitation.objects.count() == MANY
    assert Message.objects.filter(event="survey_invitation").count() == MANY
    assert Delivery.objects.filter(message__event="survey_invitation").count() == MANY


@pytest.mark.django_db
@pytest.mark.usefixtures("_switched_on")
def test_one_tick_writes_one_batch():
    close_many(BATCH + 1)
    tick()
    assert Invitation.objects.count() == BATCH


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("_switched_on")
def test_distribution_goes_on_while_a_batch_of_surveys_is_written(monkeypatch):
    """The batch stands in the middle of its transaction; a new order is distributed meanwhile."""
    close_many(3)
    new = OrderFactory(created_at=NOW)
    inside, ticked = threading.Event(), threading.Event()
    invited = sending.messages.invited

    def slow(surveys, now):
        inside.set()
        assert ticked.wait(PATIENCE)
        invited(surveys, now)

    monkeypatch.setattr(sending.messages, "invited", slow)

    def invite():
        try:
            return invite_closed(now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(invite)
        assert inside.wait(PATIENCE)
        try:
            run_tick(now=NOW)
            assert not Invitation.objects.exists()
            assert Plan.objects.filter(order=new).exists()
        finally:
            ticked.set()
        assert batch.result(PATIENCE) == 3
