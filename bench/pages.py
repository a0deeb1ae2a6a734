"""Pages and the placing of orders, in turns with the bare view and the raw insert."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench import client, world
from bench.report import Row, check
from catalog.templatetags.storefront import product_url
from distribution.services import run_tick
from orders.models import Consent, DealerQuote, Order, OrderLine

WARM_UP, ROUNDS = 5, 50
OFFERS = 30
BARE, INSERT, PRODUCT = "bare view", "insert view", "product page: 10 dealers"


@dataclass(frozen=True)
class Measure:
    """``environ`` makes a request, ``verify`` checks the answer; neither is timed."""

    name: str
    environ: Any
    verify: Any
    floor: str = ""
    target: float | None = None


def measure(application, shop, products):
    """Rows of all pages; ``shop`` is a territory of ten dealers."""
    wide = world.make_territory(120, products)
    quiet = world.make_territory(10)
    measures = [
        Measure(BARE, lambda: client.request("GET", "/bench/bare/"), _is(200)),
        Measure(INSERT, _insert(shop.city, products[:3]), _is(201)),
        _place("place an order: 3 lines, 10 dealers", shop, products[:3], target=11),
        _place("place an order: 30 lines, 10 dealers", shop, products[:30]),
        _place("place an order: 3 lines, 120 dealers", wide, products[:3]),
        _page(
            f"category page: {len(products)} products, 10 dealers",
            reverse("category", args=[products[0].family.category.slug]),
            shop.city,
            products[0].family.name,
        ),
        _page(PRODUCT, product_url(products[0]), shop.city, products[0].name),
        _page(
            "product page, visit counted",
            product_url(products[0]),
            shop.city,
            products[0].name,
            floor=PRODUCT,
            # Who agreed to be counted, in a browser of a person.
            cookies={"visits": "0" * 32},
            headers={"HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"},
        ),
        _offers(f"dealer's list: {OFFERS} offers", quiet, products[:3]),
    ]
    seconds = defaultdict(list)
    for number in range(WARM_UP + ROUNDS):
        for one in measures:
            answer = client.send(application, one.environ())
            one.verify(answer)
            if number >= WARM_UP:
                seconds[one.name].append(answer.seconds)
    return [
        Row(
            one.name,
            seconds[one.name],
            floor_name=one.floor,
            floor=seconds[one.floor] if one.floor else None,
            target=one.target,
        )
        for one in measures
    ]


def _is(status):
    def verify(answer):
        check(answer.status == status, f"answered {answer.status}, not {status}")

    return verify


def _insert(city, products):
    form = {
        "customer": world.CustomerFactory().pk,
        "place": city.pk,
        "region": city.parent_id,
        "products": ",".join(str(product.pk) for product in products),
    }
    return lambda: client.request("POST", "/bench/insert/", form=form)


def _place(name, territory, products, target=None):
    carts = []

    def environ():
        cart = world.make_cart(products)
        carts.append(cart)
        return client.request(
            "POST",
            reverse("checkout"),
            form=world.checkout_form(cart, territory.city),
            cookies={"cart": cart.token, "place": territory.city.pk},
            address=world.network_address(),
        )

    def verify(answer):
        check(answer.status == 302, f"{name}: answered {answer.status}\n{_errors(answer)}")
        order = Order.objects.get(form_key=carts[-1].form_key)
        counts = (
            OrderLine.objects.filter(order=order).count(),
            DealerQuote.objects.filter(order=order).count(),
            Consent.objects.filter(order=order).count(),
        )
        expected = (len(products), len(territory.dealers), 3)
        check(counts == expected, f"{name}: lines, quotes, consents {counts}, not {expected}")

    return Measure(name, environ, verify, floor=INSERT, target=target)


def _errors(answer):
    found = re.findall(r'class="[^"]*(?:error|invalid|alert)[^"]*"[^>]*>([^<]+)', _text(answer))
    return "\n".join(line.strip() for line in found)


def _text(answer):
    return answer.body.decode()


def _page(name, path, city, shown, *, floor=BARE, cookies=None, headers=None):
    def verify(answer):
        check(answer.status == 200, f"{name}: answered {answer.status}")
        check(shown in _text(answer), f"{name}: “{shown}” is not on the page")

    def environ():
        environ = client.request("GET", path, cookies={"place": city.pk} | (cookies or {}))
        return environ | (headers or {})

    return Measure(name, environ, verify, floor=floor)


def _offers(name, territory, products):
    """The list of a dealer whose every order is still open, nothing being due."""
    orders = world.make_orders(territory.city, OFFERS, products)
    run_tick(now=timezone.now(), budget=float("inf"))
    cookies = {settings.SESSION_COOKIE_NAME: _session(territory.managers[0])}

    def verify(answer):
        check(answer.status == 200, f"{name}: answered {answer.status}")
        text = _text(answer)
        missing = [pk for pk in orders if reverse("order_card", args=[pk]) not in text]
        check(not missing, f"{name}: {len(missing)} offers are not on the page")

    def environ():
        return client.request("GET", reverse("order_list"), query="tab=available", cookies=cookies)

    return Measure(name, environ, verify, floor=BARE)


def _session(user):
    browser = Client()
    browser.force_login(user)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value
