"""Facts follow what happens to orders, and agree with what is worked out from the beginning."""

import datetime
import random
import threading
import uuid

import pytest
from django.db import connection, transaction

from analytics.facts.services import FOLLOWING, LATE, follow, refresh_all, sweep
from analytics.models import (
    Channel,
    Landing,
    LineFact,
    OrderFact,
    OrderVisit,
    Origin,
    Progress,
    Visit,
)
from orders.models import HistoryEntry, Order
from orders.services.accepting import accept_offer, decline_offer, give_up
from orders.services.deleted import restore_order
from orders.services.errors import IllegalStep
from orders.services.progress import cancel, complete, delete_order, mark_contacted, move, reopen
from surveys.models import Invitation
from tests.factories import (
    NOW,
    AdministratorFactory,
    ComplaintFactory,
    OfferFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    SurveyFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


def facts():
    return [list(model.objects.order_by("pk").values()) for model in (OrderFact, LineFact)]


def from_scratch():
    """The facts as they are when all are worked out anew; leaves everything as it was."""
    with transaction.atomic():
        LineFact.objects.all().delete()
        OrderFact.objects.all().delete()
        refresh_all(now=NOW)
        found = facts()
        transaction.set_rollback(True)
    return found


def entry_of(order, at):
    return HistoryEntry.objects.create(order=order, kind="comment", text="Да", created_at=at)


class Life:
    """Steps of an order's life, as people take them, in any order."""

    def __init__(self, rng):
        self.rng = rng
        self.now = NOW
        self.administrator = AdministratorFactory()
        self.people = [UserFactory() for _ in range(2)]
        self.products = ProductFactory.create_batch(3)
        self.order = OrderFactory(created_at=NOW - MINUTE)
        entry_of(self.order, NOW - MINUTE)
        for person in self.people:
            OfferFactory(order=self.order, dealer=person.dealer, strategy="base")

    def step(self):
        self.now += MINUTE
        who = {"order_id": self.order.pk, "now": self.now}
        person = self.rng.choice(self.people)
        named = self.rng.choice(
            [
                lambda: accept_offer(by=person, **who),
                lambda: decline_offer(by=person, reason_id=reason().pk, **who),
                lambda: mark_contacted(by=person, **who),
                lambda: move(by=person, target="processed", **who),
                lambda: move(by=person, target="payment", **who),
                lambda: complete(by=self.administrator, **who),
                lambda: give_up(by=person, reason_id=reason("give_up").pk, **who),
                lambda: cancel(by=self.administrator, reason_id=reason("cancel").pk, **who),
                lambda: reopen(by=self.administrator, reason="Ошибка", **who),
                lambda: delete_order(by=self.administrator, **who),
                lambda: restore_order(by=self.administrator, **who),
                self.rate,
                self.void,
                self.edit,
                lambda: ComplaintFactory(order=self.order, created_at=self.now),
            ]
        )
        try:
            with transaction.atomic():
                named()
        except (IllegalStep, Order.DoesNotExist):
            return
        except Exception as error:
            # Refusals in words; whatever else it is, is a fault.
            if not hasattr(error, "message"):
                raise
        self.order.refresh_from_db()

    def rate(self):
        if self.order.closed_at and not hasattr(self.order, "survey"):
            SurveyFactory(
                order=self.order, dealer=self.people[0].dealer, answered_at=self.now,
                rating=self.rng.randint(1, 5),
            )  # fmt: skip

    def edit(self):
        """Other lines, as an edit of the order leaves them: the former rows are gone."""
        self.order.lines.all().delete()
        products = self.rng.sample(self.products, self.rng.randint(1, 3))
        for position, product in enumerate(products):
            OrderLineFactory(order=self.order, product=product, position=position)
        entry_of(self.order, self.now)

    def void(self):
        Invitation.objects.filter(order=self.order).update(voided_at=self.now, void_reason="Ошибка")


@pytest.mark.parametrize("seed", range(8))
def test_what_was_followed_is_what_is_worked_out_anew(seed):
    life = Life(random.Random(seed))
    for _ in range(25):
        life.step()
        follow(now=life.now)
        assert facts() == from_scratch()


def test_the_columns_tell_the_order():
    manager = UserFactory()
    order = OrderFactory(created_at=NOW - 5 * MINUTE)
    OfferFactory(order=order, dealer=manager.dealer, strategy="rating")
    accept_offer(order_id=order.pk, by=manager, now=NOW)
    follow(now=NOW)
    fact = OrderFact.objects.get()
    order.refresh_from_db()
    assert (fact.status, fact.dealer_id, fact.strategy) == ("accepted", manager.dealer_id, "rating")
    assert (fact.total, fact.revenue, fact.offers) == (order.total, 0, 1)
    assert (fact.placed_at, fact.accepted_at) == (order.created_at, NOW)
    assert fact.visitor is None


@pytest.fixture
def channel():
    return Channel.objects.create(code="test", name="Проба", position=99)


def visit(origin, visitor, at):
    landing, _ = Landing.objects.get_or_create(path="/")
    return Visit.objects.create(
        visitor=visitor, started_at=at, ended_at=at, origin=origin, landing=landing,
        device="mobile", hits=1,
    )  # fmt: skip


def test_first_and_last_touch_are_within_the_look_back(channel):
    origins = [
        Origin.objects.create(source=name, medium="cpc", campaign=name, channel=channel)
        for name in ("old", "first", "middle", "last", "later")
    ]
    visitor, other = uuid.uuid4(), uuid.uuid4()
    order = OrderFactory(created_at=NOW)
    days = (100, 80, 10, 0, -1)
    visits = [
        visit(origin, visitor, NOW - datetime.timedelta(days=day, minutes=day >= 0))
        for origin, day in zip(origins, days, strict=True)
    ]
    visit(origins[0], other, NOW - datetime.timedelta(days=85))
    OrderVisit.objects.create(order=order, visitor=visitor, visit=visits[3])
    refresh_all(now=NOW)
    fact = OrderFact.objects.get()
    assert (fact.first_visit_id, fact.last_visit_id) == (visits[1].pk, visits[3].pk)
    assert (fact.first_origin.source, fact.last_origin.source) == ("first", "last")
    assert (fact.device, fact.visitor) == ("mobile", visitor)


def test_lines_are_told_with_their_order():
    manager, order = UserFactory(), OrderFactory(created_at=NOW - MINUTE, lines=0)
    product = ProductFactory()
    alike = ProductFactory(family__category=product.family.category)
    for position, one in enumerate([product, alike, ProductFactory(), product]):
        OrderLineFactory(order=order, product=one, position=position, quantity=position + 1)
    OfferFactory(order=order, dealer=manager.dealer)
    accept_offer(order_id=order.pk, by=manager, now=NOW)
    follow(now=NOW)
    found = list(LineFact.objects.order_by("line__position"))
    assert [one.quantity for one in found] == [1, 2, 3, 4]
    assert [one.is_first for one in found] == [True, False, False, False]
    assert [one.is_first_of_category for one in found] == [True, False, True, False]
    assert [one.is_first_of_product for one in found] == [True, True, True, False]
    assert {(one.dealer_id, one.status, one.region_id) for one in found} == {
        (manager.dealer_id, "accepted", order.region_id)
    }
    assert sum(one.total for one in found) == sum(line.total for line in order.lines.all())


def test_a_sweep_mends_what_was_missed():
    order = OrderFactory(created_at=NOW)
    refresh_all(now=NOW)
    assert sweep(now=NOW) == (0, True)
    # Behind the product's back, as a restored backup might.
    OrderFact.objects.update(total=1)
    LineFact.objects.update(total=1)
    assert sweep(now=NOW) == (2, True)
    assert OrderFact.objects.get().total == order.total
    assert LineFact.objects.get().total == order.lines.get().total
    order.lines.all().delete()
    assert sweep(now=NOW) == (1, True)
    assert not LineFact.objects.exists()


def test_reading_twice_writes_nothing():
    for order in OrderFactory.create_batch(3, created_at=NOW):
        entry_of(order, NOW)
    follow(now=NOW)
    before = facts()
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM analytics_orderfact ORDER BY order_id")
        rows = cursor.fetchall()
        follow(now=NOW)
        cursor.execute("SELECT xmin::text FROM analytics_orderfact ORDER BY order_id")
        assert cursor.fetchall() == rows
    assert facts() == before


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("late", [LATE, datetime.timedelta(0)])
def test_what_commits_late_is_not_passed_over(late, monkeypatch):
    """The control: without reading the youngest entries again it would be."""
    monkeypatch.setattr("analytics.facts.services.LATE", late)
    slow, quick = OrderFactory(created_at=NOW), OrderFactory(created_at=NOW)
    entry_of(slow, NOW)
    follow(now=NOW + datetime.timedelta(hours=1))
    written, go_on = threading.Event(), threading.Event()

    def write_slowly():
        try:
            with transaction.atomic():
                Order.objects.filter(pk=slow.pk).update(contacted_at=NOW)
                entry_of(slow, NOW + datetime.timedelta(hours=1, minutes=1))
                written.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=write_slowly)
    thread.start()
    assert written.wait(10)
    entry_of(quick, NOW + datetime.timedelta(hours=1, minutes=1))
    follow(now=NOW + datetime.timedelta(hours=1, minutes=2))
    go_on.set()
    thread.join()
    follow(now=NOW + datetime.timedelta(hours=1, minutes=3))
    is_taken_in = OrderFact.objects.get(pk=slow.pk).contacted_at == NOW
    assert is_taken_in == bool(late)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_at_once_do_not_wait_for_each_other():
    entry_of(OrderFactory(created_at=NOW), NOW)
    Progress.objects.get_or_create(name=FOLLOWING)
    done = []

    def other():
        try:
            done.append(follow(now=NOW))
        finally:
            connection.close()

    with transaction.atomic():
        Progress.objects.select_for_update().get(name=FOLLOWING)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)
        assert done == [0]
    assert follow(now=NOW) == 1
