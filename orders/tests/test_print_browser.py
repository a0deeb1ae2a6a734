"""The print form on paper: Chromium makes a PDF of it, as it would for a printer."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from tests.factories import ManagerFactory, OrderFactory, OrderLineFactory, ProductFactory

A4_POINTS = (595, 842)
PAGE = re.compile(rb"/Type\s*/Page\b[^s]")
BOX = re.compile(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)")


@pytest.fixture
def printed(page, live_server, client):
    """The PDF of an order of so many lines, and what the page looked like on the way."""

    def printed(lines):
        order = OrderFactory(
            created_at=timezone.now(),
            lines=0,
            comment="Домофон 5, звонить за час. " * 5,
            wants_delivery=True,
        )
        for number in range(lines):
            product = ProductFactory(
                name=f"Панель фасадная «Фагот» Слоновая кость {number}",
                recommended_price=Decimal("1222.75"),
            )
            OrderLineFactory(order=order, product=product, quantity=40, position=number + 1)
        client.force_login(ManagerFactory())
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(live_server.url + reverse("order_print", args=[order.pk]))
        return page.pdf(prefer_css_page_size=True)

    return printed


@pytest.mark.parametrize(("lines", "pages"), [(3, 1), (30, 2)])
@pytest.mark.django_db(transaction=True)
def test_it_fits_a4(printed, lines, pages):
    pdf = printed(lines)
    assert len(PAGE.findall(pdf)) == pages
    for width, height in BOX.findall(pdf):
        assert (round(float(width)), round(float(height))) == A4_POINTS


@pytest.mark.django_db(transaction=True)
def test_nothing_is_cut_and_the_head_of_the_table_is_repeated(printed, page):
    printed(30)
    page.emulate_media(media="print")
    # The width of what A4 leaves between the margins, in CSS pixels.
    page.set_viewport_size({"width": 688, "height": 1000})
    look = page.evaluate(
        """() => ({
            overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            head: getComputedStyle(document.querySelector("thead")).display,
            number: parseFloat(getComputedStyle(document.querySelector("h1")).fontSize),
            text: parseFloat(getComputedStyle(document.body).fontSize),
            row: getComputedStyle(document.querySelector("tbody tr")).breakInside,
            signatures: getComputedStyle(document.querySelector(".signatures")).breakInside,
            button: getComputedStyle(document.querySelector(".screen-only")).display,
        })"""
    )
    assert look["overflow"] <= 0
    assert look["head"] == "table-header-group"
    assert look["number"] >= 2 * look["text"]
    assert (look["row"], look["signatures"]) == ("avoid", "avoid")
    assert look["button"] == "none"
