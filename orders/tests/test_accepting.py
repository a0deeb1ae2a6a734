from decimal import Decimal

import pytest

from dealers.models import PointsEntry
from notifications.models import Delivery, DeliveryState, Message
from orders.models import Assignment, Attention, DealerQuote, Offer, Order, ReasonKind
from orders.phones import phone_for
from orders.scope import details_for
from orders.services import accepting
from orders.services.attention import raise_attention
from orders.services.errors import IllegalStep, OrderError, OrderGone, OrderNotFound
from tests.factories import (
    NOW,
    DealerFactory,
    DealerQuoteFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(city):
    return OrderFactory(place=city, price_min=Decimal(350))


@pytest.fixture
def offer(order, dealer):
    return OfferFactory(order=order, dealer=dealer)


def accept(order, by):
    return accepting.accept_offer(order_id=order.pk, by=by, now=NOW)


def decline(order, by):
    return accepting.decline_offer(order_id=order.pk, by=by, reason_id=reason().pk, now=NOW)


def give_up(order, by, party="dealer"):
    return accepting.give_up(
        order_id=order.pk, by=by, reason_id=reason(ReasonKind.GIVE_UP, party).pk, now=NOW
    )


class TestAccept:
    def test_the_order_becomes_the_dealers(self, order, offer, dealer_manager):
        accepted = accept(order, dealer_manager)
        assert (accepted.status, accepted.dealer, accepted.manager, accepted.accepted_at) == (
            "accepted",
            dealer_manager.dealer,
            dealer_manager,
            NOW,
        )
        assignment = Assignment.objects.get()
        assert (assignment.offered_at, assignment.started_at, assignment.by_hand) == (
            NOW,
            NOW,
            False,
        )

    def test_the_recorded_prices_become_the_orders(self, order, dealer, dealer_manager):
        DealerQuoteFactory(
            order=order, dealer=dealer, prices=[180], goods_total=360, total=Decimal(860)
        )
        OfferFactory(order=order, dealer=dealer)
        accept(order, dealer_manager)
        order.refresh_from_db()
        assert (order.goods_total, order.services_total, order.total) == (360, 500, 860)
        line = order.lines.get()
        assert (line.price, line.placed_price, line.total) == (180, 200, 360)

    def test_the_others_lose_their_offers_and_are_told_so(
        self, order, offer, dealer_manager, other_manager
    ):
        OfferFactory(order=order, dealer=other_manager.dealer)
        accept(order, dealer_manager)
        with pytest.raises(OrderGone):
            accept(order, other_manager)
        assert dict(Offer.objects.values_list("dealer", "state")) == {
            dealer_manager.dealer_id: "accepted",
            other_manager.dealer_id: "withdrawn",
        }
        assert not Order.objects.visible_to(other_manager).exists()

    def test_accepting_twice_is_a_success(self, order, offer, dealer_manager):
        accept(order, dealer_manager)
        colleague = UserFactory(dealer=dealer_manager.dealer)
        assert accept(order, colleague).manager == dealer_manager
        assert Assignment.objects.count() == 1

    def test_without_an_offer_the_order_does_not_exist(self, order, other_manager):
        with pytest.raises(OrderNotFound):
            accept(order, other_manager)

    def test_a_manufacturers_manager_accepts_nothing(self, order, offer, manager):
        with pytest.raises(OrderNotFound):
            accept(order, manager)

    def test_a_declined_offer_cannot_be_accepted(self, order, offer, dealer_manager):
        decline(order, dealer_manager)
        with pytest.raises(OrderGone):
            accept(order, dealer_manager)

    def test_a_deleted_order_cannot_be_accepted(self, order, offer, dealer_manager):
        Order.objects.update(deleted_at=NOW)
        with pytest.raises(OrderNotFound):
            accept(order, dealer_manager)

    def test_customer_and_manufacturer_are_told(self, order, offer, dealer_manager, manager):
        accept(order, dealer_manager)
        assert set(
            Message.objects.filter(event="order_accepted").values_list("audience", flat=True)
        ) == {"customer", "manufacturer"}

    def test_what_was_not_mailed_about_the_offer_is_withdrawn(
        self, order, offer, dealer_manager, other_manager
    ):
        from orders import messages

        messages.offered([(order, [], other_manager.dealer_id, Decimal(400))], NOW)
        accept(order, dealer_manager)
        delivery = Delivery.objects.get(message__event="order_offered")
        assert delivery.state == DeliveryState.CANCELLED

    def test_the_attention_list_lets_go(self, order, offer, dealer_manager):
        assert raise_attention(order_id=order.pk, reason="unclaimed", now=NOW)
        assert not raise_attention(order_id=order.pk, reason="unclaimed", now=NOW)
        accept(order, dealer_manager)
        assert Attention.objects.get().resolved_at == NOW


class TestDecline:
    def test_the_dealer_no_longer_sees_the_order(self, order, offer, dealer_manager):
        decline(order, dealer_manager)
        offer.refresh_from_db()
        assert (offer.state, offer.reason, offer.closed_by) == (
            "declined",
            reason(),
            dealer_manager,
        )
        assert not Order.objects.visible_to(dealer_manager).exists()

    def test_declining_twice_is_a_success(self, order, offer, dealer_manager):
        decline(order, dealer_manager)
        decline(order, dealer_manager)
        assert order.history.filter(kind="declined").count() == 1

    def test_it_needs_a_reason_of_its_kind(self, order, offer, dealer_manager):
        with pytest.raises(OrderError):
            accepting.decline_offer(
                order_id=order.pk,
                by=dealer_manager,
                reason_id=reason(ReasonKind.CANCEL).pk,
                now=NOW,
            )

    def test_without_an_offer_there_is_nothing_to_decline(self, order, other_manager):
        with pytest.raises(OrderNotFound):
            decline(order, other_manager)

    def test_what_another_took_cannot_be_declined(
        self, order, offer, dealer_manager, other_manager
    ):
        OfferFactory(order=order, dealer=other_manager.dealer)
        accept(order, dealer_manager)
        with pytest.raises(OrderGone):
            decline(order, other_manager)


class TestGiveUp:
    @pytest.fixture
    def accepted(self, order, offer, dealer_manager, manager):
        return accept(order, dealer_manager)

    def test_the_order_goes_back_into_distribution(self, accepted, dealer_manager):
        order = give_up(accepted, dealer_manager)
        assert (order.status, order.cycle, order.dealer, order.manager) == ("new", 2, None, None)
        assignment = Assignment.objects.get()
        assert (assignment.end, assignment.ended_at) == ("given_up", NOW)
        assert not Order.objects.visible_to(dealer_manager).exists()

    def test_the_prices_return_to_the_promise(self, order, dealer, dealer_manager):
        DealerQuoteFactory(order=order, dealer=dealer, prices=[150], goods_total=300, total=300)
        OfferFactory(order=order, dealer=dealer)
        accept(order, dealer_manager)
        give_up(order, dealer_manager)
        order.refresh_from_db()
        assert (order.total, order.lines.get().price) == (400, 200)

    @pytest.mark.parametrize(("party", "points"), [("dealer", -50), ("customer", 0)])
    def test_points_are_taken_for_the_dealers_fault_only(
        self, accepted, dealer_manager, party, points
    ):
        give_up(accepted, dealer_manager, party)
        dealer_manager.dealer.refresh_from_db()
        assert dealer_manager.dealer.points == points
        assert sum(PointsEntry.objects.values_list("amount", flat=True)) == points

    def test_customer_and_manufacturer_are_told_of_the_dealer(self, accepted, dealer_manager):
        give_up(accepted, dealer_manager)
        told = Message.objects.filter(event="order_given_up")
        assert set(told.values_list("audience", flat=True)) == {"customer", "manufacturer"}
        assert {message.context["dealer"] for message in told} == {dealer_manager.dealer.name}

    def test_another_dealer_cannot(self, accepted, other_manager):
        with pytest.raises(OrderNotFound):
            give_up(accepted, other_manager)

    def test_an_order_not_in_work_cannot_be_given_up(self, order, manager):
        with pytest.raises(IllegalStep):
            give_up(order, manager)

    def test_each_cycle_costs_its_own_points(self, accepted, order, dealer, dealer_manager):
        give_up(accepted, dealer_manager)
        order.refresh_from_db()
        OfferFactory(order=order, dealer=dealer)
        accept(order, dealer_manager)
        give_up(order, dealer_manager)
        dealer.refresh_from_db()
        assert dealer.points == -100


class TestAssign:
    def assign(self, order, dealer, by):
        return accepting.assign(order_id=order.pk, dealer_id=dealer.pk, by=by, now=NOW)

    def test_the_dealer_gets_the_order_without_an_offer(self, order, dealer, manager):
        order = self.assign(order, dealer, manager)
        assert (order.status, order.dealer, order.manager) == ("accepted", dealer, None)
        assignment = Assignment.objects.get()
        assert (assignment.by_hand, assignment.offered_at) == (True, None)

    def test_it_works_at_its_present_prices(self, order, dealer, manager, own_price):
        own_price(dealer, order.lines.get().product, 150)
        assert self.assign(order, dealer, manager).total == 300

    def test_but_never_above_the_promise(self, order, dealer, manager, own_price):
        own_price(dealer, order.lines.get().product, 999)
        order = self.assign(order, dealer, manager)
        assert (order.total, order.lines.get().price) == (400, 200)

    def test_those_who_saw_the_order_no_longer_do(self, order, offer, manager):
        self.assign(order, DealerFactory(), manager)
        offer.refresh_from_db()
        assert offer.state == "withdrawn"

    def test_an_order_in_work_changes_hands(self, order, offer, dealer_manager, manager):
        accept(order, dealer_manager)
        other = DealerFactory()
        order = self.assign(order, other, manager)
        assert (order.dealer, order.cycle) == (other, 2)
        assert list(Assignment.objects.order_by("id").values_list("end", flat=True)) == [
            "reassigned",
            "",
        ]
        assert not PointsEntry.objects.exists()

    def test_the_dealer_and_the_customer_are_told(self, order, dealer_manager, manager):
        self.assign(order, dealer_manager.dealer, manager)
        assert set(Message.objects.values_list("event", "audience")) == {
            ("order_assigned", "dealer"),
            ("order_accepted", "customer"),
        }

    def test_an_inactive_dealer_cannot_be_assigned(self, order, manager):
        with pytest.raises(OrderError):
            self.assign(order, DealerFactory(is_active=False), manager)

    def test_a_dealer_assigns_nothing(self, order, dealer_manager):
        with pytest.raises(OrderNotFound):
            self.assign(order, dealer_manager.dealer, dealer_manager)


class TestReturnToDistribution:
    def test_offers_are_withdrawn_and_a_new_cycle_begins(self, order, offer, manager):
        order = accepting.return_to_distribution(order_id=order.pk, by=manager, now=NOW)
        offer.refresh_from_db()
        assert (order.status, order.cycle, offer.state) == ("new", 2, "withdrawn")

    def test_a_dealer_that_has_it_loses_it_without_points(
        self, order, offer, dealer_manager, manager
    ):
        accept(order, dealer_manager)
        order = accepting.return_to_distribution(order_id=order.pk, by=manager, now=NOW)
        assert order.dealer is None
        assert Assignment.objects.get().end == "reassigned"
        assert not PointsEntry.objects.exists()


class TestWhatADealerSees:
    def test_before_acceptance_nothing_of_the_customer(self, order, offer, dealer_manager):
        details = details_for(dealer_manager, order)
        assert not details.is_open
        assert not any((details.name, details.email, details.address, details.phone))

    def test_without_calls_the_phone_opens_with_acceptance(self, order, offer, dealer_manager):
        order = accept(order, dealer_manager)
        assert phone_for(dealer_manager, order) is not None
        assert details_for(dealer_manager, order).is_dialable

    def test_with_calls_it_stays_hidden_until_contact(
        self, order, offer, dealer_manager, system_settings
    ):
        system_settings(calls_enabled=True)
        dealer_manager.dealer.site_calls = True
        order = accept(order, dealer_manager)
        details = details_for(dealer_manager, order)
        assert phone_for(dealer_manager, order) is None
        assert (details.phone, details.is_dialable) == ("+7 900 [скрыт]", False)
        order.contact_kind = "call"
        assert phone_for(dealer_manager, order) is not None

    def test_it_closes_when_the_order_leaves(self, order, offer, dealer_manager):
        accept(order, dealer_manager)
        order = give_up(order, dealer_manager)
        assert phone_for(dealer_manager, order) is None

    def test_another_dealer_never(self, order, offer, dealer_manager, other_manager):
        order = accept(order, dealer_manager)
        assert phone_for(other_manager, order) is None
        assert not Order.objects.visible_to(other_manager).exists()

    def test_an_inactive_dealer_sees_nothing(self, order, offer, dealer_manager):
        dealer_manager.dealer.is_active = False
        assert not Order.objects.visible_to(dealer_manager).exists()
        with pytest.raises(OrderNotFound):
            accept(order, dealer_manager)

    def test_a_setting_narrows_a_dealer_to_its_own(self, order, offer, dealer_manager):
        assert Order.objects.visible_to(dealer_manager).exists()
        assert not Order.objects.visible_to(dealer_manager, only_own=True).exists()


def test_every_dealer_with_an_offer_has_a_quote(order, offer):
    assert DealerQuote.objects.filter(order=order, dealer=offer.dealer).exists()
