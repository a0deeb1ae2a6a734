"""The order card and the print form: what each person sees, and what nobody else does."""

import datetime
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dealers.models import SystemSettings
from orders.models import HistoryKind, Order
from orders.services.accepting import accept_offer, decline_offer
from orders.services.comments import add_comment
from suz.common.masking import without_phones
from tests.factories import (
    CustomerFactory,
    DealerQuoteFactory,
    OfferFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    reason,
)

NAME, EMAIL, ADDRESS = "Роман Кузнецов", "roman.k@example.com", "ул. Лесная, д. 5, кв. 12"
LATITUDE, LONGITUDE = 55.12345, 37.54321
SECRETS = (
    re.compile("Кузнецов"),
    re.compile("roman", re.IGNORECASE),
    re.compile("Лесная"),
    re.compile(r"916\D{0,3}123\D{0,3}45\D{0,3}67"),
    re.compile(r"55[.,]1234"),
    re.compile(r"37[.,]5432"),
)


@pytest.fixture
def order(city, dealer):
    """A new order offered to the dealer, with everything in it that could leak."""
    made = OrderFactory(
        place=city,
        created_at=timezone.now(),
        customer=CustomerFactory(name=NAME, phone="+79161234567"),
        email=EMAIL,
        address=ADDRESS,
        latitude=LATITUDE,
        longitude=LONGITUDE,
        comment="Звоните Кузнецову, 8 (916) 123-45-67, roman.k@example.com, ул. Лесная",
        wants_delivery=True,
        price_max=Decimal(900),
        total=Decimal(900),
    )
    made.history.create(
        kind=HistoryKind.COMMENT,
        text="Кузнецов, +7 916 123-45-67, roman.k@example.com, ул. Лесная",
        created_at=timezone.now(),
    )
    DealerQuoteFactory(
        order=made,
        dealer=dealer,
        prices=[Decimal(350)],
        goods_total=Decimal(700),
        delivery_price=Decimal(77),
        total=Decimal(777),
    )
    OfferFactory(order=made, dealer=dealer)
    return made


def leaks(text):
    return [secret.pattern for secret in SECRETS if secret.search(text)]


def pages_of(client, order):
    """Every page of the workspace on which the dealer meets the order."""
    card, fragment = reverse("order_card", args=[order.pk]), reverse("order_available")
    for url in (
        card,
        f"{card}?ask=decline",
        reverse("order_print", args=[order.pk]),
        f"{reverse('order_list')}?tab=available",
        f"{reverse('order_list')}?tab=all",
        f"{reverse('order_list')}?tab=all&q={order.pk}",
        f"{reverse('order_list')}?tab=all&q=916&sort=-sum",
        fragment,
        reverse("message_list"),
        reverse("bell"),
    ):
        yield url, client.get(url)


def test_the_secrets_are_there_to_leak(client, order, manager):
    client.force_login(manager)
    text = client.get(reverse("order_card", args=[order.pk])).content.decode()
    text += client.post(reverse("order_phone", args=[order.pk])).content.decode()
    assert len(leaks(text)) == len(SECRETS)


def test_before_acceptance_a_dealer_reads_no_contact_anywhere(client, order, dealer_manager):
    client.force_login(dealer_manager)
    for url, answer in pages_of(client, order):
        assert leaks(answer.content.decode()) == [], url
        assert leaks(str(answer.headers)) == [], url


def test_a_refused_form_leaks_nothing_either(client, order, dealer_manager):
    client.force_login(dealer_manager)
    answer = client.post(reverse("order_decline", args=[order.pk]), {"reason": ""})
    assert answer.status_code == 422
    assert leaks(answer.content.decode()) == []


def test_before_acceptance_a_dealer_sees_district_contents_own_sum_and_wishes(
    client, order, dealer_manager
):
    client.force_login(dealer_manager)
    page = client.get(reverse("order_card", args=[order.pk])).content.decode()
    for text in (order.place.name, order.lines.get().name, "777\u00a0₽", "350\u00a0₽", "доставка"):
        assert text in page
    assert "900\u00a0₽" not in page


def test_the_own_dealer_sees_the_customer(client, order, dealer_manager):
    accept_offer(order_id=order.pk, by=dealer_manager, now=timezone.now())
    client.force_login(dealer_manager)
    page = client.get(reverse("order_card", args=[order.pk])).content.decode()
    for text in (NAME, EMAIL, ADDRESS, 'href="tel:+79161234567"', "777\u00a0₽"):
        assert text in page


def test_until_a_call_the_phone_is_masked_in_every_notation(client, order, dealer, dealer_manager):
    SystemSettings.objects.update_or_create(pk=1, defaults={"calls_enabled": True})
    dealer.site_calls = True
    dealer.save(update_fields=["site_calls"])
    accept_offer(order_id=order.pk, by=dealer_manager, now=timezone.now())
    add_comment(
        order_id=order.pk,
        by=dealer_manager,
        text="Записал: 8-916-123-45-67",
        is_visible=False,
        now=timezone.now(),
    )
    client.force_login(dealer_manager)
    for url, answer in pages_of(client, order):
        text = answer.content.decode()
        assert not SECRETS[3].search(text), url
        assert "tel:" not in text, url
    assert "+7 916 [скрыт]" in client.get(reverse("order_card", args=[order.pk])).content.decode()


def test_the_manufacturer_sees_the_phone_on_demand_and_the_history_says_who(client, order, manager):
    url = reverse("order_card", args=[order.pk])
    client.force_login(manager)
    page = client.get(url).content.decode()
    assert "+7 916 [скрыт]" in page
    assert "+7 916 123-45-67</a>" not in page
    shown = client.post(reverse("order_phone", args=[order.pk]), headers={"hx-request": "true"})
    assert "+7 916 123-45-67" in shown.content.decode()
    entry = order.history.get(kind=HistoryKind.PHONE_SHOWN)
    assert entry.actor == manager
    assert not SECRETS[3].search(str(entry.data) + entry.text)


def test_a_dealer_reads_nothing_of_other_dealers(client, order, dealer_manager, other_manager):
    OfferFactory(order=order, dealer=other_manager.dealer)
    decline_offer(order_id=order.pk, by=other_manager, reason_id=reason().pk, now=timezone.now())
    accept_offer(order_id=order.pk, by=dealer_manager, now=timezone.now())
    client.force_login(dealer_manager)
    page = client.get(reverse("order_card", args=[order.pk])).content.decode()
    assert other_manager.dealer.name not in page
    client.logout()
    client.force_login(other_manager)
    assert client.get(reverse("order_card", args=[order.pk])).status_code == 404


def test_a_dealer_whose_offer_has_lapsed_is_told(client, order, dealer_manager, other_manager):
    OfferFactory(order=order, dealer=other_manager.dealer)
    accept_offer(order_id=order.pk, by=other_manager, now=timezone.now())
    client.force_login(dealer_manager)
    answer = client.get(reverse("order_card", args=[order.pk]))
    assert answer.status_code == 404
    assert "больше не предлагают" in answer.content.decode()
    assert leaks(answer.content.decode()) == []


@pytest.mark.parametrize("number", [10**6, 2**63 - 1, 2**63, 10**30])
@pytest.mark.parametrize("name", ["order_card", "order_print"])
@pytest.mark.parametrize("who", ["manager", "dealer_manager"])
def test_a_missing_order_is_404(client, request, number, name, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse(name, args=[number])).status_code == 404


def test_a_new_order_shows_the_manufacturer_the_promised_range(client, order, manager):
    Order.objects.filter(pk=order.pk).update(price_min=Decimal(777))
    client.force_login(manager)
    page = client.get(reverse("order_card", args=[order.pk])).content.decode()
    assert "от 777\u00a0₽ до 900\u00a0₽" in page


def test_the_print_form_has_number_and_signatures(client, order, manager):
    client.force_login(manager)
    page = client.get(reverse("order_print", args=[order.pk])).content.decode()
    assert f"<h1>Заказ № {order.pk}</h1>" in page
    assert page.count("signature-line") == 2


def test_pages_carry_nothing_inline(client, order, manager, dealer_manager):
    """The content security policy allows neither."""
    for user in (manager, dealer_manager):
        client.force_login(user)
        for name in ("order_card", "order_print"):
            page = client.get(reverse(name, args=[order.pk])).content.decode()
            assert not re.search(r"\s(style|on\w+)=\"", page)
            assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
        client.logout()


def card_queries(client, order):
    url = reverse("order_card", args=[order.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow(
    client, city, manager, dealer_manager, order, django_assert_max_num_queries
):
    for turn, user in enumerate((manager, dealer_manager)):
        client.force_login(user)
        few = card_queries(client, order)
        for position in range(10, 30):
            order.history.create(
                kind=HistoryKind.COMMENT, text="Слово", actor=manager, created_at=timezone.now()
            )
            OrderLineFactory(
                order=order, product=ProductFactory(), position=10_000 + position + 100 * turn
            )
        quote = order.quotes.get(dealer=dealer_manager.dealer)
        quote.prices = [Decimal(350)] * order.lines.count()
        quote.save(update_fields=["prices"])
        assert card_queries(client, order) <= few <= 24


@pytest.mark.parametrize(
    "text",
    [
        "8 916 123-45-67",
        "+7(916)1234567",
        "89161234567",
        "8-916-123-45-67",
        "+7 916 123 45 67",
        "тел.89161234567,",
        "8.916.123.45.67",
        "8 – 916 – 123 – 45 – 67",
    ],
)
def test_phones_in_any_notation_are_masked(text):
    masked = without_phones(f"Звоните: {text} вечером")
    assert "[скрыт]" in masked
    assert "4567" not in re.sub(r"\D", "", masked)


@pytest.mark.parametrize(
    "text", ["длина 3100 мм, ширина 230 мм", "249 665,00 ₽", "08.06.2016 12:30", "№ 1272"]
)
def test_figures_that_are_no_phones_stay(text):
    assert without_phones(text) == text


@pytest.mark.parametrize(
    ("zone", "clock"),
    [("Europe/Moscow", "13:12"), ("Asia/Vladivostok", "20:12"), ("nowhere", "13:12")],
)
def test_times_are_in_the_zone_of_the_viewer(client, order, manager, zone, clock):
    moment = datetime.datetime(2026, 6, 8, 10, 12, tzinfo=datetime.UTC)
    Order.objects.filter(pk=order.pk).update(created_at=moment)
    manager.time_zone = zone
    manager.save(update_fields=["time_zone"])
    client.force_login(manager)
    page = client.get(reverse("order_card", args=[order.pk])).content.decode()
    assert f"8 июня 2026, {clock}" in page


def test_the_number_of_an_order_is_written_without_spaces(client, manager, city):
    order = OrderFactory(pk=1_234_567, place=city)
    client.force_login(manager)
    for name in ("order_card", "order_print"):
        page = client.get(reverse(name, args=[order.pk])).content.decode()
        assert "№ 1234567" in page
    assert "№ 1234567" in client.get(reverse("order_list")).content.decode()
