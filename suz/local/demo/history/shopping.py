"""What customers order: who, where, which products, with which wishes."""

from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Product, Service, Unit
from catalog.pricing import Item
from dealers.models import Place
from orders.models import Customer
from suz.common.text import latin
from suz.local.demo import companies
from suz.local.demo.words import HOME_STREETS, ORDER_COMMENTS, person

RETURNING = 0.16
OUTSIDE_NETWORK = 0.012
DELIVERY = 0.62
INSTALLATION = 0.07
TRIM_CATEGORY = "Профили и комплектующие"
WEBMAIL = ("example.com", "example.org", "example.net")


@dataclass
class Buyer:
    """A customer with what does not change from order to order; ``is_known``: has ordered."""

    row: Customer
    is_female: bool
    city: Place
    address: str
    latitude: float
    longitude: float
    is_known: bool = False


@dataclass
class Basket:
    """One order as the customer fills it in."""

    buyer: Buyer
    lines: list[tuple[Product, int]]
    comment: str
    wants_delivery: bool
    wants_installation: bool
    calls_consent: bool
    with_pin: bool
    network_address: str

    @property
    def items(self):
        return tuple(
            Item(product.pk, quantity, product.recommended_price)
            for product, quantity in self.lines
        )

    @property
    def services(self):
        wanted = (
            (Service.DELIVERY, self.wants_delivery),
            (Service.INSTALLATION, self.wants_installation),
        )
        return tuple(service for service, wants in wanted if wants)


class Customers:
    """Draws cities and customers; some come back."""

    def __init__(self, rng, geography):
        self.rng = rng
        self.geography = geography
        self.known = {}
        self.phones = set()
        codes = list(companies.REGIONS)
        # People order where dealers are, more in large regions.
        self.codes = codes
        self.weights = [
            companies.REGIONS[code][0] * 1.6 + geography.regions[code].population / 900_000
            for code in codes
        ]
        self.others = sorted(set(geography.regions) - set(codes))

    def city(self):
        """The city of a new order."""
        rng = self.rng
        if rng.random() < OUTSIDE_NETWORK:
            code = rng.choice(self.others)
        else:
            code = rng.choices(self.codes, self.weights)[0]
        cities = self.geography.cities[code][:9]
        return rng.choices(cities, [city.population + 20_000 for city in cities])[0]

    def buyer(self, city, now):
        """Somebody of the city: an earlier customer, or a new one who orders at ``now``."""
        rng, known = self.rng, self.known.setdefault(city.pk, [])
        if known and rng.random() < RETURNING:
            return rng.choice(known)
        name, is_female = person(rng, patronymic=0.25)
        street = rng.choice(HOME_STREETS)
        flat = f", кв. {rng.randint(1, 140)}" if rng.random() < 0.2 else ""
        buyer = Buyer(
            row=Customer(name=name, phone=self._phone(), email=self._email(name), created_at=now),
            is_female=is_female,
            city=city,
            address=f"{street}, д. {rng.randint(1, 96)}{flat}",
            latitude=round(city.latitude + rng.gauss(0, 0.05), 5),
            longitude=round(city.longitude + rng.gauss(0, 0.08), 5),
        )
        known.append(buyer)
        return buyer

    def _phone(self):
        while True:
            phone = f"+79{self.rng.randrange(10**9):09}"
            if phone not in self.phones:
                self.phones.add(phone)
                return phone

    def _email(self, name):
        if self.rng.random() < 0.14:
            return ""
        first, *_middle, last = name.split(" ")
        tail = self.rng.choice(("", str(self.rng.randint(70, 99)), str(self.rng.randint(1, 31))))
        return f"{latin(first)}.{latin(last)}{tail}@{self.rng.choice(WEBMAIL)}"


def fill_basket(rng, shop, buyer):
    """A basket such as people fill for a house, a bathroom or a repair."""
    main, trim = [], []
    for category_id, products in shop.by_category.items():
        (trim if shop.category_names[category_id] == TRIM_CATEGORY else main).append(products)
    collection = rng.choice(main)
    lines = {}
    for product in rng.sample(collection, rng.choices((1, 2, 3), (62, 28, 10))[0]):
        lines[product] = _quantity(rng, product)
    if rng.random() < 0.55:
        for product in rng.sample(trim[0], rng.choices((1, 2, 3, 4), (30, 35, 25, 10))[0]):
            lines[product] = _trim_quantity(rng, product)
    comment = ""
    if rng.random() < 0.34:
        comment = rng.choice(ORDER_COMMENTS)[buyer.is_female]
    return Basket(
        buyer=buyer,
        lines=list(lines.items()),
        comment=comment,
        wants_delivery=rng.random() < DELIVERY,
        wants_installation=rng.random() < INSTALLATION,
        calls_consent=rng.random() < 0.7,
        with_pin=rng.random() < 0.55,
        # Addresses kept for documentation: nobody's.
        network_address=f"203.0.113.{rng.randint(1, 254)}",
    )


def _quantity(rng, product):
    if product.unit == Unit.PACK:
        return rng.randint(1, 12)
    if product.recommended_price > Decimal(1000):
        return rng.randint(1, 6)
    return max(4, round(rng.lognormvariate(3.7, 0.7)))


def _trim_quantity(rng, product):
    if product.unit == Unit.PACK:
        return rng.randint(1, 4)
    if product.unit == Unit.METRE:
        return rng.randint(10, 120)
    return rng.randint(2, 30)
