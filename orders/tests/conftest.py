"""A region with dealers, a cart in it, and people."""

from decimal import Decimal

import pytest

from dealers.models import SystemSettings
from orders.promise import items_of, promise_for
from orders.services.placing import OrderDetails, place_order
from tests.factories import (
    NOW,
    AdministratorFactory,
    CartFactory,
    CartLineFactory,
    CityFactory,
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    ProductFactory,
    UserFactory,
)


@pytest.fixture
def city(db):
    return CityFactory()


@pytest.fixture
def dealer(city):
    return DealerFactory(main_region=city.parent)


@pytest.fixture
def dealer_manager(dealer):
    return UserFactory(dealer=dealer)


@pytest.fixture
def other_manager(city):
    return UserFactory(dealer=DealerFactory(main_region=city.parent))


@pytest.fixture
def manager(db):
    return ManagerFactory()


@pytest.fixture
def administrator(db):
    return AdministratorFactory()


@pytest.fixture
def cart(db):
    line = CartLineFactory(product=ProductFactory(recommended_price=Decimal(200)), quantity=3)
    return line.cart


@pytest.fixture
def details(city):
    return OrderDetails(
        customer_name="Роман",
        phone="+79001234567",
        email="roman@example.com",
        place=city,
        address="ул. Лесная, д. 5",
        consent_version=1,
    )


@pytest.fixture
def promised(city):
    """The promise a customer of the city is shown for a cart."""

    def promised(cart, services=()):
        return promise_for(
            place=city,
            items=items_of(cart.lines.select_related("product")),
            services=services,
            chosen_dealer_id=cart.chosen_dealer_id,
            now=NOW,
        )

    return promised


@pytest.fixture
def place(details, promised):
    """Places a cart as the storefront does."""

    def place(cart, *, now=NOW, **changes):
        arguments = {
            "cart_token": cart.token,
            "form_key": cart.form_key,
            "details": details,
            "network_address": "127.0.0.1",
        } | changes
        if "receipt" not in arguments:
            shown = promised(cart, arguments["details"].services)
            arguments["receipt"] = shown.receipt
        return place_order(**arguments, now=now)

    return place


@pytest.fixture
def own_price():
    """Gives a dealer its own price of a product."""

    def own_price(dealer, product, price):
        dealer.own_prices = True
        dealer.save(update_fields=["own_prices"])
        return DealerProductFactory(dealer=dealer, product=product, price=Decimal(price))

    return own_price


@pytest.fixture
def empty_cart(db):
    return CartFactory()


@pytest.fixture
def system_settings(db):
    """Saves settings."""

    def system_settings(**changes):
        return SystemSettings.objects.update_or_create(pk=1, defaults=changes)[0]

    return system_settings
