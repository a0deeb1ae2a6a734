"""Promo codes: what they take off, when they work, how their uses are counted."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from orders.discounts import Cut, ends
from orders.models import HistoryKind, Order, PromoCode
from orders.promise import items_of, promise_for
from orders.promo_codes import Trouble, find_code, trouble_with
from orders.services.accepting import accept_offer, assign, ensure_quote, give_up
from orders.services.deleted import restore_order
from orders.services.errors import IllegalStep, OrderNotFound
from orders.services.placing import CartChanged
from orders.services.progress import cancel, complete, delete_order, reopen
from orders.services.promo_codes import PromoRefused, apply_code, remove_code
from tests.factories import (
    NOW,
    CityFactory,
    DealerFactory,
    DealerServiceFactory,
    OfferFactory,
    OrderFactory,
    PromoCodeFactory,
    reason,
)


class TestCut:
    @pytest.mark.parametrize(
        ("percent", "amount", "goods", "off"),
        [
            ("10", None, "600", "60"),
            ("33.33", None, "99.99", "33.33"),
            ("2.5", None, "0.20", "0.01"),  # 0.005 rounds up
            ("100", None, "600", "600"),
            (None, "150", "600", "150"),
            (None, "1000", "600", "600"),
        ],
    )
    def test_takes_off_a_share_or_a_sum_and_never_more_than_the_goods(
        self, percent, amount, goods, off
    ):
        cut = Cut(1, "КОД", percent and Decimal(percent), amount and Decimal(amount))
        assert cut.of(Decimal(goods)) == Decimal(off)

    def test_the_ends_may_come_from_other_quotes_than_before(self):
        # The dearest one saves the most: half of its goods, which are nearly all of it.
        sums = [(Decimal(10), Decimal(140)), (Decimal(140), Decimal(145))]
        assert ends(Cut(1, "КОД", percent=Decimal(50)), sums) == (75, 135)


class TestFinding:
    @pytest.mark.parametrize("typed", ["ВЕСНА10", "весна10", "  Весна 10 "])
    def test_letters_and_spaces_do_not_matter(self, db, typed):
        code = PromoCodeFactory(code="ВЕСНА10")
        assert find_code(typed) == code

    @pytest.mark.parametrize("typed", ["", "ab", "а" * 5000, "\x00ВЕСНА", "🙂🙂🙂", "²²²"])
    def test_nonsense_is_no_code(self, db, typed):
        assert find_code(typed) is None

    @pytest.mark.parametrize(
        ("changes", "trouble"),
        [
            ({}, None),
            ({"is_active": False}, Trouble.OFF),
            ({"starts_on": datetime.date(2026, 6, 16)}, Trouble.NOT_YET),
            ({"ends_on": datetime.date(2026, 6, 14)}, Trouble.OVER),
            ({"ends_on": datetime.date(2026, 6, 15)}, None),
            ({"max_uses": 3, "uses": 3}, Trouble.USED_UP),
            ({"max_uses": 3, "uses": 2}, None),
        ],
    )
    def test_what_keeps_a_code_from_working(self, city, changes, trouble):
        assert trouble_with(PromoCodeFactory(**changes), city, now=NOW) == trouble

    def test_a_code_of_other_regions_does_not_work(self, city):
        code = PromoCodeFactory()
        code.regions.add(CityFactory().parent)
        assert trouble_with(code, city, now=NOW) == Trouble.OTHER_REGION
        code.regions.add(city.parent)
        assert trouble_with(code, city, now=NOW) is None

    def test_more_uses_than_allowed_cannot_be_written(self, db):
        with pytest.raises(IntegrityError), transaction.atomic():
            PromoCodeFactory(max_uses=3, uses=4)

    def test_the_code_is_there_once(self, db):
        PromoCodeFactory(code="ВЕСНА")
        with pytest.raises(IntegrityError), transaction.atomic():
            PromoCodeFactory(code="ВЕСНА")


@pytest.fixture
def code(db):
    return PromoCodeFactory(code="ВЕСНА")


@pytest.fixture
def with_code(cart, code):
    """The cart with the code in it."""
    cart.promo_code = code
    cart.save(update_fields=["promo_code"])
    return cart


@pytest.fixture
def placed(with_code, place, city, code, promised_with):
    return place(with_code, receipt=promised_with(with_code, code).receipt)


@pytest.fixture
def promised_with(city):
    def promised_with(cart, code):
        return promise_for(
            place=city,
            items=items_of(cart.lines.select_related("product")),
            services=(),
            now=NOW,
            cut=code.cut,
        )

    return promised_with


class TestPromise:
    def test_its_range_is_told_before_and_after(self, city, cart, code, own_price, promised_with):
        product = cart.lines.get().product
        own_price(DealerFactory(main_region=city.parent), product, 180)
        own_price(DealerFactory(main_region=city.parent), product, 230)
        promise = promised_with(cart, code)
        assert (promise.low, promise.high) == (540, 690)
        assert (promise.final_low, promise.final_high) == (486, 621)

    def test_the_receipt_covers_the_code(self, dealer, cart, code, promised, promised_with):
        assert promised(cart).digest != promised_with(cart, code).digest

    def test_the_least_sum_counts_by_the_upper_end(self, city, cart, own_price, promised_with):
        product = cart.lines.get().product
        own_price(DealerFactory(main_region=city.parent), product, 180)
        own_price(DealerFactory(main_region=city.parent), product, 230)
        assert promised_with(cart, PromoCodeFactory(min_sum=Decimal(690))).cut is not None
        assert promised_with(cart, PromoCodeFactory(min_sum=Decimal("690.01"))).cut is None


class TestPlacing:
    def test_the_order_keeps_code_and_discount_and_takes_a_use(self, dealer, placed, code):
        code.refresh_from_db()
        assert (placed.promo_code, placed.discount, code.uses) == (code, 60, 1)
        assert (placed.goods_total, placed.services_total, placed.total) == (600, 0, 540)
        assert (placed.price_min, placed.price_max) == (600, 600)
        assert placed.promised_range == (540, 540)

    def test_the_cart_does_not_keep_it_for_the_next_order(self, dealer, placed, with_code):
        with_code.refresh_from_db()
        assert with_code.promo_code is None

    def test_used_up_meanwhile_nothing_is_placed(
        self, dealer, with_code, code, place, promised_with
    ):
        receipt = promised_with(with_code, code).receipt
        PromoCode.objects.update(max_uses=1, uses=1)
        with pytest.raises(CartChanged) as changed:
            place(with_code, receipt=receipt)
        assert "ВЕСНА" in changed.value.changes[0]
        assert not Order.objects.exists()
        # The customer confirms the sum without it.
        order = place(with_code, receipt=changed.value.promise.receipt)
        assert (order.promo_code, order.discount, order.total) == (None, 0, 600)

    def test_changed_meanwhile_it_takes_no_use(self, dealer, with_code, code, place, promised_with):
        receipt = promised_with(with_code, code).receipt
        PromoCode.objects.update(percent=Decimal(5))
        with pytest.raises(CartChanged):
            place(with_code, receipt=receipt)
        code.refresh_from_db()
        assert code.uses == 0

    def test_a_discount_that_was_not_shown_is_told_first(self, dealer, with_code, place, promised):
        with pytest.raises(CartChanged):
            place(with_code, receipt=promised(with_code).receipt)

    def test_sums_that_do_not_add_up_cannot_be_written(self, db):
        order = OrderFactory()
        for changes in ({"total": 399}, {"discount": 1}, {"discount": -1, "total": 401}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Order.objects.filter(pk=order.pk).update(**changes)


@pytest.fixture
def order(city, code):
    """A new order of 400 rubles with the code."""
    PromoCode.objects.update(uses=1)
    code.refresh_from_db()
    return OrderFactory(
        place=city,
        promo_code=code,
        discount=Decimal(40),
        goods_total=Decimal(400),
        total=Decimal(360),
        created_at=NOW,
    )


def uses():
    return PromoCode.objects.get().uses


class TestSums:
    def test_the_accepting_dealers_goods_decide(self, order, dealer, dealer_manager):
        OfferFactory(
            order=order,
            dealer=dealer,
            quote__prices=[Decimal(150)],
            quote__goods_total=Decimal(300),
            quote__total=Decimal(300),
        )
        taken = accept_offer(order_id=order.pk, by=dealer_manager, now=NOW)
        assert (taken.goods_total, taken.discount, taken.total) == (300, 30, 270)
        back = give_up(
            order_id=order.pk, by=dealer_manager, reason_id=reason("give_up").pk, now=NOW
        )
        assert (back.goods_total, back.discount, back.total) == (400, 40, 360)
        assert uses() == 1

    def test_services_are_not_made_cheaper(self, order, dealer, dealer_manager, manager):
        sums = {"services_total": 600, "total": 960, "price_min": 1000, "price_max": 1000}
        Order.objects.update(wants_delivery=True, **sums)
        DealerServiceFactory(dealer=dealer, price=Decimal(500))
        taken = assign(order_id=order.pk, dealer_id=dealer.pk, by=manager, now=NOW)
        assert (taken.goods_total, taken.services_total) == (400, 500)
        assert (taken.discount, taken.total) == (40, 860)

    def test_what_was_earned_is_the_sum_after_it(self, order, dealer, manager):
        assign(order_id=order.pk, dealer_id=dealer.pk, by=manager, now=NOW)
        Order.objects.update(status="delivery")
        assert complete(order_id=order.pk, by=manager, now=NOW).earned == 360

    def test_a_quote_by_hand_stays_within_the_promise_after_it(self, order, dealer, own_price):
        # 380 ₽ of services leave little for the code to take off: 400 in all, as promised before
        # it, but more than what was promised after it.
        Order.objects.update(wants_delivery=True)
        DealerServiceFactory(dealer=dealer, price=Decimal(380))
        own_price(dealer, order.lines.get().product, 10)
        fresh = Order.objects.get()
        assert ensure_quote(fresh, dealer, NOW).total == 400
        assert fresh.quotes.get().goods_total == 400


class TestUses:
    def test_cancelling_gives_the_use_back_and_opening_takes_it_again(
        self, order, manager, administrator
    ):
        cancel(order_id=order.pk, by=manager, reason_id=reason("cancel").pk, now=NOW)
        assert uses() == 0
        again = reopen(order_id=order.pk, by=administrator, reason="Ошибка", now=NOW)
        assert (uses(), again.discount, again.total) == (1, 40, 360)

    def test_where_none_is_left_the_discount_goes_and_the_history_says_so(
        self, order, manager, administrator
    ):
        cancel(order_id=order.pk, by=manager, reason_id=reason("cancel").pk, now=NOW)
        PromoCode.objects.update(max_uses=1, uses=1)
        reopen(order_id=order.pk, by=administrator, reason="Ошибка", now=NOW)
        again = Order.objects.get()
        assert (again.promo_code, again.discount, again.total) == (None, 0, 400)
        entry = again.history.get(kind=HistoryKind.PROMO)
        assert (entry.data["action"], entry.is_visible) == ("lost", True)
        assert (entry.data["before"], entry.data["after"]) == ("360.00", "400.00")
        assert uses() == 1

    def test_a_completed_order_keeps_it_when_opened_again(
        self, order, dealer, manager, administrator
    ):
        assign(order_id=order.pk, dealer_id=dealer.pk, by=manager, now=NOW)
        Order.objects.update(status="delivery")
        complete(order_id=order.pk, by=manager, now=NOW)
        reopen(order_id=order.pk, by=administrator, reason="Ошибка", now=NOW)
        assert uses() == 1

    def test_deleting_gives_it_back_and_restoring_takes_it_again(self, order, administrator):
        delete_order(order_id=order.pk, by=administrator, now=NOW)
        assert uses() == 0
        restore_order(order_id=order.pk, by=administrator, now=NOW)
        assert uses() == 1

    def test_a_cancelled_order_deleted_and_restored_gives_it_back_once(
        self, order, manager, administrator
    ):
        cancel(order_id=order.pk, by=manager, reason_id=reason("cancel").pk, now=NOW)
        delete_order(order_id=order.pk, by=administrator, now=NOW)
        restore_order(order_id=order.pk, by=administrator, now=NOW)
        assert uses() == 0


class TestOnTheCard:
    @pytest.fixture
    def plain(self, city):
        return OrderFactory(place=city, created_at=NOW)

    def test_staff_applies_and_removes_it(self, plain, manager, code):
        order = apply_code(order_id=plain.pk, text="весна", by=manager, now=NOW)
        assert (order.promo_code, order.discount, order.total, uses()) == (code, 40, 360, 1)
        entry = order.history.get(kind=HistoryKind.PROMO)
        assert (entry.data["before"], entry.data["after"]) == ("400.00", "360.00")
        assert (entry.is_visible, entry.actor) == (True, manager)
        order = remove_code(order_id=plain.pk, by=manager, now=NOW)
        assert (order.promo_code, order.discount, order.total, uses()) == (None, 0, 400, 0)

    def test_another_code_takes_the_place_of_the_first(self, plain, manager, code):
        better = PromoCodeFactory(percent=None, amount=Decimal(100))
        apply_code(order_id=plain.pk, text=code.code, by=manager, now=NOW)
        order = apply_code(order_id=plain.pk, text=better.code, by=manager, now=NOW)
        assert (order.promo_code, order.total) == (better, 300)
        code.refresh_from_db()
        better.refresh_from_db()
        assert (code.uses, better.uses) == (0, 1)

    def test_twice_the_same_is_one_use(self, plain, manager, code):
        for _ in "12":
            apply_code(order_id=plain.pk, text=code.code, by=manager, now=NOW)
        assert uses() == 1

    @pytest.mark.parametrize(
        "changes",
        [{"is_active": False}, {"max_uses": 1, "uses": 1}, {"min_sum": Decimal(401)}],
    )
    def test_a_code_that_does_not_work_is_refused(self, plain, manager, changes):
        code = PromoCodeFactory(**changes)
        with pytest.raises(PromoRefused):
            apply_code(order_id=plain.pk, text=code.code, by=manager, now=NOW)
        assert uses() == changes.get("uses", 0)

    def test_only_the_manufacturer_and_its_own_dealer_may(
        self, plain, manager, dealer, dealer_manager, other_manager, code
    ):
        with pytest.raises(OrderNotFound):
            apply_code(order_id=plain.pk, text=code.code, by=dealer_manager, now=NOW)
        assign(order_id=plain.pk, dealer_id=dealer.pk, by=manager, now=NOW)
        with pytest.raises(OrderNotFound):
            apply_code(order_id=plain.pk, text=code.code, by=other_manager, now=NOW)
        apply_code(order_id=plain.pk, text=code.code, by=dealer_manager, now=NOW)
        assert uses() == 1

    def test_not_on_a_closed_order(self, plain, manager, code):
        cancel(order_id=plain.pk, by=manager, reason_id=reason("cancel").pk, now=NOW)
        with pytest.raises(IllegalStep):
            apply_code(order_id=plain.pk, text=code.code, by=manager, now=NOW)
        with pytest.raises(IllegalStep):
            remove_code(order_id=plain.pk, by=manager, now=NOW)
