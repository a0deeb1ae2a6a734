"""The cart: what lies in it, what it costs, how little that takes."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.visitor import PLACE_COOKIE
from orders.models import Cart, CartLine
from orders.models.carts import MAX_LINES, MAX_QUANTITY
from tests.factories import CartLineFactory, DealerFactory, DealerProductFactory, ProductFactory
from tests.pages import text_of

HTMX = {"HTTP_HX_REQUEST": "true"}
NONSENSE = ["", "0", "-1", "x", "1e308", "1.5", "9" * 400, "\x00", "1\x00", "🙂", "²", " "]


@pytest.fixture
def visitor(client, city):
    client.cookies[PLACE_COOKIE] = str(city.pk)
    return client


@pytest.fixture
def shopper(visitor, cart):
    """A visitor with a cart of three units of one product."""
    visitor.cookies["cart"] = cart.token
    return visitor


def quantities():
    return list(CartLine.objects.values_list("quantity", flat=True))


def test_the_first_product_makes_a_cart_that_the_browser_keeps(visitor, dealer):
    product = ProductFactory()
    response = visitor.post(reverse("cart_add"), {"product": product.pk, "quantity": "2"})
    assert response.url == reverse("cart")
    cookie = response.cookies["cart"]
    assert cookie["httponly"]
    assert len(cookie.value) == 43
    assert Cart.objects.get().token == cookie.value
    assert product.name in text_of(visitor.get(reverse("cart")))


def test_the_same_product_again_adds_up(shopper, cart):
    shopper.post(reverse("cart_add"), {"product": cart.lines.get().product_id, "quantity": "2"})
    assert quantities() == [5]


def test_without_a_quantity_one_is_meant(visitor):
    visitor.post(reverse("cart_add"), {"product": ProductFactory().pk})
    assert quantities() == [1]


def test_adding_is_cheap(shopper, django_assert_max_num_queries):
    product = ProductFactory()
    with django_assert_max_num_queries(9):
        shopper.post(reverse("cart_add"), {"product": product.pk}, **HTMX)
    for _ in range(30):
        CartLineFactory(cart=Cart.objects.get())
    with django_assert_max_num_queries(9):
        shopper.post(reverse("cart_add"), {"product": product.pk}, **HTMX)


def test_with_scripts_the_page_stays_and_the_count_grows(shopper):
    response = shopper.post(reverse("cart_add"), {"product": ProductFactory().pk}, **HTMX)
    body = response.content.decode()
    assert 'id="added"' in body
    assert 'hx-swap-oob="true"' in body
    assert "2 товара" in body


@pytest.mark.parametrize("value", NONSENSE[1:])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_nonsense_quantity_is_refused_in_russian(visitor, value, headers):
    product = ProductFactory()
    data = {"product": product.pk, "quantity": value}
    response = visitor.post(reverse("cart_add"), data, follow=not headers, **headers)
    assert response.status_code == 200
    if value.strip():
        assert re.search("[а-я]{4}", response.content.decode())
        assert not CartLine.objects.exists()


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("field", ["product", "dealer"])
def test_a_nonsense_product_or_dealer_puts_nothing_into_the_cart(visitor, field, value):
    data = {"product": ProductFactory().pk} | {field: value}
    response = visitor.post(reverse("cart_add"), data, follow=True)
    assert response.status_code == 200
    if not (field == "dealer" and not value):
        assert not CartLine.objects.exists()


def test_a_product_off_sale_is_not_added(visitor):
    product = ProductFactory(is_active=False)
    response = visitor.post(reverse("cart_add"), {"product": product.pk}, follow=True)
    assert "Этот товар больше не продаётся" in text_of(response)


def test_a_cart_does_not_grow_without_end(shopper, cart):
    line = cart.lines.get()
    CartLine.objects.bulk_create(
        CartLine(cart=cart, product=ProductFactory(family=line.product.family), quantity=1)
        for _ in range(MAX_LINES - 1)
    )
    response = shopper.post(reverse("cart_add"), {"product": ProductFactory().pk}, follow=True)
    assert CartLine.objects.count() == MAX_LINES
    assert "не больше" in text_of(response)
    shopper.post(reverse("cart_add"), {"product": line.product_id, "quantity": MAX_QUANTITY})
    line.refresh_from_db()
    assert line.quantity == 3


def test_the_cart_is_found_by_its_token_only(visitor, cart):
    visitor.cookies["cart"] = "somebody-else"
    assert "Корзина пуста" in text_of(visitor.get(reverse("cart")))


@pytest.mark.parametrize("token", ["\x00", "²", "x" * 5000])
def test_a_broken_cookie_is_an_empty_cart(visitor, token):
    visitor.cookies["cart"] = token
    assert visitor.get(reverse("cart")).status_code == 200
    visitor.post(reverse("cart_add"), {"product": ProductFactory().pk})
    assert quantities() == [1]


# The promise


def test_one_dealer_is_one_sum(shopper, dealer):
    text = text_of(shopper.get(reverse("cart")))
    assert "600 ₽ 1 дилер готов выполнить заказ целиком" in text
    assert "Цена закрепляется при оформлении" in text


def test_dealers_with_other_prices_make_a_range(shopper, dealer, cart, own_price):
    cheaper = DealerFactory(main_region=dealer.main_region)
    own_price(cheaper, cart.lines.get().product, 150)
    text = text_of(shopper.get(reverse("cart")))
    assert "от 450 ₽ до 600 ₽ 2 дилера готовы" in text
    assert "больше верхней границы вы не заплатите" in text


def test_a_product_that_nobody_has_is_named(shopper, dealer, cart):
    line = CartLineFactory(cart=cart)
    DealerProductFactory(dealer=dealer, product=line.product, in_stock=False)
    body = shopper.get(reverse("cart"))
    assert "Сейчас нет ни у одного дилера вашего региона" in text_of(body)
    assert "1 товара сейчас нет ни у одного дилера" in text_of(body)
    assert "Оформить заказ" in text_of(body)


def test_dealers_that_have_everything_only_between_them_are_explained(shopper, dealer, cart):
    first, second = cart.lines.get(), CartLineFactory(cart=cart)
    other = DealerFactory(main_region=dealer.main_region)
    DealerProductFactory(dealer=dealer, product=first.product, in_stock=False)
    DealerProductFactory(dealer=other, product=second.product, in_stock=False)
    assert "Всё вместе есть только у разных дилеров" in text_of(shopper.get(reverse("cart")))


def test_a_product_taken_off_sale_must_be_removed(shopper, dealer, cart):
    product = cart.lines.get().product
    product.is_active = False
    product.save()
    text = text_of(shopper.get(reverse("cart")))
    assert "Больше не продаётся" in text
    assert "Оформить заказ" not in text
    assert shopper.get(reverse("checkout")).url == reverse("cart")


def test_a_sum_beyond_reason_is_not_ordered(shopper, dealer, cart):
    CartLine.objects.update(quantity=MAX_QUANTITY)
    line = CartLineFactory(cart=cart, quantity=MAX_QUANTITY)
    line.product.recommended_price = Decimal(9_999_999)
    line.product.save()
    assert "Сумма слишком велика" in text_of(shopper.get(reverse("cart")))
    assert shopper.get(reverse("checkout")).url == reverse("cart")


@pytest.mark.parametrize(("lines", "dealers"), [(1, 1), (30, 120)])
def test_the_cart_takes_as_many_queries_whatever_is_in_it(
    shopper, city, cart, django_assert_num_queries, lines, dealers
):
    CartLineFactory.create_batch(lines - 1, cart=cart)
    DealerFactory.create_batch(dealers, main_region=city.parent)
    with django_assert_num_queries(9):
        shopper.get(reverse("cart"))


# The chosen dealer


def test_buying_from_a_dealer_chooses_it(visitor, dealer):
    product = ProductFactory()
    visitor.post(reverse("cart_add"), {"product": product.pk, "dealer": dealer.pk})
    assert Cart.objects.get().chosen_dealer == dealer
    assert f"Это цена дилера «{dealer.name}». Он увидит заказ первым" in text_of(
        visitor.get(reverse("cart"))
    )


def test_with_scripts_buying_from_a_dealer_leads_to_the_cart(visitor, dealer):
    data = {"product": ProductFactory().pk, "dealer": dealer.pk}
    response = visitor.post(reverse("cart_add"), data, **HTMX)
    assert response["HX-Redirect"] == reverse("cart")
    assert "cart" in response.cookies


def test_a_dealer_that_takes_no_orders_cannot_be_chosen(visitor, dealer):
    dealer.takes_site_orders = False
    dealer.save()
    data = {"product": ProductFactory().pk, "dealer": dealer.pk}
    response = visitor.post(reverse("cart_add"), data, follow=True)
    assert "не принимает заказы с сайта" in text_of(response).replace("Заказы с сайта не", "не")
    assert not CartLine.objects.exists()


def test_a_chosen_dealer_of_another_region_is_explained(shopper, dealer, cart):
    stranger = DealerFactory()
    Cart.objects.update(chosen_dealer=stranger)
    assert f"Дилер «{stranger.name}» не может выполнить здесь весь заказ" in text_of(
        shopper.get(reverse("cart"))
    )


def test_the_choice_can_be_taken_back(shopper, dealer, cart):
    Cart.objects.update(chosen_dealer=dealer)
    shopper.post(reverse("cart_update"), {"any_dealer": "1"})
    assert Cart.objects.get().chosen_dealer is None


# Changing


def field_of(cart):
    return f"quantity_{cart.lines.get().product_id}"


def test_quantities_are_changed(shopper, dealer, cart):
    response = shopper.post(reverse("cart_update"), {field_of(cart): "7"}, **HTMX)
    assert quantities() == [7]
    assert "1 400 ₽" in text_of(response)


def test_without_scripts_changing_comes_back_to_the_cart(shopper, cart):
    assert shopper.post(reverse("cart_update"), {field_of(cart): "7"}).url == reverse("cart")
    assert quantities() == [7]


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_nonsense_quantity_is_kept_with_a_message_beside_it(shopper, cart, value, headers):
    response = shopper.post(reverse("cart_update"), {field_of(cart): value}, **headers)
    body = response.content.decode()
    message = re.search(r'<p class="invalid-feedback d-block"[^>]*>([^<]+)</p>', body)
    assert re.search("[а-я]{4}", message[1])
    assert f'value="{value[:20]}"' in body
    assert quantities() == [3]


def test_a_line_is_removed_whatever_stands_in_the_others(shopper, cart):
    other = CartLineFactory(cart=cart)
    data = {"remove": other.product_id, f"quantity_{cart.lines.first().product_id}": "x"}
    shopper.post(reverse("cart_update"), data)
    assert list(cart.lines.values_list("quantity", flat=True)) == [3]


def test_an_emptied_cart_forgets_the_chosen_dealer(shopper, dealer, cart):
    Cart.objects.update(chosen_dealer=dealer)
    response = shopper.post(
        reverse("cart_update"), {"remove": cart.lines.get().product_id}, follow=True
    )
    assert "Корзина пуста" in text_of(response)
    assert Cart.objects.get().chosen_dealer is None


@pytest.mark.parametrize(
    "data",
    [{"remove": "x"}, {"remove": "9" * 40}, {"quantity_x": "1"}, {"quantity_" + "9" * 40: "1"}],
)
def test_strange_fields_change_nothing(shopper, cart, data):
    assert shopper.post(reverse("cart_update"), data, follow=True).status_code == 200
    assert quantities() == [3]


def test_another_cart_cannot_be_changed(visitor, cart):
    visitor.cookies["cart"] = "somebody-else"
    visitor.post(reverse("cart_update"), {field_of(cart): "7"})
    assert quantities() == [3]


@pytest.mark.parametrize("name", ["cart_add", "cart_update", "checkout_price"])
def test_looking_changes_nothing(shopper, name):
    assert shopper.get(reverse(name)).status_code == 405
