"""Dealers with their outlets, managers, services, assortments and prices."""

import math
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.models import DealerProduct, DealerService, Service
from dealers.models import Dealer, DealerPhone, Outlet, Role, User
from suz.common.geo import distance_km
from suz.common.text import latin
from suz.local.demo import companies
from suz.local.demo.accounts import HEAD_EMAIL, NEWCOMER, NEWCOMER_EMAIL, PASSWORD
from suz.local.demo.logos import logo
from suz.local.demo.words import (
    BUILDINGS,
    CITY_STREETS,
    HOURS,
    STREETS,
    person,
)

# How the prices of dealers with own prices lie to the recommended ones.
PRICE_LEVELS = (0.92, 0.95, 0.97, 0.99, 1.0, 1.02, 1.04, 1.07, 1.1)
NEIGHBOUR_KM = 420
LARGE = (companies.INSTALLATION_DEALER, *companies.PRIORITY_DEALERS)


@dataclass
class Member:
    """A dealer of the demo with what its part in the history depends on.

    ``is_solid``: sells the whole line with every service. ``zeal`` is the chance that it wants an
    offered order, ``minutes`` its median time to answer, ``failures`` the
    chance that an order accepted is lost by its fault.
    """

    dealer: Dealer
    code: str
    is_solid: bool
    zeal: float
    minutes: float
    failures: float
    managers: list[User]


def create_network(rng, geography, shop, now):
    """Insert the dealers and all that is theirs; returns Members in order of their ids."""
    members, homes = [], set()
    for code, name in _names(rng):
        # The first dealer of a region is a solid one, so that orders find somebody.
        is_solid = code not in homes or name in (*LARGE, NEWCOMER)
        homes.add(code)
        members.append(_member(rng, geography, name, code, now, is_solid))
    Dealer.objects.bulk_create([member.dealer for member in members])
    _add_territories(rng, geography, members)
    _create_contacts(rng, geography, members)
    _create_managers(rng, geography, members, now)
    _create_services(rng, members)
    _create_assortments(rng, shop, members)
    return members


def _names(rng):
    """(region code, name) of every dealer; the dealers of the case work in and around Moscow."""
    general = list(companies.GENERAL_NAMES)
    rng.shuffle(general)
    case = {
        "RU-MOW": [companies.INSTALLATION_DEALER, NEWCOMER, *companies.PRIORITY_DEALERS[::3]],
        "RU-MOS": list(companies.PRIORITY_DEALERS[1:3]),
    }
    for code, (count, _phone) in companies.REGIONS.items():
        local = [*case.get(code, ()), *companies.LOCAL_NAMES.get(code, ())]
        for number in range(count):
            if number < len(local):
                yield code, local[number]
            elif count > 1 and number == count - 1 and rng.random() < 0.4:
                name, _female = person(rng)
                first, last = name.split(" ")
                yield code, f"ИП {last} {first[0]}. {rng.choice('АВДЕИМНПС')}."
            else:
                yield code, general.pop()


def _member(rng, geography, name, code, now, is_solid):
    slug = latin(name)
    internal = name == companies.INSTALLATION_DEALER
    registered = now - timedelta(days=rng.uniform(380, 1100))
    if name == NEWCOMER:
        registered = now - timedelta(days=24, hours=5)
    elif not is_solid and rng.random() < 0.12:
        registered = now - timedelta(days=rng.uniform(30, 300))
    whole_line = is_solid or rng.random() < 0.34
    dealer = Dealer(
        name=name,
        slug=slug,
        main_region=geography.regions[code],
        is_active=is_solid or rng.random() > 0.03,
        is_authorised=is_solid or rng.random() > 0.07,
        # The manufacturer's own department gets installation orders only.
        takes_site_orders=not internal and (is_solid or rng.random() > 0.06),
        # The dealers that one can log in as show it.
        site_calls=rng.random() < 0.55 or name in (companies.PRIORITY_DEALERS[0], NEWCOMER),
        whole_line=whole_line,
        own_prices=not internal and rng.random() < 0.52,
        website="" if rng.random() < 0.2 else f"https://{slug}.example",
        email=f"info@{slug}.example",
        description=rng.choice(companies.DESCRIPTIONS).format(
            year=rng.randint(2003, 2021), warranty=rng.choice((2, 3))
        ),
        registered_at=registered.replace(microsecond=0),
    )
    if rng.random() < 0.8:
        path = f"dealers/{slug}.webp"
        default_storage.delete(path)
        dealer.logo = default_storage.save(path, ContentFile(logo(rng)))
    return Member(
        dealer,
        code,
        is_solid,
        zeal=rng.uniform(0.5, 0.75) if is_solid else rng.uniform(0.25, 0.75),
        minutes=6 if name in LARGE else math.exp(rng.gauss(2.6, 0.8)),
        failures=0.03 if is_solid else rng.choice((0.02, 0.04, 0.06, 0.1, 0.18)),
        managers=[],
    )


def kilometres(one, other):
    """Between two things with latitude and longitude."""
    return distance_km(one.latitude, one.longitude, other.latitude, other.longitude)


def _add_territories(rng, geography, members):
    links = Dealer.additional_places.through
    rows = []
    around = {"RU-MOW": "RU-MOS", "RU-MOS": "RU-MOW", "RU-SPE": "RU-LEN", "RU-LEN": "RU-SPE"}
    for member in members:
        home = member.dealer.main_region
        places = []
        if member.code in around:
            places.append(geography.regions[around[member.code]])
        near = [
            region
            for code, region in sorted(geography.regions.items())
            if region.pk != home.pk
            and code not in around
            and kilometres(home, region) < NEIGHBOUR_KM
        ]
        if near and rng.random() < 0.4:
            neighbour = rng.choice(near)
            # Either a whole neighbouring region or its largest city.
            city = geography.cities[geography.code(neighbour.pk)][0]
            places.append(rng.choice((neighbour, city)))
        if member.dealer.name == companies.INSTALLATION_DEALER:
            places = [geography.regions["RU-MOS"]]
        rows += [links(dealer_id=member.dealer.pk, place_id=place.pk) for place in places]
    links.objects.bulk_create(rows)


def _number(rng, code):
    """A city number in E.164; the first digit of the local part is never 0, 1 or 8."""
    rest = 10 - len(code)
    return f"+7{code}{rng.choice('23456')}" + "".join(rng.choices("0123456789", k=rest - 1))


def _address(rng, code):
    street = rng.choice(CITY_STREETS.get(code, STREETS))
    return f"{street}, {rng.randint(1, 120)}{rng.choice(BUILDINGS)}"


def _create_contacts(rng, geography, members):
    phones, outlets = [], []
    for member in members:
        dealer, (_count, prefix) = member.dealer, companies.REGIONS[member.code]
        cities = geography.cities[member.code]
        for note in ("", "склад")[: rng.choice((1, 1, 2))]:
            phones.append(DealerPhone(dealer=dealer, number=_number(rng, prefix), note=note))
        for index in range(rng.choice((1, 1, 1, 2, 2, 3))):
            # The first shop stands in the main city, the others mostly in other large ones.
            city = cities[0] if index == 0 and rng.random() < 0.75 else rng.choice(cities[:6])
            spread = 0.02 + min(0.05, city.population / 100_000_000)
            outlets.append(
                Outlet(
                    dealer=dealer,
                    city=city,
                    address=_address(rng, member.code),
                    phone=_number(rng, prefix),
                    hours=rng.choice(HOURS),
                    latitude=round(city.latitude + rng.gauss(0, spread), 5),
                    longitude=round(city.longitude + rng.gauss(0, spread * 1.6), 5),
                )
            )
    DealerPhone.objects.bulk_create(phones)
    Outlet.objects.bulk_create(outlets)


def _create_managers(rng, geography, members, now):
    # One password for all: hashed once, since a hash takes long on purpose.
    password = make_password(PASSWORD)
    users = []
    for member in members:
        dealer, taken = member.dealer, set()
        for index in range(4 if dealer.name in LARGE else rng.choice((1, 2, 2, 3, 4))):
            name, _female = person(rng)
            email = f"{latin(name.split(' ')[-1])}.{latin(name[0])}@{dealer.slug}.example"
            while email in taken:
                email = "m" + email
            taken.add(email)
            if index == 0 and dealer.name == companies.PRIORITY_DEALERS[0]:
                email = HEAD_EMAIL
            elif index == 0 and dealer.name == NEWCOMER:
                email = NEWCOMER_EMAIL
            user = User(
                email=email,
                name=name,
                role=Role.DEALER_MANAGER,
                dealer=dealer,
                is_head=index == 0 and dealer.name != NEWCOMER,
                phone=f"+7900{rng.randrange(10**7):07}",
                time_zone=geography.cities[member.code][0].time_zone,
                is_active=index < 2 or rng.random() > 0.1,
                date_joined=dealer.registered_at,
                password=password,
            )
            if user.is_active:
                member.managers.append(user)
            users.append(user)
    User.objects.bulk_create(users)


def _create_services(rng, members):
    rows = []
    for member in members:
        if member.is_solid or rng.random() < 0.9:
            price = rng.choice((0, 900, 1200, 1500, 1800, 2000, 2500, 3200))
            rows.append(
                DealerService(
                    dealer=member.dealer,
                    service=Service.DELIVERY,
                    price=Decimal(price),
                    note=rng.choice(companies.DELIVERY_NOTES),
                )
            )
        if member.is_solid or rng.random() < 0.5:
            price = rng.randrange(9000, 36000, 500)
            rows.append(
                DealerService(
                    dealer=member.dealer,
                    service=Service.INSTALLATION,
                    price=Decimal(price),
                    note=rng.choice(companies.INSTALLATION_NOTES),
                )
            )
    DealerService.objects.bulk_create(rows)


def _create_assortments(rng, shop, members):
    rows = []
    for member in members:
        dealer, level = member.dealer, rng.choice(PRICE_LEVELS)
        sold = set(shop.by_category)
        if not dealer.whole_line:
            sold = set(rng.sample(sorted(shop.by_category), rng.randint(5, 8)))
        for category_id, products in shop.by_category.items():
            for product in products:
                in_stock = category_id in sold and rng.random() < (
                    0.985 if dealer.whole_line else 0.92
                )
                price = None
                if dealer.own_prices and in_stock and rng.random() < 0.9:
                    price = _own_price(rng, product.recommended_price, level)
                # A row only where it says something that the dealer's flags do not.
                if in_stock != dealer.whole_line or price is not None:
                    rows.append(
                        DealerProduct(
                            dealer=dealer, product=product, in_stock=in_stock, price=price
                        )
                    )
    DealerProduct.objects.bulk_create(rows)


def _own_price(rng, recommended, level):
    price = float(recommended) * level * rng.uniform(0.985, 1.015)
    step = 10 if price > 1000 else 1
    return Decimal(max(step, round(price / step) * step))
