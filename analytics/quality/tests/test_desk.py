"""The desk of quality: its numbers, its lists, its dealers."""

from datetime import timedelta

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
from orders.models import Attention, HistoryEntry, Order
from tests.factories import (
    ComplaintFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    UserFactory,
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
    return {one.code: one.count for one in [*figures.summary(), *figures.unclaimed()]}


def comment(order, *, by_customer=False, is_visible=True, text="Где заказ?", by=None):
    return HistoryEntry.objects.create(
        order=order,
        kind="comment",
        text=text,
        by_customer=by_customer,
        actor=by,
        is_visible=is_visible,
        created_at=timezone.now(),
    )


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
    comment(late.order, by_customer=True)
    assert numbers() == {
        "complaints": 2,
        "complaints_late": 1,
        "unanswered": 1,
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
    found = {one.code: one for one in figures.summary()}["complaints"]
    assert (found.count, found.words) == (3, "более 2")


def test_low_ratings_stand_there_once_there_are_surveys(monkeypatch):
    ComplaintFactory()
    surveys = (HistoryEntry.objects.all(), "/surveys/")
    comment(OrderFactory())
    assert "ratings" not in numbers()
    monkeypatch.setattr(figures, "low_ratings", lambda: surveys)
    found = {one.code: one for one in figures.summary()}["ratings"]
    assert (found.count, found.url, found.is_bad) == (1, "/surveys/", True)


def test_every_number_leads_to_a_list_of_as_many(staff, now):
    """Asked of the lists themselves."""
    late = ComplaintFactory(created_at=now - timedelta(days=9))
    ComplaintFactory(created_at=now)
    mark_overdue_complaints(now=now)
    Order.objects.filter(pk=late.order_id).update(overdue_at=now)
    Attention.objects.create(order=late.order, reason="unclaimed", raised_at=now)
    for figure in [*figures.summary(), *figures.unclaimed()]:
        answer = staff.get(figure.url)
        assert answer.status_code == 200, figure.code
        if figure.code != "unanswered":
            assert len(answer.context["page"].rows) == figure.count, figure.code


class TestUnanswered:
    def waiting(self):
        return set(sources.unanswered_orders())

    def test_the_customer_wrote_last(self):
        order = OrderFactory()
        comment(order, by=UserFactory())
        comment(order, by_customer=True)
        assert self.waiting() == {order}

    def test_a_visible_answer_is_one(self):
        order = OrderFactory()
        comment(order, by_customer=True)
        comment(order, by=UserFactory())
        assert self.waiting() == set()

    def test_an_internal_comment_is_none(self):
        order = OrderFactory()
        comment(order, by_customer=True)
        comment(order, by=UserFactory(), is_visible=False)
        assert self.waiting() == {order}

    def test_who_waits_longest_stands_first_with_the_last_words(self, staff):
        first, second = OrderFactory(), OrderFactory()
        for order, text in ((first, "Раз"), (second, "Два"), (first, "<b>Три</b>")):
            comment(order, by_customer=True, text=text)
        assert [(one, one.said) for one in sources.last_words()] == [
            (second, "Два"),
            (first, "<b>Три</b>"),
        ]
        shown = staff.get(reverse("quality")).content.decode()
        assert "<b>Три</b>" not in shown
        assert "Три" in shown

    def test_deleted_orders_are_left_out(self):
        order = OrderFactory(deleted_at=timezone.now())
        comment(order, by_customer=True)
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
        comment(complaint.order, by_customer=True)
    with django_assert_num_queries(11):
        staff.get(reverse("quality"))


def test_the_attention_list_has_it_in_short(staff):
    shown = staff.get(reverse("attention_list")).content.decode()
    assert reverse("complaint_list") in shown
    assert "Жалобы ждут ответа" in shown
