"""The desk of quality: its numbers, its lists, its dealers."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.quality import dealers, figures, sources
from analytics.quality.sources import Rating
from dealers.models import PointsEntry
from dealers.services.points import add_points
from notifications.models import DeliveryState
from notifications.outbox import Draft, enqueue
from orders.complaints.terms import mark_overdue_complaints
from orders.models import Attention, Order
from orders.services.comments import add_comment
from orders.services.conversations import write_as_customer
from tests.factories import (
    ComplaintFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    SurveyFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def staff(client):
    client.force_login(ManagerFactory())
    return client


def numbers():
    return {
        one.code: one.count for one in [*figures.summary(now=timezone.now()), *figures.unclaimed()]
    }


def wrote(order, text="Где заказ?", **how):
    """The customer's message by the page of the order."""
    return write_as_customer(
        order_id=order.pk, text=text, key=uuid4(), now=how.pop("now", timezone.now()), **how
    )


def said(order, *, is_visible=True):
    """What the manufacturer writes."""
    return add_comment(
        order_id=order.pk,
        by=ManagerFactory(),
        text="Завтра",
        is_visible=is_visible,
        now=timezone.now(),
    )


def rated(dealer, rating, answered_at):
    return SurveyFactory(order__dealer=dealer, rating=rating, answered_at=answered_at)


def done(dealer, *, completed=0, failed=0, at=None):
    """Orders of a dealer as its ledger tells them."""
    kinds = [PointsEntry.Kind.COMPLETED] * completed + [PointsEntry.Kind.FAILED] * failed
    for kind in kinds:
        order = OrderFactory(lines=0)
        add_points(
            dealer_id=dealer.pk,
            amount=100 if kind == PointsEntry.Kind.COMPLETED else -50,
            kind=kind,
            order_id=order.pk,
            cycle=1,
            now=at or timezone.now(),
        )


def test_nothing_waits_in_an_empty_house():
    assert numbers() == {
        "complaints": 0,
        "complaints_late": 0,
        "unanswered": 0,
        "ratings": 0,
        "overdue": 0,
        "failed": 0,
        "unclaimed": 0,
    }


def test_what_waits_is_counted(now):
    manager = ManagerFactory()
    late = ComplaintFactory(created_at=now - timedelta(days=9))
    ComplaintFactory(created_at=now)
    ComplaintFactory(state="answered", owner=manager, answered_at=now)
    mark_overdue_complaints(now=now)
    Order.objects.filter(pk=late.order_id).update(overdue_at=now)
    Attention.objects.create(order=late.order, reason="unclaimed", raised_at=now)
    Attention.objects.create(order=OrderFactory(), reason="all_declined", raised_at=now)
    (message,) = enqueue(
        [
            Draft(
                event="order_cancelled",
                audience="manufacturer",
                subject_key="order:1",
                context={"order": 1},
                user=manager,
            )
        ],
        now=now,
    )
    message.deliveries.update(state=DeliveryState.DEAD)
    wrote(late.order)
    assert numbers() == {
        "complaints": 2,
        "complaints_late": 1,
        "unanswered": 1,
        "ratings": 0,
        "overdue": 1,
        "failed": 1,
        "unclaimed": 1,
        "all_declined": 1,
    }


def test_counting_ends_and_says_so(monkeypatch):
    monkeypatch.setattr(figures, "COUNTED", 2)
    order = OrderFactory()
    for _number in range(4):
        ComplaintFactory(order=order)
    found = {one.code: one for one in figures.summary(now=timezone.now())}["complaints"]
    assert (found.count, found.words) == (3, "более 2")


def test_low_ratings_of_the_last_month_stand_there(now):
    dealer = DealerFactory()
    for rating, days in ((1, 3), (2, 20), (3, 1), (1, 60)):
        rated(dealer, rating, now - timedelta(days=days))
    assert numbers()["ratings"] == 2


def test_every_number_leads_to_a_list_of_as_many(staff, now):
    """Asked of the lists themselves."""
    late = ComplaintFactory(created_at=now - timedelta(days=9))
    ComplaintFactory(created_at=now)
    mark_overdue_complaints(now=now)
    Order.objects.filter(pk=late.order_id).update(overdue_at=now)
    Attention.objects.create(order=late.order, reason="unclaimed", raised_at=now)
    for figure in [*figures.summary(now=timezone.now()), *figures.unclaimed()]:
        answer = staff.get(figure.url)
        assert answer.status_code == 200, figure.code
        assert len(answer.context["page"].rows) == figure.count, figure.code


class TestUnanswered:
    def waiting(self):
        return set(sources.unanswered_orders())

    def test_the_customer_wrote_last(self):
        order = OrderFactory()
        said(order)
        wrote(order)
        assert self.waiting() == {order}

    def test_a_visible_answer_is_one(self):
        order = OrderFactory()
        wrote(order)
        said(order)
        assert self.waiting() == set()

    def test_an_internal_comment_is_none(self):
        order = OrderFactory()
        wrote(order)
        said(order, is_visible=False)
        assert self.waiting() == {order}

    def test_a_wish_waits_until_it_is_settled(self):
        order = OrderFactory()
        wrote(order, asks="change")
        said(order)
        assert self.waiting() == {order}

    def test_who_waits_longest_stands_first_with_the_last_words(self, staff, now):
        first, second = OrderFactory(), OrderFactory()
        for minutes, order, text in ((9, second, "Раз"), (8, first, "Два"), (7, second, "<b>Три")):
            wrote(order, text, now=now - timedelta(minutes=minutes))
        assert [(one, one.said) for one in sources.last_words()] == [
            (second, "<b>Три"),
            (first, "Два"),
        ]
        shown = staff.get(reverse("quality")).content.decode()
        assert "<b>Три" not in shown
        assert "Три" in shown

    def test_deleted_orders_are_left_out(self):
        order = OrderFactory()
        wrote(order)
        Order.objects.filter(pk=order.pk).update(deleted_at=timezone.now())
        assert self.waiting() == set()


class TestDealers:
    def test_the_worst_and_the_best(self, now):
        good, bad = DealerFactory(name="Хороший"), DealerFactory(name="Плохой")
        done(good, completed=9)
        done(bad, completed=5, failed=4)
        ComplaintFactory(
            order=OrderFactory(),
            dealer=bad,
            created_at=now,
            state="closed",
            owner=ManagerFactory(),
            answered_at=now,
            closed_at=now,
            outcome="justified",
        )
        worst, best = dealers.standings(now=now)
        assert [one.dealer for one in worst] == [bad]
        assert [one.dealer for one in best] == [good]
        assert (worst[0].orders, worst[0].lost, worst[0].complaints) == (9, 4, 1)
        assert worst[0].problems == 5

    def test_few_orders_and_old_ones_say_nothing(self, now):
        few, old, usual = (DealerFactory() for _number in range(3))
        done(few, failed=2)
        done(old, failed=9, at=now - timedelta(days=91))
        done(usual, completed=5)
        worst, best = dealers.standings(now=now)
        assert {one.dealer for one in [*worst, *best]} <= {usual}

    def test_one_failure_of_three_is_damped(self):
        """A dealer with three orders is not the worst of all for one of them."""

        def standing(name, completed, lost):
            return dealers.Standing(DealerFactory.build(name=name), completed, lost, 0, 0)

        ranked = dealers.ranking(
            [standing("Малый", 2, 1), standing("Большой", 70, 30), standing("Чистый", 100, 0)]
        )
        assert [one.dealer.name for one in ranked] == ["Большой", "Малый", "Чистый"]

    def test_fallen_ratings_stand_only_where_there_are_some(self, monkeypatch, staff, now):
        dealer, other = DealerFactory(name="Упавший"), DealerFactory()
        assert dealers.fallen(now=now) == []
        assert "упала оценка" not in staff.get(reverse("quality")).content.decode()

        def rated(since, until):
            is_recent = until > now - timedelta(days=10)
            return {
                dealer.pk: Rating(5, 3.9 if is_recent else 4.6),
                other.pk: Rating(5, 4.5),
            }

        monkeypatch.setattr(dealers, "ratings", rated)
        (found,) = dealers.fallen(now=now)
        assert found.dealer == dealer
        assert "Упавший" in staff.get(reverse("quality")).content.decode()

    def test_a_rating_of_few_or_a_small_loss_is_no_fall(self, monkeypatch, now):
        few, steady = DealerFactory(), DealerFactory()

        def rated(since, until):
            is_recent = until == now
            return {
                few.pk: Rating(2 if is_recent else 9, 1.0 if is_recent else 5.0),
                steady.pk: Rating(9, 4.5 if is_recent else 4.7),
            }

        monkeypatch.setattr(dealers, "ratings", rated)
        assert dealers.fallen(now=now) == []


def test_twelve_weeks_are_drawn(staff, now):
    for days in (0, 7, 70, 120):
        ComplaintFactory(created_at=now - timedelta(days=days))
    context = staff.get(reverse("quality")).context
    trend = context["trend"]
    assert len(trend.bars) == 12
    assert (trend.total, trend.bars[-1].total, trend.bars[-2].total) == (3, 1, 1)
    assert trend.bars[-1].y + trend.bars[-1].height == trend.height


@pytest.mark.parametrize("count", [1, 30])
def test_the_desk_costs_the_same_for_few_and_many(staff, django_assert_num_queries, now, count):
    for _number in range(count):
        dealer = DealerFactory()
        done(dealer, completed=3)
        complaint = ComplaintFactory(created_at=now, dealer=dealer)
        wrote(complaint.order)
    with django_assert_num_queries(14):
        staff.get(reverse("quality"))


def test_the_attention_list_has_it_in_short(staff):
    shown = staff.get(reverse("attention_list")).content.decode()
    assert reverse("complaint_list") in shown
    assert "Жалобы ждут ответа" in shown
