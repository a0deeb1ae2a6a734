from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from dealers.models import PointsEntry
from notifications.models import Message
from orders.models import Assignment, Attention, Offer, Order, ReasonKind
from orders.phones import phone_for
from orders.services import accepting, comments, progress
from orders.services.errors import IllegalStep, OrderError, OrderNotFound
from orders.statuses import OPEN, TRANSITIONS, Status, Step, steps_from
from tests.factories import NOW, OfferFactory, OrderFactory, reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(city, dealer, dealer_manager):
    order = OrderFactory(place=city)
    OfferFactory(order=order, dealer=dealer)
    return accepting.accept_offer(order_id=order.pk, by=dealer_manager, now=NOW)


def at(order, status):
    """The order put into an open status, as if it had been led there."""
    Order.objects.filter(pk=order.pk).update(status=status, contact_kind="by_hand")
    return order


def cancel(order, by, party="customer"):
    return progress.cancel(
        order_id=order.pk, by=by, reason_id=reason(ReasonKind.CANCEL, party).pk, now=NOW
    )


class TestTransitions:
    def test_the_table_is_the_products(self):
        assert {(str(source), str(target)) for source, target in TRANSITIONS} == {
            ("new", "accepted"),
            ("accepted", "processed"),
            ("processed", "clarification"),
            ("clarification", "payment"),
            ("payment", "clarification"),
            ("payment", "delivery"),
            ("delivery", "payment"),
            ("delivery", "completed"),
            *((status, "cancelled") for status in OPEN),
        }

    @pytest.mark.parametrize("source", [s for s in OPEN if s not in ("new", "accepted")])
    @pytest.mark.parametrize("target", [*Status, "nonsense"])
    def test_only_plain_legal_steps_can_be_moved(self, order, dealer_manager, source, target):
        at(order, source)
        transition = TRANSITIONS.get((source, target))
        if transition is not None and transition.step == Step.MOVE:
            moved = progress.move(order_id=order.pk, target=target, by=dealer_manager, now=NOW)
            assert moved.status == target
            entry = order.history.get(kind="status")
            assert entry.data == {"from": source, "to": target}
        else:
            with pytest.raises(IllegalStep):
                progress.move(order_id=order.pk, target=target, by=dealer_manager, now=NOW)

    def test_a_dealer_is_not_offered_what_it_may_not_do(self):
        assert steps_from("new", dealer=True) == [TRANSITIONS["new", "accepted"]]
        assert TRANSITIONS["new", "cancelled"] in steps_from("new", dealer=False)

    def test_another_dealer_moves_nothing(self, order, other_manager):
        at(order, "processed")
        with pytest.raises(OrderNotFound):
            progress.move(order_id=order.pk, target="clarification", by=other_manager, now=NOW)


class TestContact:
    def test_marked_by_hand_the_order_is_processed_and_the_history_says_so(
        self, order, dealer_manager
    ):
        order = progress.mark_contacted(order_id=order.pk, by=dealer_manager, now=NOW)
        assert (order.status, order.contact_kind, order.contacted_at) == (
            "processed",
            "by_hand",
            NOW,
        )
        assert order.history.get(kind="contacted").data == {"kind": "by_hand"}

    def test_where_calls_work_a_mark_by_hand_proves_nothing(
        self, order, dealer_manager, system_settings
    ):
        system_settings(calls_enabled=True)
        dealer_manager.dealer.site_calls = True
        with pytest.raises(IllegalStep):
            progress.mark_contacted(order_id=order.pk, by=dealer_manager, now=NOW)

    def test_a_dealer_without_the_option_marks_by_hand_all_the_same(
        self, order, dealer_manager, system_settings
    ):
        system_settings(calls_enabled=True)
        progress.mark_contacted(order_id=order.pk, by=dealer_manager, now=NOW)
        assert Order.objects.get().status == "processed"

    def test_twice_is_refused(self, order, dealer_manager):
        progress.mark_contacted(order_id=order.pk, by=dealer_manager, now=NOW)
        with pytest.raises(IllegalStep):
            progress.mark_contacted(order_id=order.pk, by=dealer_manager, now=NOW)


class TestComplete:
    def test_points_rise_by_the_setting_and_everything_ends(
        self, order, dealer_manager, manager, system_settings
    ):
        system_settings(points_completed=120)
        at(order, "delivery")
        closed = progress.complete(
            order_id=order.pk, by=dealer_manager, earned=Decimal("390.50"), now=NOW
        )
        dealer_manager.dealer.refresh_from_db()
        assert dealer_manager.dealer.points == 120
        assert (closed.status, closed.closed_at, closed.earned) == (
            "completed",
            NOW,
            Decimal("390.50"),
        )
        assert Assignment.objects.get().end == "completed"
        assert phone_for(dealer_manager, closed) is None
        assert set(
            Message.objects.filter(event="order_completed").values_list("audience", flat=True)
        ) == {"customer", "dealer", "manufacturer"}

    def test_earned_is_the_sum_where_nothing_else_is_said(self, order, dealer_manager):
        at(order, "delivery")
        assert progress.complete(order_id=order.pk, by=dealer_manager, now=NOW).earned == 400

    @pytest.mark.parametrize("earned", [-1, Decimal("1e12"), Decimal("NaN")])
    def test_nonsense_is_not_earned(self, order, dealer_manager, earned):
        at(order, "delivery")
        with pytest.raises(OrderError):
            progress.complete(order_id=order.pk, by=dealer_manager, earned=earned, now=NOW)
        assert not PointsEntry.objects.exists()

    def test_only_a_delivered_order_is_completed(self, order, dealer_manager):
        with pytest.raises(IllegalStep):
            progress.complete(order_id=order.pk, by=dealer_manager, now=NOW)


class TestCancel:
    @pytest.mark.parametrize("status", [s for s in OPEN if s != "new"])
    def test_from_any_open_status(self, order, dealer_manager, status):
        at(order, status)
        assert cancel(order, dealer_manager).status == "cancelled"

    @pytest.mark.parametrize(
        ("party", "points"), [("dealer", -50), ("customer", 0), ("manufacturer", 0)]
    )
    def test_points_are_taken_for_the_dealers_fault_only(
        self, order, dealer_manager, party, points
    ):
        cancel(order, dealer_manager, party)
        dealer_manager.dealer.refresh_from_db()
        assert dealer_manager.dealer.points == points

    def test_a_new_order_is_the_manufacturers_to_cancel(self, city, dealer_manager, manager):
        order = OrderFactory(place=city)
        OfferFactory(order=order, dealer=dealer_manager.dealer)
        with pytest.raises(OrderNotFound):
            cancel(order, dealer_manager)
        assert cancel(order, manager).status == "cancelled"
        assert Offer.objects.get().state == "withdrawn"

    def test_a_closed_order_stays_closed(self, order, dealer_manager):
        cancel(order, dealer_manager)
        with pytest.raises(IllegalStep):
            cancel(order, dealer_manager)

    def test_everybody_concerned_is_told(self, order, dealer_manager, manager):
        cancel(order, dealer_manager)
        told = Message.objects.filter(event="order_cancelled").values_list("audience", flat=True)
        assert set(told) == {"customer", "dealer", "manufacturer"}


class TestReopen:
    def reopen(self, order, by, why="Закрыт по ошибке"):
        return progress.reopen(order_id=order.pk, by=by, reason=why, now=NOW)

    def test_it_returns_to_its_dealer_and_the_points_are_reversed(
        self, order, dealer_manager, administrator
    ):
        at(order, "delivery")
        progress.complete(order_id=order.pk, by=dealer_manager, now=NOW)
        order = self.reopen(order, administrator)
        dealer_manager.dealer.refresh_from_db()
        assert (order.status, order.closed_at, order.cycle) == ("processed", None, 2)
        assert dealer_manager.dealer.points == 0
        assert Assignment.objects.filter(ended_at=None).count() == 1
        at(order, "delivery")
        progress.complete(order_id=order.pk, by=dealer_manager, now=NOW)
        dealer_manager.dealer.refresh_from_db()
        assert dealer_manager.dealer.points == 100

    def test_an_order_without_a_dealer_goes_into_distribution(self, city, manager, administrator):
        order = OrderFactory(place=city)
        cancel(order, manager)
        order = self.reopen(order, administrator)
        assert (order.status, order.cycle) == ("new", 2)

    def test_it_takes_an_administrator_and_a_reason(self, order, manager, administrator):
        cancel(order, manager)
        with pytest.raises(OrderNotFound):
            self.reopen(order, manager)
        with pytest.raises(OrderError):
            self.reopen(order, administrator, "  ")

    def test_an_open_order_is_not_reopened(self, order, administrator):
        with pytest.raises(IllegalStep):
            self.reopen(order, administrator)


class TestDelete:
    def test_the_order_is_kept_but_seen_by_nobody(self, order, administrator, dealer_manager):
        progress.delete_order(order_id=order.pk, by=administrator, now=NOW)
        assert Order.objects.get().deleted_by == administrator
        assert not Order.objects.visible_to(administrator).exists()
        assert not Order.objects.visible_to(dealer_manager).exists()
        assert order.history.filter(kind="deleted").exists()

    def test_only_an_administrator_deletes(self, order, manager, dealer_manager):
        for user in (manager, dealer_manager):
            with pytest.raises(OrderNotFound):
                progress.delete_order(order_id=order.pk, by=user, now=NOW)


class TestComments:
    def test_internal_or_visible(self, order, dealer_manager):
        entry = comments.add_comment(
            order_id=order.pk, by=dealer_manager, text=" Позвоним ", is_visible=True, now=NOW
        )
        assert (entry.text, entry.is_visible, entry.actor) == ("Позвоним", True, dealer_manager)

    def test_not_on_another_dealers_order(self, order, other_manager):
        with pytest.raises(OrderNotFound):
            comments.add_comment(
                order_id=order.pk, by=other_manager, text="x", is_visible=False, now=NOW
            )

    def test_an_empty_one_is_refused(self, order, dealer_manager):
        with pytest.raises(OrderError):
            comments.add_comment(
                order_id=order.pk, by=dealer_manager, text=" ", is_visible=False, now=NOW
            )


class TestOverdue:
    def test_marked_once_with_attention_and_messages(self, order, dealer_manager, manager):
        Order.objects.update(due_on=timezone.localdate(NOW) - timedelta(days=1))
        assert progress.mark_overdue(now=NOW) == 1
        assert progress.mark_overdue(now=NOW) == 0
        assert Attention.objects.get().reason == "overdue"
        assert set(
            Message.objects.filter(event="order_overdue").values_list("audience", flat=True)
        ) == {"dealer", "manufacturer"}

    def test_the_last_day_is_not_over(self, order):
        Order.objects.update(due_on=timezone.localdate(NOW))
        assert progress.mark_overdue(now=NOW) == 0

    def test_closed_orders_are_left_alone(self, order, dealer_manager):
        cancel(order, dealer_manager)
        Order.objects.update(due_on=timezone.localdate(NOW) - timedelta(days=1))
        assert progress.mark_overdue(now=NOW) == 0
