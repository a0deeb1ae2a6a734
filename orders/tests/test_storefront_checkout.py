"""Checkout: one order out of one form, and a clear word about everything else."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.visitor import PLACE_COOKIE
from dealers.places import place_label
from notifications.models import Delivery
from orders import messages as told
from orders.models import Cart, CartLine, Consent, Order
from tests.factories import (
    NOW,
    CartLineFactory,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    DealerServiceFactory,
)
from tests.pages import text_of

LONG = "а" * 5000
NONSENSE = [LONG, "\x00", "Роман\x00", "🙂", "1e308", "-1", "nan", "<script>", "'\"", "\u202e", "²"]


def hidden_of(response):
    """The form's key and the price shown, as a page of checkout carries them."""
    hidden = r'<input type="hidden" name="(form_key|receipt|consent_version)" value="([^"]*)"'
    return dict(re.findall(hidden, response.content.decode()))


def receipt_of(response):
    return hidden_of(response)["receipt"]


@pytest.fixture
def shopper(client, city, dealer, cart):
    client.cookies[PLACE_COOKIE] = str(city.pk)
    client.cookies["cart"] = cart.token
    with time_machine.travel(NOW, tick=False):
        yield client


@pytest.fixture
def form(shopper, city):
    """What a browser sends after the page was filled in well."""
    body = shopper.get(reverse("checkout")).content.decode()
    hidden = dict(
        re.findall(
            r'<input type="hidden" name="(form_key|receipt|consent_version)" value="([^"]*)"', body
        )
    )
    return hidden | {
        "name": "Роман Ёлкин",
        "phone": "8 (900) 123-45-67",
        "email": "roman@example.com",
        "city": place_label(city),
        "place": str(city.pk),
        "address": "ул. Лесная, д. 5, кв. 12",
        "latitude": "55.75321",
        "longitude": "37.62250",
        "comment": "Позвоните после шести",
        "consent_processing": "on",
        "consent_dealer": "on",
    }


@pytest.fixture
def send(shopper):
    def send(form, **changes):
        data = {key: value for key, value in (form | changes).items() if value is not None}
        return shopper.post(reverse("checkout"), data)

    return send


def test_a_good_form_becomes_an_order_behind_a_personal_link(send, form, city, dealer):
    response = send(form, wants_delivery=None, consent_calls="on")
    order = Order.objects.get()
    assert response.status_code == 302
    assert re.fullmatch(rf"/o/{order.pk:x}-[a-z2-7]{{32}}/", response.url)
    assert (order.customer_name, str(order.phone)) == ("Роман Ёлкин", "+79001234567")
    assert (order.place, order.address) == (city, "ул. Лесная, д. 5, кв. 12")
    assert (order.latitude, order.longitude) == (55.75321, 37.6225)
    assert order.comment == "Позвоните после шести"
    assert order.total == 600
    assert set(order.consents.values_list("kind", flat=True)) == {"processing", "dealer", "calls"}
    assert not CartLine.objects.exists()


@pytest.mark.parametrize(("lines", "dealers"), [(3, 5), (30, 120)])
def test_placing_an_order_takes_twenty_four_queries_from_the_form_to_the_redirect(
    lines, dealers, send, shopper, cart, city, django_assert_max_num_queries
):
    DealerFactory.create_batch(dealers - 1, main_region=city.parent)
    for _number in range(lines - 1):
        CartLineFactory(cart=cart)
    page = hidden_of(shopper.get(reverse("checkout")))
    good = {"name": "Роман", "phone": "8 (900) 123-45-67", "email": "roman@example.com"}
    ticks = {"consent_processing": "on", "consent_dealer": "on"}
    there = {"city": place_label(city), "place": str(city.pk)}
    with django_assert_max_num_queries(24):
        response = send(page | good | ticks | there)
    assert response.status_code == 302
    assert Order.objects.get().quotes.count() == dealers


def test_the_call_of_the_robot_is_not_asked_for_silently(send, form):
    send(form)
    assert not Consent.objects.filter(kind="calls").exists()


def test_a_double_click_is_one_order(send, form):
    first, second = send(form), send(form)
    assert first.url == second.url
    assert Order.objects.count() == 1


def test_two_tabs_are_one_order(shopper, send, form):
    other = shopper.get(reverse("checkout")).content.decode()
    assert form["form_key"] in other
    send(form)
    assert send(form, name="Другое имя").status_code == 302
    assert Order.objects.count() == 1


def test_a_form_already_sent_does_not_order_the_next_cart(send, form, cart, dealer):
    send(form)
    CartLineFactory(cart=cart)
    response = send(form)
    assert "Этот заказ уже оформлен" in text_of(response)
    assert Order.objects.count() == 1
    fresh = Cart.objects.get().form_key
    assert str(fresh) != form["form_key"]
    assert str(fresh) in response.content.decode()


def test_an_empty_cart_leads_back(shopper, send, form):
    CartLine.objects.all().delete()
    assert send(form).url == reverse("cart")
    assert shopper.get(reverse("checkout")).url == reverse("cart")
    assert send(form, name="").url == reverse("cart")


# What changed in the meantime


def test_a_price_that_rose_is_shown_and_confirmed_with_everything_kept(
    send, form, dealer, cart, own_price
):
    own_price(dealer, cart.lines.get().product, 250)
    response = send(form)
    text = text_of(response)
    assert not Order.objects.exists()
    assert "Сумма была 600 ₽, теперь 750 ₽" in text
    body = unescape(response.content.decode())
    for value in (form["name"], form["email"], form["address"], form["comment"], "55.75321"):
        assert value in body
    assert body.count("checked") == 2
    receipt = receipt_of(response)
    assert send(form, receipt=receipt).status_code == 302
    assert Order.objects.get().total == 750


def test_a_product_sold_out_is_named_and_confirmed(send, form, dealer, cart):
    product = cart.lines.get().product
    DealerProductFactory(dealer=dealer, product=product, in_stock=False)
    response = send(form)
    assert f"«{product.name}»" in text_of(response)
    assert not Order.objects.exists()
    receipt = receipt_of(response)
    assert send(form, receipt=receipt).status_code == 302


def test_a_product_taken_off_sale_cannot_be_confirmed(send, form, cart):
    product = cart.lines.get().product
    product.is_active = False
    product.save()
    assert f"«{product.name}» больше не продаётся" in text_of(send(form))
    assert not Order.objects.exists()


def test_delivery_without_scripts_is_counted_before_it_is_ordered(send, form, dealer):
    DealerServiceFactory(dealer=dealer, price=Decimal(500))
    response = send(form, wants_delivery="on")
    assert "1 100 ₽" in text_of(response)
    assert not Order.objects.exists()
    receipt = receipt_of(response)
    send(form, wants_delivery="on", receipt=receipt)
    assert Order.objects.get().total == 1100


def test_with_scripts_the_summary_follows_the_wishes(shopper, form, dealer):
    DealerServiceFactory(dealer=dealer, price=Decimal(500))
    response = shopper.post(reverse("checkout_price"), form | {"wants_delivery": "on"})
    assert "1 100 ₽" in text_of(response)
    assert 'name="receipt"' in response.content.decode()


def test_the_summary_follows_the_city(shopper, form):
    elsewhere = CityFactory()
    data = form | {"city": place_label(elsewhere), "place": str(elsewhere.pk)}
    response = shopper.post(reverse("checkout_price"), data)
    assert "нет ни у одного дилера" in text_of(response)


def test_a_dealer_chosen_in_the_cart_is_kept(send, form, shopper, dealer, city):
    Cart.objects.update(chosen_dealer=DealerFactory(main_region=city.parent))
    receipt = receipt_of(shopper.get(reverse("checkout")))
    send(form, receipt=receipt)
    assert Order.objects.get().chosen_dealer != dealer


# The city


def test_a_city_is_understood_without_scripts(send, form, city):
    send(form, place="", city=city.name.upper())
    assert Order.objects.get().place == city


def test_the_text_wins_over_a_place_picked_before(send, form, city):
    other = CityFactory(parent=city.parent)
    response = send(form, city=other.name)
    receipt = receipt_of(response)
    send(form, city=other.name, receipt=receipt)
    assert Order.objects.get().place == other


def test_a_name_of_two_cities_is_asked_about(send, form, dealer):
    one = CityFactory(name="Киров", parent=dealer.main_region)
    CityFactory(name="Киров")
    response = send(form, place="", city="Киров")
    assert "Выберите" in text_of(response)
    assert f'value="{place_label(one)}"' in response.content.decode()
    response = send(form, place="", city=place_label(one))
    send(form, place="", city=place_label(one), receipt=receipt_of(response))
    assert Order.objects.get().place == one


def test_an_unknown_city_gets_a_hint(send, form):
    assert "ближайший город" in text_of(send(form, city="Нигдейск", place=""))


# Nonsense


VISIBLE = ["name", "phone", "email", "city", "address", "comment"]
# What is no nonsense where words are free.
ACCEPTABLE = {
    "name": {"1e308", "nan"},
    "address": {"1e308", "-1", "nan", "'\"", "²"},
    "comment": {"🙂", "1e308", "-1", "nan", "<script>", "'\"", "\u202e", "²"},
}


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("field", VISIBLE)
def test_nonsense_gets_a_russian_message_beside_the_field(send, form, field, value):
    response = send(form, **{field: value, "place": ""})
    if value in ACCEPTABLE.get(field, ()):
        assert response.status_code == 302
        return
    assert response.status_code == 200
    body = response.content.decode()
    error = re.search(
        rf'<p class="invalid-feedback d-block" id="id_{field}_error">([^<]+)</p>', body
    )
    assert error, f"no message beside {field}"
    assert re.search("[а-яё]{3}", error[1])
    assert not re.search("[a-z]{4}", unescape(error[1]).replace("name@example.ru", ""))
    for other in set(VISIBLE) - {field, "phone"}:
        assert form[other] in unescape(body), f"{other} was not kept"
    typed = unescape(body)
    assert value.replace("\x00", "") in typed.replace("\x00", "")
    assert not Order.objects.exists()


@pytest.mark.parametrize("field", ["name", "phone", "city", "consent_processing", "consent_dealer"])
def test_what_is_needed_is_asked_for(send, form, field):
    response = send(form, **{field: None})
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize("field", ["latitude", "longitude"])
@pytest.mark.parametrize("value", ["x", "1e308", "nan", "inf", "\x00", "🙂", "-181", LONG])
def test_a_nonsense_pin_is_asked_for_again(send, form, field, value):
    response = send(form, **{field: value})
    assert "Поставьте метку на карте ещё раз" in text_of(response)
    assert not Order.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "\x00", "🙂", "1e308", LONG, None])
def test_a_nonsense_form_key_asks_to_send_again(send, form, value):
    response = send(form, form_key=value)
    assert "отправьте заказ ещё раз" in text_of(response).lower()
    assert form["form_key"] in response.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "\x00", "🙂", LONG, None])
def test_a_nonsense_receipt_asks_to_confirm(send, form, value):
    response = send(form, receipt=value)
    assert "Проверьте и подтвердите" in text_of(response)
    assert not Order.objects.exists()


@pytest.mark.parametrize("value", ["x", "\x00", "-1", "1e308", "9" * 400, "🙂"])
def test_a_nonsense_place_leaves_the_word_to_the_text(send, form, city, value):
    send(form, place=value)
    assert Order.objects.get().place == city


def test_repeated_keys_are_no_way_around(shopper, form):
    data = {key: [value, value] for key, value in form.items()} | {"name": ["Роман", "\x00"]}
    response = shopper.post(reverse("checkout"), data)
    assert response.status_code == 200
    assert 'id="id_name_error"' in response.content.decode()


def test_fields_that_are_not_asked_for_change_nothing(send, form, dealer):
    extra = {
        "status": "completed",
        "dealer": dealer.pk,
        "total": "1",
        "price_max": "1",
        "points": "9",
    }
    send(form, **extra)
    order = Order.objects.get()
    assert (order.status, order.dealer, order.total) == ("new", None, 600)


ANY_TEXT = st.text(max_size=300)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.dictionaries(
        st.sampled_from(
            [
                *VISIBLE,
                "place",
                "latitude",
                "longitude",
                "form_key",
                "receipt",
                "wants_delivery",
                "wants_installation",
                "consent_processing",
                "consent_dealer",
                "consent_calls",
            ]
        ),
        st.one_of(ANY_TEXT, st.floats().map(str), st.integers().map(str), st.lists(ANY_TEXT)),
        min_size=1,
    )
)
def test_no_input_at_all_breaks_the_page(shopper, form, values):
    # Each example meets the full cart: an order placed by one would empty it for the others.
    with transaction.atomic():
        response = shopper.post(reverse("checkout"), form | values)
        transaction.set_rollback(True)
    assert response.status_code == 200 or response.url.startswith("/o/")


def test_delivery_needs_an_address_or_a_pin(send, form):
    nowhere = {"address": "", "wants_delivery": "on"}
    assert "Для доставки нужен адрес" in text_of(send(form, **nowhere, latitude="", longitude=""))
    assert "Для доставки нужен адрес" not in text_of(send(form, **nowhere))


# Limits


def other_cart(shopper, dealer):
    """A cart like the first one, in the same browser."""
    line = CartLineFactory(product__recommended_price=Decimal(200), quantity=3)
    shopper.cookies["cart"] = line.cart.token
    return hidden_of(shopper.get(reverse("checkout")))


def test_a_phone_orders_three_times_an_hour(shopper, send, form, dealer):
    for _ in range(3):
        assert send(form, **other_cart(shopper, dealer)).status_code == 302
    response = send(form, **other_cart(shopper, dealer))
    assert response.status_code == 429
    assert "Слишком много заказов" in text_of(response)
    assert form["name"] in response.content.decode()
    assert Order.objects.count() == 3
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert send(form, **other_cart(shopper, dealer)).status_code == 302


def test_an_address_orders_ten_times_an_hour(shopper, send, form, dealer):
    phones = (f"+7900000{number:04d}" for number in range(20))
    for _ in range(10):
        assert send(form, phone=next(phones), **other_cart(shopper, dealer)).status_code == 302
    assert send(form, phone=next(phones), **other_cart(shopper, dealer)).status_code == 429


def test_what_was_not_ordered_does_not_count(send, form):
    for _ in range(12):
        send(form, receipt="")
    assert send(form).status_code == 302
    for _ in range(12):
        assert send(form).status_code == 302


def test_a_form_of_another_cart_is_out_of_date(send, form):
    response = send(form, form_key=str(uuid.uuid4()))
    assert "Форма устарела" in text_of(response)
    assert form["form_key"] in response.content.decode()
    assert not Order.objects.exists()


def test_a_stranger_gets_no_order_by_guessing_keys(shopper, form):
    shopper.cookies["cart"] = "somebody-else"
    response = shopper.post(reverse("checkout"), form | {"form_key": str(uuid.uuid4())})
    assert response.url == reverse("cart")
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("news", "channels"),
    [
        (None, {"email"}),
        ("", {"email"}),
        ("email", {"email"}),
        ("sms", {"sms"}),
        ("both", {"email", "sms"}),
    ],
)
def test_the_customer_is_told_as_chosen_at_checkout(send, form, news, channels):
    assert send(form, news=news).status_code == 302
    order = Order.objects.get()
    with transaction.atomic():
        told.completed(order, NOW)
    for event in ("order_placed", "order_completed"):
        found = Delivery.objects.filter(message__event=event, message__audience="customer")
        assert set(found.values_list("channel", flat=True)) == channels


@pytest.mark.parametrize("news", ["fax", "\x00", "<script>", "a" * 5000])
def test_a_way_that_is_none_is_told_beside_the_field(send, form, news):
    response = send(form, news=news)
    assert response.status_code == 200
    assert form["name"] in response.content.decode()
    assert "news" in response.context["form"].errors
    assert not Order.objects.exists()
