"""Changing what an order consists of: each way it can go."""

import uuid
from decimal import Decimal

import pytest

from catalog.models import Service
from dealers.models import PointsEntry
from notifications.models import Message
from orders.line_facts import lines_with_products, recheck_order
from orders.models import (
    Assignment,
    Attention,
    AttentionReason,
    HistoryEntry,
    HistoryKind,
    Offer,
    Order,
)
from orders.models.carts import MAX_QUANTITY
from orders.rechecking import Choice
from orders.services.accepting import accept_offer, decline_offer
from orders.services.errors import IllegalStep, OrderError, OrderNotFound
from orders.services.lines import AnswerChanged, Edit, change_lines
from orders.services.placing import CartTooLarge
from orders.services.progress import cancel
from orders.services.versions import OrderMoved, seen_of
from tests.factories import (
    NOW,
    DealerFactory,
    DealerProductFactory,
    DealerServiceFactory,
    OfferFactory,
    ProductFactory,
    UserFactory,
    reason,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def light(cart):
    product = cart.lines.get().product
    product.name, product.colour = "Панель Дуб светлый", "Дуб светлый"
    product.save()
    return product


@pytest.fixture
def dark(light):
    return ProductFactory(
        family=light.family, name="Панель Дуб тёмный", colour="Дуб тёмный", recommended_price=210
    )


@pytest.fixture
def rival(dealer, city):
    return DealerFactory(main_region=city.parent, name="Соперник")


@pytest.fixture
def new(place, cart, light, dealer, rival):
    """Three light panels, offered to both dealers of the place."""
    order = place(cart)
    for one in (dealer, rival):
        OfferFactory(order=order, dealer=one)
    return order


@pytest.fixture
def taken(new, dealer_manager):
    """The same, taken by the dealer."""
    return accept_offer(order_id=new.pk, by=dealer_manager, now=NOW)


def lacks(dealer, *products):
    for product in products:
        DealerProductFactory(dealer=dealer, product=product, in_stock=False)


def edit_of(order, wanted, *, services=(), choice=None, dealer=None, by_manufacturer=True):
    order = Order.objects.select_related("dealer", "place").get(pk=order.pk)
    answer = recheck_order(order, lines_with_products(order), wanted, services, now=NOW).answer
    choice = choice or answer.choices(by_manufacturer=by_manufacturer)[0]
    return Edit(tuple(wanted), tuple(services), answer.digest, choice, dealer and dealer.pk)


def change(order, by, *wanted, seen=None, key=None, **how):
    order = Order.objects.get(pk=order.pk)
    return change_lines(
        order_id=order.pk,
        edit=how.pop("edit", None) or edit_of(order, wanted, **how),
        seen=seen or seen_of(order),
        key=key or uuid.uuid4(),
        by=by,
        now=NOW,
    )


def fresh(order):
    return Order.objects.get(pk=order.pk)


def told(audience):
    return Message.objects.filter(event="order_changed", audience=audience)


class TestItStays:
    def test_with_the_lines_and_prices_of_now(self, taken, dealer, dark, manager, own_price):
        own_price(dealer, dark, "231.50")
        change(taken, manager, (dark, 40))
        order = fresh(taken)
        line = order.lines.get()
        assert (line.product, line.name, line.colour, line.quantity, line.position) == (
            dark,
            "Панель Дуб тёмный",
            "Дуб тёмный",
            40,
            1,
        )
        assert (line.price, line.total) == (Decimal("231.50"), Decimal(9260))
        assert (order.goods_total, order.services_total, order.total) == (9260, 0, 9260)
        assert (order.status, order.dealer, order.cycle) == ("accepted", dealer, taken.cycle)
        assert Assignment.objects.get().ended_at is None

    def test_every_quote_and_the_range_are_made_anew(
        self, taken, dealer, rival, light, dark, manager, own_price
    ):
        own_price(dealer, dark, 300)
        change(taken, manager, (light, 3), (dark, 2))
        order = fresh(taken)
        quotes = {quote.dealer: (quote.prices, quote.total) for quote in order.quotes.all()}
        assert quotes == {dealer: ([200, 300], 1200), rival: ([200, 210], 1020)}
        assert (order.price_min, order.price_max) == (1020, 1200)
        assert [line.placed_price for line in order.lines.all()] == [200, 300]

    def test_services_are_priced_and_kept(self, taken, dealer, light, manager):
        DealerServiceFactory(dealer=dealer, service=Service.DELIVERY, price=700)
        change(taken, manager, (light, 3), services=[Service.DELIVERY])
        order = fresh(taken)
        assert (order.wants_delivery, order.services_total, order.total) == (True, 700, 1300)
        assert order.quotes.get(dealer=dealer).delivery_price == 700

    def test_its_own_dealer_may_change_it_too(self, taken, dark, dealer_manager):
        entry = change(taken, dealer_manager, (dark, 1), by_manufacturer=False)
        assert (entry.actor, entry.data["choice"]) == (dealer_manager, "stay")
        assert not told("dealer").exists()

    def test_a_product_that_stays_keeps_its_words_and_its_dealer(
        self, taken, dealer, light, dark, manager
    ):
        lacks(dealer, light)
        light.name, light.is_active = "Панель переименована", False
        light.save()
        change(taken, manager, (light, 2), (dark, 1))
        assert [line.name for line in fresh(taken).lines.all()] == [
            "Панель Дуб светлый",
            "Панель Дуб тёмный",
        ]
        assert fresh(taken).dealer == dealer

    def test_the_history_keeps_before_and_after(self, taken, dealer, dark, manager, own_price):
        own_price(dealer, dark, 231)
        change(taken, manager, (dark, 40))
        entry = taken.history.get(kind=HistoryKind.LINES)
        ((before, after),) = entry.data["lines"]
        assert (before["name"], before["quantity"], before["price"]) == (
            "Панель Дуб светлый",
            3,
            "200.00",
        )
        assert (after["name"], after["quantity"], after["price"]) == (
            "Панель Дуб тёмный",
            40,
            "231.00",
        )
        assert entry.data["sums"] == [["600.00", "600.00"], ["9240.00", "9240.00"]]
        assert (entry.actor, entry.dealer, entry.is_visible) == (manager, dealer, True)

    def test_customer_and_dealer_are_told(self, taken, dark, manager, dealer_manager):
        change(taken, manager, (dark, 40))
        customer, theirs = told("customer").get(), told("dealer").get()
        assert customer.context["choice"] == theirs.context["choice"] == "stay"
        assert customer.context["changes"] == [
            "Панель Дуб светлый × 3 шт. → Панель Дуб тёмный × 40 шт., 200\u00a0₽ → 210\u00a0₽"
        ]
        assert customer.context["total"] == "8400"
        assert customer.context["sum_before"] == "600\u00a0₽"
        assert theirs.user == dealer_manager
        assert "customer" not in theirs.context

    def test_no_points_and_no_offers_move(self, taken, dark, manager):
        change(taken, manager, (dark, 1))
        assert not PointsEntry.objects.exists()
        assert not Offer.objects.filter(state="open").exists()

    def test_removing_and_adding_are_changes(self, taken, light, dark, manager):
        other = ProductFactory(recommended_price=50)
        entry = change(taken, manager, (other, 2))
        assert [[one and one["product"] for one in pair] for pair in entry.data["lines"]] == [
            [None, other.pk],
            [light.pk, None],
        ]


class TestWhatWasPromisedStays:
    """A dealer that raises its prices cannot raise an order's by a touch of the contents."""

    def test_a_product_that_stays_does_not_get_dearer(
        self, taken, dealer, light, dark, dealer_manager, own_price
    ):
        own_price(dealer, light, 9000)
        change(taken, dealer_manager, (light, 4), (dark, 1), by_manufacturer=False)
        assert fresh(taken).lines.get(product=light).price == 200
        assert fresh(taken).total == 4 * 200 + 210

    def test_nor_does_one_that_was_taken_out_and_put_in_again(
        self, taken, dealer, light, dark, dealer_manager, own_price
    ):
        own_price(dealer, light, 9000)
        change(taken, dealer_manager, (dark, 3), by_manufacturer=False)
        change(taken, dealer_manager, (light, 3), by_manufacturer=False)
        assert fresh(taken).total == 600

    def test_nor_does_a_service(self, taken, dealer, light, manager, dealer_manager):
        delivery = DealerServiceFactory(dealer=dealer, service=Service.DELIVERY, price=700)
        change(taken, manager, (light, 3), services=[Service.DELIVERY])
        delivery.price = 7000
        delivery.save()
        change(taken, dealer_manager, (light, 2), services=[Service.DELIVERY])
        assert fresh(taken).services_total == 700

    def test_cheaper_it_may_become(self, taken, dealer, light, dealer_manager, own_price):
        own_price(dealer, light, 150)
        change(taken, dealer_manager, (light, 4), by_manufacturer=False)
        assert fresh(taken).total == 600

    def test_another_dealer_is_not_held_to_it(
        self, taken, dealer, rival, light, dark, manager, own_price
    ):
        lacks(dealer, dark)
        own_price(rival, light, 250)
        change(taken, manager, (light, 3), (dark, 1), choice=Choice.ASSIGN, dealer=rival)
        change(taken, manager, (light, 4), (dark, 1))
        assert fresh(taken).lines.get(product=light).price == 250


class TestTheDealerLacksSomething:
    @pytest.fixture(autouse=True)
    def _lacks(self, dealer, dark):
        lacks(dealer, dark)

    def test_back_into_distribution_at_the_upper_end(
        self, taken, dealer, rival, dark, manager, own_price
    ):
        own_price(rival, dark, 250)
        entry = change(taken, manager, (dark, 4))
        order = fresh(taken)
        assert entry.data["choice"] == "return"
        assert (order.status, order.dealer, order.cycle) == ("new", None, taken.cycle + 1)
        assert (order.price_min, order.price_max, order.total) == (1000, 1000, 1000)
        assert [quote.dealer for quote in order.quotes.all()] == [rival]

    def test_without_points_and_not_as_given_up(self, taken, dark, manager):
        change(taken, manager, (dark, 4))
        assert not PointsEntry.objects.exists()
        assert Assignment.objects.get().end == "reassigned"

    def test_the_customer_and_the_dealer_are_told(self, taken, dark, manager):
        change(taken, manager, (dark, 4))
        assert told("customer").get().context["choice"] == "return"
        lost = told("dealer").get()
        assert lost.context["choice"] == "left"
        assert lost.context["sum_before"] == ""
        assert "₽" not in "".join(lost.context["changes"])

    def test_the_dealer_may_put_it_back_itself(self, taken, dark, dealer_manager, manager):
        change(taken, dealer_manager, (dark, 4), by_manufacturer=False)
        assert fresh(taken).status == "new"
        assert told("manufacturer").get().context["choice"] == "return"
        assert not told("dealer").exists()

    def test_nobody_else_has_it(self, taken, rival, dark, manager):
        lacks(rival, dark)
        change(taken, manager, (dark, 4))
        order = fresh(taken)
        assert (order.price_min, order.price_max, order.total) == (840, 840, 840)
        assert not order.quotes.exists()

    def test_to_another_dealer_at_once(self, taken, rival, dark, manager, own_price):
        own_price(rival, dark, 250)
        change(taken, manager, (dark, 4), choice=Choice.ASSIGN, dealer=rival)
        order = fresh(taken)
        assert (order.status, order.dealer, order.total) == ("accepted", rival, 1000)
        assert [a.end for a in Assignment.objects.order_by("id")] == ["reassigned", ""]
        assert order.lines.get().price == 250
        assert told("customer").get().context["choice"] == "assign"
        assert told("dealer").count() == 1

    def test_a_dealer_assigns_nobody(self, taken, rival, dark, dealer_manager):
        with pytest.raises(AnswerChanged):
            change(taken, dealer_manager, (dark, 4), choice=Choice.ASSIGN, dealer=rival)
        assert fresh(taken).lines.get().quantity == 3

    @pytest.mark.parametrize("choice", [Choice.STAY, Choice.ANEW, ""])
    def test_nothing_else_can_be_chosen(self, taken, dark, manager, choice):
        wrong = edit_of(taken, [(dark, 4)], choice=choice or "nonsense")
        with pytest.raises(AnswerChanged):
            change(taken, manager, edit=wrong)

    def test_only_a_dealer_of_the_answer_can_be_assigned(self, taken, dealer, dark, manager):
        stranger = DealerFactory()
        for someone in (stranger, dealer, None):
            with pytest.raises(AnswerChanged):
                change(taken, manager, (dark, 4), choice=Choice.ASSIGN, dealer=someone)

    def test_those_who_refused_are_not_counted(self, new, dealer_manager, rival, dark, manager):
        decline_offer(order_id=new.pk, by=UserFactory(dealer=rival), reason_id=reason().pk, now=NOW)
        accept_offer(order_id=new.pk, by=dealer_manager, now=NOW)
        edit = edit_of(new, [(dark, 4)])
        assert edit.choice == Choice.RETURN
        change(new, manager, edit=edit)
        assert not fresh(new).quotes.exists()


class TestNobodyHasItYet:
    def test_the_promise_is_made_anew(self, new, dealer, rival, dark, manager, own_price):
        own_price(rival, dark, 250)
        change(new, manager, (dark, 2))
        order = fresh(new)
        assert (order.price_min, order.price_max, order.total) == (420, 500, 500)
        assert [line.placed_price for line in order.lines.all()] == [250]
        assert {quote.dealer: quote.total for quote in order.quotes.all()} == {
            dealer: 420,
            rival: 500,
        }

    def test_offers_of_those_who_can_no_longer_deliver_are_withdrawn(
        self, new, dealer, rival, dark, manager
    ):
        lacks(dealer, dark)
        change(new, manager, (dark, 2))
        assert not Offer.objects.filter(state="open").exists()

    def test_a_cause_of_attention_is_settled(self, new, dark, manager):
        Attention.objects.create(order=new, reason=AttentionReason.UNCLAIMED, raised_at=NOW)
        change(new, manager, (dark, 2))
        assert not Attention.objects.filter(resolved_at=None).exists()

    def test_no_dealer_may_change_it(self, new, dark, dealer_manager):
        with pytest.raises(OrderNotFound):
            change(new, dealer_manager, (dark, 2))

    def test_prices_stay_unknown_in_the_history(self, new, dark, manager):
        entry = change(new, manager, (dark, 2))
        assert [one["price"] for one in entry.data["lines"][0]] == [None, None]
        assert entry.data["sums"] == [["600.00", "600.00"], ["420.00", "420.00"]]


class TestNothingIsOverwritten:
    def test_the_same_form_changes_once(self, taken, dark, manager):
        form = {
            "seen": seen_of(fresh(taken)),
            "key": uuid.uuid4(),
            "edit": edit_of(taken, [(dark, 4)]),
        }
        first = change(taken, manager, **form)
        assert change(taken, manager, **form) == first
        assert HistoryEntry.objects.filter(kind=HistoryKind.LINES).count() == 1
        assert told("customer").count() == 1

    def test_the_second_editor_is_told(self, taken, dark, manager, administrator):
        seen, late = seen_of(fresh(taken)), edit_of(taken, [(dark, 9)])
        first = change(taken, administrator, (dark, 4))
        with pytest.raises(OrderMoved) as refusal:
            change(taken, manager, seen=seen, edit=late)
        assert fresh(taken).lines.get().quantity == 4
        assert refusal.value.since < first.pk

    def test_a_changed_price_is_shown_before_it_is_saved(
        self, taken, dealer, dark, manager, own_price
    ):
        shown = edit_of(taken, [(dark, 4)])
        own_price(dealer, dark, 999)
        with pytest.raises(AnswerChanged):
            change(taken, manager, edit=shown)
        assert fresh(taken).lines.get().quantity == 3

    def test_nothing_changed_is_no_entry(self, taken, light, manager):
        version = fresh(taken).version
        assert change(taken, manager, (light, 3)) is None
        assert fresh(taken).version == version
        assert not told("customer").exists()

    def test_the_version_is_raised(self, taken, dark, manager):
        version = fresh(taken).version
        change(taken, manager, (dark, 3))
        assert fresh(taken).version > version

    def test_a_closed_order_stays(self, taken, dark, manager):
        edit = edit_of(taken, [(dark, 3)])
        cancel(order_id=taken.pk, by=manager, reason_id=reason("cancel", "customer").pk, now=NOW)
        with pytest.raises(IllegalStep):
            change(taken, manager, edit=edit)

    def test_another_dealer_finds_nothing(self, taken, dark, rival):
        with pytest.raises(OrderNotFound):
            change(taken, UserFactory(dealer=rival), (dark, 3))


class TestNonsense:
    @pytest.mark.parametrize("quantity", [0, -1, MAX_QUANTITY + 1])
    def test_a_quantity_has_bounds(self, taken, dark, manager, quantity):
        with pytest.raises(OrderError):
            change(taken, manager, (dark, quantity))

    def test_an_order_has_lines(self, taken, manager):
        with pytest.raises(OrderError):
            change(taken, manager)

    def test_a_product_not_on_sale_does_not_come_in(self, taken, dark, manager):
        dark.is_active = False
        dark.save()
        with pytest.raises(OrderError):
            change(taken, manager, (dark, 1))

    def test_a_product_stands_once(self, taken, dark, manager):
        with pytest.raises(OrderError):
            change(taken, manager, (dark, 1), (dark, 2))

    def test_the_sum_has_a_bound(self, taken, dark, manager):
        dark.recommended_price = 9_999_999
        dark.save()
        with pytest.raises(CartTooLarge):
            change(taken, manager, (dark, MAX_QUANTITY))
