"""Promo codes as people meet them: at checkout, on the card, by phone, in lists and tables."""

from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from catalog.visitor import PLACE_COOKIE
from dealers.limits import PROMO_BY_SESSION
from dealers.places import place_label
from notifications.models import Message
from notifications.rendering import render_mail
from orders.consents import consent_token
from orders.export import export_rows
from orders.links import customer_link
from orders.models import HistoryKind, Order, PromoCode
from orders.selectors import with_facts
from orders.services.accepting import assign
from orders.services.phone_orders import lines_of, promise_of
from orders.services.placing import OrderDetails
from orders.tests.test_storefront_checkout import hidden_of
from tests.factories import (
    NOW,
    CityFactory,
    OfferFactory,
    OrderFactory,
    ProductFactory,
    PromoCodeFactory,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def code(db):
    return PromoCodeFactory(code="ВЕСНА")


@pytest.fixture
def shopper(client, city, dealer, cart):
    client.cookies[PLACE_COOKIE] = str(city.pk)
    client.cookies["cart"] = cart.token
    return client


@pytest.fixture
def form(shopper, city):
    return hidden_of(shopper.get(reverse("checkout"))) | {
        "name": "Роман Ёлкин",
        "phone": "8 (900) 123-45-67",
        "city": place_label(city),
        "place": str(city.pk),
        "address": "ул. Лесная, д. 5",
        "latitude": "55.75321",
        "longitude": "37.62250",
        "consent_processing": "on",
        "consent_dealer": "on",
    }


def plain(response):
    return text_of(response).replace("\u00a0", " ").replace("\u202f", " ")


class TestCheckout:
    def test_without_scripts_the_button_keeps_everything_typed(self, shopper, form, code):
        data = form | {"promo": "весна", "promo_action": "apply", "comment": "Позвоните"}
        response = shopper.post(reverse("checkout"), data)
        page = plain(response)
        assert "Промокод ВЕСНА применён" in page
        assert "600 ₽ 540 ₽" in page
        body = response.content.decode()
        for typed in ("Роман Ёлкин", "Позвоните", "ул. Лесная, д. 5", "55.75321"):
            assert typed in body
        assert not Order.objects.exists()

    def test_with_scripts_the_summary_alone_changes(self, shopper, form, code):
        data = form | {"promo": "весна", "promo_action": "apply"}
        response = shopper.post(reverse("checkout_price"), data, headers={"HX-Request": "true"})
        assert response.content.decode().lstrip().startswith('<div id="summary">')
        assert "600 ₽ 540 ₽" in plain(response)
        data = form | {"promo_action": "remove"}
        response = shopper.post(reverse("checkout_price"), data, headers={"HX-Request": "true"})
        assert "540" not in plain(response)

    def test_the_order_is_placed_at_the_lower_sum(self, shopper, form, code):
        applied = shopper.post(
            reverse("checkout"), form | {"promo": "ВЕСНА", "promo_action": "apply"}
        )
        response = shopper.post(reverse("checkout"), form | hidden_of(applied))
        order = Order.objects.get()
        assert (order.promo_code, order.total) == (code, 540)
        page = plain(shopper.get(response.url))
        assert "Промокод ВЕСНА −60 ₽" in page
        assert "Итого 540 ₽" in page

    def test_a_code_typed_and_not_applied_is_applied_and_confirmed_first(self, shopper, form, code):
        response = shopper.post(reverse("checkout"), form | {"promo": "весна"})
        assert not Order.objects.exists()
        page = plain(response)
        assert "Сумма пересчитана: была 600 ₽, стала 540 ₽" in page
        shopper.post(reverse("checkout"), form | hidden_of(response))
        assert Order.objects.get().total == 540

    @pytest.mark.parametrize(
        "changes",
        [
            None,
            {"is_active": False},
            {"ends_on": "2026-06-14"},
            {"max_uses": 1, "uses": 1},
            {"regions": True},
        ],
    )
    def test_one_message_for_every_code_that_does_not_work(self, shopper, form, changes):
        if changes is not None:
            regions = changes.pop("regions", False)
            made = PromoCodeFactory(code="ВЕСНА", **changes)
            if regions:
                made.regions.add(CityFactory().parent)
        data = form | {"promo": "весна", "promo_action": "apply"}
        response = shopper.post(reverse("checkout"), data)
        assert response.status_code == 200
        assert "Промокод здесь не действует: проверьте код, срок и свой регион." in plain(response)
        assert 'value="весна"' in response.content.decode()

    @pytest.mark.parametrize("typed", ["", "\x00", "а" * 5000, "🙂", "<b>", "' OR 1=1 --"])
    def test_nonsense_is_answered_in_words(self, shopper, form, typed):
        for url in (reverse("checkout"), reverse("checkout_price")):
            response = shopper.post(url, form | {"promo": typed, "promo_action": "apply"})
            assert response.status_code == 200
            assert "id_promo_error" in response.content.decode()

    def test_ten_wrong_tries_and_not_one_more(self, shopper, form, code):
        for _ in range(10):
            shopper.post(reverse("checkout"), form | {"promo": "нет", "promo_action": "apply"})
        data = form | {"promo": "ВЕСНА", "promo_action": "apply"}
        assert "Слишком много попыток" in plain(shopper.post(reverse("checkout"), data))
        # Ordering without a code goes on.
        shopper.post(reverse("checkout"), form)
        assert Order.objects.count() == 1

    def test_right_codes_do_not_count_as_tries(self, shopper, form, cart, code):
        for _ in range(12):
            shopper.post(reverse("checkout"), form | {"promo": "весна", "promo_action": "apply"})
            shopper.post(reverse("checkout"), form | {"promo_action": "remove"})
        assert not PROMO_BY_SESSION.is_exhausted(f"cart {cart.token}", now=timezone.now())

    def test_too_small_a_sum_is_told(self, shopper, form):
        PromoCodeFactory(code="БОЛЬШОЙ", min_sum=Decimal(5000))
        data = form | {"promo": "большой", "promo_action": "apply"}
        page = plain(shopper.post(reverse("checkout"), data))
        assert "действует при сумме товаров от 5 000 ₽" in page

    def test_used_up_meanwhile_the_customer_is_told_and_confirms(self, shopper, form, code):
        applied = shopper.post(
            reverse("checkout"), form | {"promo": "ВЕСНА", "promo_action": "apply"}
        )
        PromoCode.objects.update(max_uses=1, uses=1)
        response = shopper.post(reverse("checkout"), form | hidden_of(applied))
        assert "Промокод ВЕСНА больше не действует" in plain(response)
        assert not Order.objects.exists()
        shopper.post(reverse("checkout"), form | hidden_of(response))
        assert (Order.objects.get().promo_code, Order.objects.get().total) == (None, 600)


@pytest.fixture
def order(city):
    return OrderFactory(place=city, created_at=NOW)


class TestCard:
    def test_staff_applies_sees_and_removes_it(self, client, manager, order, code):
        client.force_login(manager)
        card = reverse("order_card", args=[order.pk])
        client.post(reverse("order_promo", args=[order.pk]), {"code": "весна"})
        page = plain(client.get(card))
        assert "Промокод ВЕСНА −40 ₽ Итого 360 ₽" in page
        assert "Применён промокод ВЕСНА: 400 ₽ → 360 ₽" in page
        printed = plain(client.get(reverse("order_print", args=[order.pk])))
        assert "Промокод ВЕСНА −40 ₽ Итого 360 ₽" in printed
        customer = plain(client.get(customer_link(order)))
        assert "Применён промокод ВЕСНА: 400 ₽ → 360 ₽" in customer
        client.post(reverse("order_promo_remove", args=[order.pk]))
        order.refresh_from_db()
        assert (order.promo_code, order.total) == (None, 400)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"is_active": False}, "Промокод выключен"),
            ({"ends_on": "2026-06-14"}, "Срок промокода истёк"),
            ({"max_uses": 1, "uses": 1}, "Промокод исчерпан"),
        ],
    )
    def test_staff_is_told_precisely(self, client, manager, order, changes, words):
        PromoCodeFactory(code="ВЕСНА", **changes)
        client.force_login(manager)
        response = client.post(reverse("order_promo", args=[order.pk]), {"code": "весна"})
        assert response.status_code == 422
        assert words in plain(response)
        assert 'value="весна"' in response.content.decode()

    def test_a_dealer_may_not_guess_codes(self, client, manager, dealer_manager, order, code):
        assign(order_id=order.pk, dealer_id=dealer_manager.dealer_id, by=manager, now=NOW)
        client.force_login(dealer_manager)
        url = reverse("order_promo", args=[order.pk])
        for _ in range(10):
            client.post(url, {"code": "нет"})
        assert "Слишком много попыток" in plain(client.post(url, {"code": "весна"}))

    def test_a_dealer_is_offered_the_order_at_the_sum_after_it(
        self, client, dealer, dealer_manager, order, code
    ):
        Order.objects.update(promo_code=code, discount=40, total=360)
        order.refresh_from_db()
        OfferFactory(
            order=order, dealer=dealer, quote__total=Decimal(400), quote__goods_total=Decimal(400)
        )
        client.force_login(dealer_manager)
        page = plain(client.get(reverse("order_card", args=[order.pk])))
        assert "Ваша сумма 360 ₽" in page
        [row] = with_facts(Order.objects.filter(pk=order.pk), dealer_manager)
        assert row.shown_total == 360
        assert (
            'name="code"' not in client.get(reverse("order_card", args=[order.pk])).content.decode()
        )

    @pytest.mark.parametrize(
        ("changes", "shown"),
        [({"percent": Decimal("33.33")}, "266.68"), ({"percent": None, "amount": 150}, "250.00")],
    )
    def test_the_lists_sum_is_counted_as_the_rule_counts(
        self, dealer, dealer_manager, order, changes, shown
    ):
        code = PromoCodeFactory(**changes)
        OfferFactory(order=order, dealer=dealer)
        Order.objects.update(promo_code=code, discount=1, total=399)
        [row] = with_facts(Order.objects.filter(pk=order.pk), dealer_manager)
        assert row.shown_total == Decimal(shown) == 400 - code.cut.of(Decimal(400))

    def test_tables_and_mails_tell_of_it(self, manager, dealer_manager, order, code):
        Order.objects.update(promo_code=code, discount=40, total=360)
        assign(order_id=order.pk, dealer_id=dealer_manager.dealer_id, by=manager, now=NOW)
        [row] = export_rows(with_facts(Order.objects.all(), manager), manager)
        assert row[14:17] == (360, "ВЕСНА", 40)
        mails = [
            render_mail(message).text.replace("\u00a0", " ") for message in Message.objects.all()
        ]
        assert mails
        assert all("360 ₽" in text for text in mails)
        assert any("ВЕСНА, скидка 40 ₽" in text for text in mails)

    def test_history_of_it_is_open_to_the_dealer_and_the_customer(
        self, client, manager, order, code
    ):
        client.force_login(manager)
        client.post(reverse("order_promo", args=[order.pk]), {"code": "весна"})
        assert order.history.get(kind=HistoryKind.PROMO).is_visible


class TestByPhone:
    @pytest.fixture
    def data(self, city, dealer):
        product = ProductFactory(recommended_price=Decimal(200))
        details = OrderDetails(customer_name="Роман", phone="+79001234567", place=city)
        code = PromoCodeFactory(code="ВЕСНА")
        promise = promise_of(details, lines_of([(product, 3)]), now=NOW, code=code)
        return {
            "action": "take",
            "form_key": "8a1d3f8a-8d7b-4d4a-9a7e-2f0f3f1c9d10",
            "receipt": promise.receipt,
            "name": "Роман",
            "phone": "8 900 123-45-67",
            "city": place_label(city),
            "place": str(city.pk),
            "promo": "весна",
            "consent_processing": "on",
            "consent_dealer": "on",
            "consent_version": consent_token(1),
            "lines-TOTAL_FORMS": "1",
            "lines-INITIAL_FORMS": "0",
            "lines-0-product": str(product.pk),
            "lines-0-quantity": "3",
        }

    def test_the_order_gets_the_discount(self, client, manager, data):
        client.force_login(manager)
        counted = plain(client.post(reverse("order_add"), data | {"action": "count"}))
        assert "600 ₽ 540 ₽" in counted
        client.post(reverse("order_add"), data)
        assert (Order.objects.get().total, PromoCode.objects.get().uses) == (540, 1)

    def test_a_code_that_does_not_work_is_told_beside_the_field(self, client, manager, data):
        client.force_login(manager)
        PromoCode.objects.update(is_active=False)
        response = client.post(reverse("order_add"), data)
        assert response.status_code == 422
        assert "Промокод выключен" in plain(response)
        assert not Order.objects.exists()

    def test_nothing_is_taken_below_its_least_sum(self, client, manager, data):
        client.force_login(manager)
        PromoCode.objects.update(min_sum=Decimal(601))
        assert "от 601 ₽" in plain(client.post(reverse("order_add"), data))
        assert not Order.objects.exists()


class TestWorkspace:
    FORM = {"code": "весна 10", "kind": "percent", "percent": "7,5 %", "starts_on": "2026-06-01"}

    @pytest.fixture
    def panel(self, client, administrator):
        client.force_login(administrator)
        return client

    def test_a_manager_reads_without_buttons_that_lead_nowhere(self, client, manager, code):
        client.force_login(manager)
        pages = [reverse("promo_code_list"), reverse("promo_code", args=[code.pk])]
        for address in pages:
            shown = client.get(address).content.decode()
            assert code.code in shown
            for name in ("promo_code_edit", "promo_code_off", "promo_code_on"):
                assert reverse(name, args=[code.pk]) not in shown
            assert reverse("promo_code_add") not in shown

    def test_creates_a_code(self, panel, city):
        response = panel.post(
            reverse("promo_code_add"), self.FORM | {"regions": [city.parent.pk], "amount": "x"}
        )
        code = PromoCode.objects.get()
        assert response.url == reverse("promo_code", args=[code.pk])
        assert (code.code, code.percent, code.amount) == ("ВЕСНА10", Decimal("7.5"), None)
        assert list(code.regions.all()) == [city.parent]

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"code": "ab"}, "code", "от 3 до 30"),
            ({"code": "ВЕСНА-10"}, "code", "от 3 до 30"),
            ({"code": "🙂🙂🙂"}, "code", "от 3 до 30"),
            ({"code": "ЗАНЯТ"}, "code", "уже есть"),
            ({"percent": ""}, "percent", "Введите размер"),
            ({"percent": "101"}, "percent", "слишком большая"),
            ({"kind": "rubles", "amount": "-5"}, "amount", "больше нуля"),
            ({"kind": "rubles", "amount": "1e9"}, "amount", "Введите сумму"),
            ({"kind": "gift"}, "kind", "gift"),
            ({"max_uses": "0"}, "max_uses", "1"),
            ({"max_uses": "много"}, "max_uses", "целое"),
            ({"max_uses": "9" * 30}, "max_uses", "1000000"),
            ({"min_sum": "сто"}, "min_sum", "Введите сумму"),
            ({"ends_on": "2026-05-01"}, "ends_on", "раньше первого"),
            ({"note": "а" * 201}, "note", "200"),
        ],
    )
    def test_is_told_beside_the_field_what_is_wrong(self, panel, changes, field, words):
        PromoCodeFactory(code="ЗАНЯТ")
        response = panel.post(reverse("promo_code_add"), self.FORM | changes)
        assert response.status_code == 422
        assert words in " ".join(response.context["form"].errors[field])
        assert PromoCode.objects.count() == 1

    def test_the_discount_is_fixed_by_the_first_order(self, panel, order, code):
        Order.objects.update(promo_code=code, discount=40, total=360)
        PromoCode.objects.update(uses=1)
        url = reverse("promo_code_edit", args=[code.pk])
        form = self.FORM | {"percent": "50", "note": "Листовки", "max_uses": "5", "seen": 0}
        assert panel.post(url, form).status_code == 302
        code.refresh_from_db()
        assert (code.code, code.percent) == ("ВЕСНА", 10)
        assert (code.note, code.max_uses) == ("Листовки", 5)

    def test_no_fewer_uses_than_there_were(self, panel, code):
        PromoCode.objects.update(uses=3)
        url = reverse("promo_code_edit", args=[code.pk])
        response = panel.post(url, self.FORM | {"max_uses": "2", "seen": 0})
        assert "Код уже использован 3 раз" in plain(response)

    def test_the_second_of_two_who_edit_is_told(self, panel, code):
        url = reverse("promo_code_edit", args=[code.pk])
        panel.post(url, self.FORM | {"seen": 0})
        response = panel.post(url, self.FORM | {"note": "Моё", "seen": 0})
        assert response.status_code == 422
        assert "Коллега" in plain(response)

    def test_is_switched_off_and_on(self, panel, code):
        panel.post(reverse("promo_code_off", args=[code.pk]))
        assert not PromoCode.objects.get().is_active
        panel.post(reverse("promo_code_on", args=[code.pk]))
        page = plain(panel.get(reverse("promo_code", args=[code.pk])))
        assert "Включён: да" in page
        assert "Включён: нет" in page

    def test_lists_find_codes_and_their_orders(self, panel, order, code):
        other = PromoCodeFactory(code="ЗИМА", is_active=False)
        Order.objects.update(promo_code=code, discount=40, total=360)
        found = panel.get(reverse("promo_code_list"), {"q": "вес"})
        assert [one for one, _state in found.context["rows"]] == [code]
        found = panel.get(reverse("promo_code_list"), {"state": "off"})
        assert [one for one, _state in found.context["rows"]] == [other]
        page = plain(panel.get(reverse("promo_code", args=[code.pk])))
        assert f"№ {order.pk}" in page

    @pytest.mark.parametrize("count", [1, 30])
    def test_pages_take_as_many_queries_however_much_there_is(
        self, panel, city, django_assert_max_num_queries, count
    ):
        for _ in range(count):
            code = PromoCodeFactory(uses=1)
            code.regions.add(city.parent)
            OrderFactory(
                place=city, promo_code=code, discount=40, total=360, goods_total=Decimal(400)
            )
        Order.objects.update(promo_code=code)
        with django_assert_max_num_queries(9):
            panel.get(reverse("promo_code_list"))
        with django_assert_max_num_queries(10):
            response = panel.get(reverse("promo_code", args=[code.pk]))
        assert len(response.context["page"]) == count
