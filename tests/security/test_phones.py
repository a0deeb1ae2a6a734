"""A customer's number stays hidden wherever it was written and however."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.models import SystemSettings
from orders.services.accepting import accept_offer
from suz.common.masking import without_phones
from tests.factories import (
    CityFactory,
    CustomerFactory,
    DealerFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    UserFactory,
)

NUMBER = re.compile(r"916\D{0,5}123\D{0,5}45\D{0,5}67")


@pytest.fixture
def dealer(db):
    SystemSettings.objects.update_or_create(pk=1, defaults={"calls_enabled": True})
    return DealerFactory(site_calls=True)


@pytest.fixture
def user(dealer):
    return UserFactory(dealer=dealer)


@pytest.fixture
def order(dealer, user):
    """An accepted order, before the first call, whose customer wrote the number everywhere."""
    made = OrderFactory(
        place=CityFactory(parent=dealer.main_region),
        customer=CustomerFactory(phone="+79161234567"),
        customer_name="Роман 8-916-123-45-67",
        address="ул. Лесная, д. 5, тел. 89161234567",
        email="89161234567@example.com",
        comment="8/916/123/45/67",
        created_at=timezone.now(),
    )
    OfferFactory(order=made, dealer=dealer)
    accept_offer(order_id=made.pk, by=user, now=timezone.now())
    return made


def pages(order):
    return [
        reverse("order_card", args=[order.pk]),
        reverse("order_print", args=[order.pk]),
        f"{reverse('order_list')}?tab=mine",
        f"{reverse('order_list')}?tab=all&q={order.pk}",
    ]


def test_until_a_call_no_word_of_the_customer_tells_the_number(client, user, order):
    client.force_login(user)
    for address in pages(order):
        page = client.get(address).content.decode()
        assert "Роман" in page, address
        assert not NUMBER.search(page), address


def test_with_the_number_open_the_words_are_as_written(client, user, order, dealer):
    dealer.site_calls = False
    dealer.save(update_fields=["site_calls"])
    client.force_login(user)
    page = client.get(reverse("order_card", args=[order.pk])).content.decode()
    for words in (order.customer_name, order.address, order.email, order.comment):
        assert words in page


def test_the_manufacturer_reads_the_words_as_written(client, order):
    client.force_login(ManagerFactory())
    page = client.get(reverse("order_card", args=[order.pk])).content.decode()
    assert order.address in page


def test_once_the_order_is_closed_the_number_is_hidden_again(client, user, order, dealer):
    dealer.site_calls = False
    dealer.save(update_fields=["site_calls"])
    order.refresh_from_db()
    order.status, order.closed_at = "completed", timezone.now()
    order.save(update_fields=["status", "closed_at"])
    client.force_login(user)
    for address in pages(order):
        assert not NUMBER.search(client.get(address).content.decode()), address


@pytest.mark.parametrize(
    "phone",
    [
        "8—916—123—45—67",
        "8/916/123/45/67",
        "8_916_123_45_67",
        "8*916*123*45*67",
        "8:916:123:45:67",
        "8 (916) - 123 - 45 - 67",
        "8\u200b916\u200b123\u200b45\u200b67",
        "+7\u2212916\u2212123\u221245\u221267",
        "8 916\n123 45 67",
        "８９１６１２３４５６７",
        "916•123•45•67",
        "8 [916] 123=45=67",
    ],
)
def test_signs_between_digits_hide_no_phone(phone):
    masked = without_phones(f"Позвоните: {phone}, вечером")
    assert masked == "Позвоните: [скрыт], вечером"


@pytest.mark.parametrize(
    "text",
    [
        "08.06.2016 12:30",
        "с 08.06.2016, 12:30 до 09.06.2016 10:00",
        "3100 мм × 230 мм × 1,1 мм",
        "249 665,00 ₽",
        "120, 130, 140, 1500 шт",
    ],
)
def test_other_figures_stay(text):
    assert without_phones(text) == text


def test_a_phone_after_a_date_is_hidden():
    assert without_phones("08.06.2016 12:30 89161234567") == "08.06.2016 12:30 [скрыт]"


@pytest.mark.parametrize("typed", ["Роман 8", "роман 8-916-123-45-6", "Роман 8-916-123-45-67"])
def test_a_search_by_name_does_not_find_the_number_in_it(client, user, order, typed):
    client.force_login(user)
    for tab in ("mine", "all"):
        page = client.get(reverse("order_list"), {"tab": tab, "q": typed})
        assert page.context["page"].rows == []
    assert client.get(reverse("order_list"), {"tab": "mine", "q": "роман"}).context["page"].rows


def test_with_the_number_open_the_search_reads_the_whole_name(client, user, order, dealer):
    dealer.site_calls = False
    dealer.save(update_fields=["site_calls"])
    client.force_login(user)
    found = client.get(reverse("order_list"), {"tab": "mine", "q": "Роман 8-916"})
    assert [row.pk for row in found.context["page"].rows] == [order.pk]
