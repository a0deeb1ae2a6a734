"""Orders that the manufacturer's people take by phone."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from orders.consents import consent_token
from orders.models import Consent, HistoryEntry, Offer, Order, OrderSource
from orders.services.errors import OrderError, OrderNotFound
from orders.services.phone_orders import lines_of, promise_of, take_order
from orders.services.placing import CartChanged, CartEmpty, FormKeyReused
from tests.factories import NOW, CustomerFactory, OrderFactory, ProductFactory

ADD = reverse("order_add")


@pytest.fixture
def product(dealer):
    return ProductFactory(recommended_price=Decimal(200))


@pytest.fixture
def take(details, manager, product):
    """Takes an order of three panels as the page does."""

    def take(**changes):
        lines = changes.pop("lines", None) or lines_of([(product, 3)])
        arguments = {
            "form_key": uuid.uuid4(),
            "details": details,
            "lines": lines,
            "receipt": promise_of(details, lines, now=NOW).receipt,
            "dealer_id": None,
            "by": manager,
            "now": NOW,
        } | changes
        return take_order(**arguments)

    return take


@pytest.fixture
def typed(city, product):
    """What a person types into the page."""

    def typed(action, **changes):
        return {
            "action": action,
            "form_key": str(uuid.uuid4()),
            "name": "Роман",
            "phone": "8 900 123-45-67",
            "city": city.name,
            "lines-TOTAL_FORMS": "2",
            "lines-INITIAL_FORMS": "0",
            "lines-0-product": str(product.pk),
            "lines-0-quantity": "3",
            "consent_processing": "on",
            "consent_dealer": "on",
            "consent_version": consent_token(1),
        } | changes

    return typed


class TestService:
    def test_the_order_goes_into_distribution_at_the_promised_price(self, take, manager, dealer):
        order = take()
        assert (order.source, order.status, order.price_max) == ("phone", "new", 600)
        assert [quote.dealer_id for quote in order.quotes.all()] == [dealer.pk]
        entry = HistoryEntry.objects.get(order=order)
        assert (entry.actor, entry.by_customer) == (manager, False)

    def test_consents_are_kept_as_spoken(self, take):
        order = take()
        kept = Consent.objects.filter(order=order)
        assert {consent.kind for consent in kept} == {"processing", "dealer"}
        assert all("phone" in consent.text_version for consent in kept)

    def test_a_dealer_may_get_it_at_once(self, take, dealer):
        order = take(dealer_id=dealer.pk)
        assert (order.status, order.dealer) == ("accepted", dealer)
        assert not Offer.objects.filter(order=order).exists()

    def test_a_dealer_that_is_gone_leaves_no_order(self, take, dealer):
        dealer.is_active = False
        dealer.save(update_fields=["is_active"])
        with pytest.raises(OrderError):
            take(dealer_id=dealer.pk)
        assert not Order.objects.exists()

    def test_the_same_form_gives_the_same_order(self, take, product):
        key = uuid.uuid4()
        assert take(form_key=key) == take(form_key=key)
        with pytest.raises(FormKeyReused):
            take(form_key=key, lines=lines_of([(product, 4)]))
        assert Order.objects.count() == 1

    def test_prices_that_changed_since_are_told_first(self, take, details, product):
        receipt = promise_of(details, lines_of([(product, 3)]), now=NOW).receipt
        product.recommended_price = Decimal(250)
        product.save(update_fields=["recommended_price"])
        with pytest.raises(CartChanged):
            take(receipt=receipt)
        assert not Order.objects.exists()

    def test_the_same_product_twice_is_one_line(self, take, product):
        order = take(lines=lines_of([(product, 3), (product, 2)]))
        assert order.lines.get().quantity == 5

    def test_nothing_is_no_order(self, details, manager, take, product):
        with pytest.raises(CartEmpty):
            take_order(
                form_key=uuid.uuid4(),
                details=details,
                lines=[],
                receipt="",
                dealer_id=None,
                by=manager,
                now=NOW,
            )

    def test_a_dealer_s_manager_takes_none(self, take, dealer_manager):
        with pytest.raises(OrderNotFound):
            take(by=dealer_manager)


class TestPage:
    def test_counting_tells_the_sum_without_consents(self, client, manager, typed):
        client.force_login(manager)
        answer = client.post(ADD, typed("count", consent_processing="", consent_dealer=""))
        assert answer.status_code == 200
        assert "600\u00a0₽" in answer.content.decode()
        assert not Order.objects.exists()

    def test_what_was_counted_is_taken(self, client, manager, typed):
        client.force_login(manager)
        data = typed("count")
        counted = client.post(ADD, data)
        data |= {"action": "take", "receipt": counted.context["promise"].receipt}
        answer = client.post(ADD, data)
        order = Order.objects.get()
        assert answer["Location"] == reverse("order_card", args=[order.pk])
        assert (order.source, order.phone.as_e164) == (OrderSource.PHONE, "+79001234567")

    def test_without_a_consent_nothing_is_taken(self, client, manager, typed):
        client.force_login(manager)
        data = typed("count")
        receipt = client.post(ADD, data).context["promise"].receipt
        answer = client.post(
            ADD, data | {"action": "take", "receipt": receipt, "consent_dealer": ""}
        )
        assert answer.status_code == 422
        assert not Order.objects.exists()

    def test_without_having_counted_the_sum_is_shown_first(self, client, manager, typed):
        client.force_login(manager)
        answer = client.post(ADD, typed("take"))
        assert answer.context["changes"]
        assert not Order.objects.exists()

    def test_a_known_phone_brings_the_name(self, client, manager, typed, city):
        customer = CustomerFactory(name="Ольга", phone="+79001234567", email="olga@example.com")
        order = OrderFactory(customer=customer, place=city)
        client.force_login(manager)
        answer = client.post(ADD, typed("find", name="", **{"lines-0-quantity": "7"}))
        page = answer.content.decode()
        assert 'value="Ольга"' in page
        assert 'value="olga@example.com"' in page
        assert 'value="7"' in page
        assert reverse("order_card", args=[order.pk]) in page

    def test_an_unknown_phone_says_so(self, client, manager, typed):
        client.force_login(manager)
        assert "Новый покупатель" in client.post(ADD, typed("find")).content.decode()

    def test_more_products_keep_what_is_typed(self, client, manager, typed):
        client.force_login(manager)
        answer = client.post(ADD, typed("more"))
        assert len(answer.context["wanted"].forms) == 4
        assert 'value="Роман"' in answer.content.decode()

    @pytest.mark.parametrize(
        "changes",
        [
            {"lines-0-quantity": "0"},
            {"lines-0-quantity": "-5"},
            {"lines-0-quantity": "1e308"},
            {"lines-0-quantity": ""},
            {"lines-0-product": "999999999999999999999"},
            {"lines-0-product": "\0"},
            {"lines-0-product": "", "lines-0-quantity": ""},
            {"lines-TOTAL_FORMS": "9999999"},
            {"lines-TOTAL_FORMS": "x"},
            {"phone": "12"},
            {"name": "😀"},
            {"city": "Нигде"},
            {"form_key": "x"},
            {"dealer": "x"},
            {"email": "a" * 5000},
        ],
    )
    @pytest.mark.parametrize("action", ["count", "take", "more", "find", "\0"])
    def test_nonsense_is_told_and_takes_nothing(self, client, manager, typed, changes, action):
        client.force_login(manager)
        answer = client.post(ADD, typed(action, **changes))
        assert answer.status_code in (200, 422)
        assert not Order.objects.exists()
