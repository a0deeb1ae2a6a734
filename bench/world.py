"""Dealers, a catalogue and carts to measure with."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from django.utils import timezone

from catalog.models import DealerProduct, Service
from dealers.models import Dealer, Outlet, User
from dealers.places import place_label
from distribution.services import advance
from orders.consents import consent_token, current_version
from orders.models import CartLine, Customer, Order, OrderLine
from orders.promise import items_of, promise_for
from tests.factories import (
    CartFactory,
    CartLineFactory,
    CategoryFactory,
    CityFactory,
    CustomerFactory,
    DealerFactory,
    DealerServiceFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    ProductFamilyFactory,
    UserFactory,
)

FAMILIES, COLOURS = 12, 5
PRICE = Decimal(200)
numbers = count(1)


@dataclass(frozen=True)
class Territory:
    """A city in a region of its own, the dealers that serve it and one manager of each."""

    city: object
    dealers: list[Dealer]
    managers: list[User]


def make_catalogue():
    """A category of families with colour variants; returns its products."""
    category = CategoryFactory()
    products = []
    for _number in range(FAMILIES):
        family = ProductFamilyFactory(category=category)
        products += ProductFactory.create_batch(COLOURS, family=family, recommended_price=PRICE)
    return products


def make_territory(size, products=()):
    """Dealers with an outlet and delivery; every second one has own prices of ``products``."""
    city = CityFactory()
    dealers = DealerFactory.create_batch(size, main_region=city.parent)
    Outlet.objects.bulk_create(
        Outlet(
            dealer=dealer,
            city=city,
            address=f"ул. Лесная, д. {number}",
            latitude=55.5 + number / 200,
            longitude=37.0 + number / 200,
        )
        for number, dealer in enumerate(dealers)
    )
    for number, dealer in enumerate(dealers):
        DealerServiceFactory(dealer=dealer, service=Service.DELIVERY, price=Decimal(300 + number))
    own = dealers[::2] if products else []
    Dealer.objects.filter(pk__in=[dealer.pk for dealer in own]).update(own_prices=True)
    DealerProduct.objects.bulk_create(
        DealerProduct(dealer=dealer, product=product, price=PRICE + number)
        for number, dealer in enumerate(own)
        for product in products
    )
    # Without a password: hashing hundreds of them takes longer than all that is measured.
    managers = [UserFactory(dealer=dealer, password=None) for dealer in dealers]
    return Territory(city, dealers, managers)


def make_cart(products):
    """A visitor's cart with two of each product."""
    now = timezone.now()
    cart = CartFactory(token=uuid.uuid4().hex, created_at=now, updated_at=now)
    CartLine.objects.bulk_create(
        CartLineFactory.build(cart=cart, product=product, quantity=2) for product in products
    )
    return cart


def checkout_form(cart, city):
    """The checkout as a customer sends it: delivery wanted, all consents given."""
    number = next(numbers)
    promise = promise_for(
        place=city,
        items=items_of(cart.lines.select_related("product")),
        services=(Service.DELIVERY,),
        now=timezone.now(),
    )
    return {
        "name": "Роман Ильин",
        "phone": f"+7911{number:07d}",
        "email": f"roman{number}@example.com",
        "city": place_label(city),
        "place": city.pk,
        "address": "ул. Лесная, д. 5, кв. 12",
        "latitude": "55.91",
        "longitude": "37.44",
        "comment": "Позвоните, пожалуйста, после шести.",
        "wants_delivery": "on",
        "consent_processing": "on",
        "consent_dealer": "on",
        "consent_calls": "on",
        "form_key": str(cart.form_key),
        "consent_version": consent_token(current_version().number),
        "receipt": promise.receipt,
    }


def network_address():
    """Another address each time: the limits of checkout are not what is measured."""
    number = next(numbers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def make_orders(city, amount, products):
    """New orders of a line for each product, as a busy hour leaves them; returns their ids."""
    now = timezone.now()
    total = PRICE * 2 * len(products)
    sums = dict.fromkeys(("price_min", "price_max", "goods_total", "total"), total)
    customers = Customer.objects.bulk_create(CustomerFactory.build_batch(amount, created_at=now))
    orders = Order.objects.bulk_create(
        OrderFactory.build(customer=customer, place=city, created_at=now, **sums)
        for customer in customers
    )
    OrderLine.objects.bulk_create(
        OrderLineFactory.build(order=order, product=product, position=position)
        for order in orders
        for position, product in enumerate(products, start=1)
    )
    return [order.pk for order in orders]


def offered_order(territory, products):
    """One new order, offered to every dealer of the territory."""
    (order_id,) = make_orders(territory.city, 1, products)
    advance(order_id=order_id, now=timezone.now())
    return order_id
