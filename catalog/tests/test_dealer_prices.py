"""Who sells below or above the recommended price."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.price_spread import differing_prices, spread_of
from tests.factories import (
    DealerFactory,
    DealerProductFactory,
    ManagerFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealer():
    return DealerFactory(own_prices=True)


@pytest.fixture
def priced(dealer):
    """Makes a price of the dealer; the recommended one is 200 ₽."""

    def priced(price, **fields):
        return DealerProductFactory(
            **{"dealer": dealer, "price": price and Decimal(price)} | fields
        )

    return priced


@pytest.fixture
def manager(client):
    user = ManagerFactory()
    client.force_login(user)
    return user


def found(client, query=""):
    answer = client.get(reverse("dealer_prices") + query)
    assert answer.status_code == 200
    return [row.price for row in answer.context["page"]]


def test_a_price_is_compared_in_rubles_and_per_cent(priced):
    priced("193")
    row = differing_prices().get()
    assert (row.difference, row.percent) == (Decimal(-7), Decimal("-3.50"))


@pytest.mark.parametrize(
    "fields",
    [
        {"price": "200"},
        {"price": None},
        {"in_stock": False},
        {"product": {"is_active": False}},
        {"dealer": {"own_prices": False}},
        {"dealer": {"own_prices": True, "is_active": False}},
    ],
)
def test_prices_that_are_recommended_or_not_in_force_are_left_out(priced, fields):
    fields = {"price": "150"} | fields
    if "product" in fields:
        fields["product"] = ProductFactory(**fields["product"])
    if isinstance(fields.get("dealer"), dict):
        fields["dealer"] = DealerFactory(**fields["dealer"])
    priced(fields.pop("price"), **fields)
    assert not differing_prices().exists()


@pytest.mark.parametrize(
    ("price", "group"),
    [
        ("1", 0),
        ("160", 0),
        ("160.10", 1),
        ("180", 1),
        ("190", 2),
        ("199.99", 3),
        ("200.01", 4),
        ("209.98", 4),
        ("210", 5),
        ("220", 6),
        ("240", 7),
        ("9999999", 7),
    ],
)
def test_every_price_falls_into_one_group_of_the_spread(priced, price, group):
    priced(price)
    counts = [one.count for one in spread_of(differing_prices())]
    assert counts == [int(number == group) for number in range(8)]


def test_a_difference_too_small_for_its_rounding_is_counted_too(priced):
    priced("9999998.99", product__recommended_price=Decimal("9999999"))
    assert [group.count for group in spread_of(differing_prices())] == [0, 0, 0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("query", "prices"),
    [
        ("", [100, 190, 220]),
        ("?sort=-percent", [220, 190, 100]),
        ("?sort=price", [100, 190, 220]),
        ("?sort=-difference", [220, 190, 100]),
        ("?side=below", [100, 190]),
        ("?side=above", [220]),
        ("?least=10", [100, 220]),
        ("?q=дуб", [100]),
        ("?least=x&after=zzz&sort=secret&dealer=0", [100, 190, 220]),
    ],
)
def test_the_list_is_narrowed_and_sorted(client, manager, priced, query, prices):
    priced("190", product=ProductFactory(name="Клён", colour=""))
    priced("100", product=ProductFactory(name="Дуб"))
    priced("220", product=ProductFactory(name="Ясень", colour=""))
    assert found(client, query) == prices


def test_one_dealer_or_one_region(client, manager, priced, dealer):
    other = DealerFactory(own_prices=True)
    priced("190")
    priced("210", dealer=other)
    assert found(client, f"?dealer={other.pk}") == [210]
    assert found(client, f"?region={dealer.main_region_id}") == [190]


def test_pages_by_per_cent_miss_nothing(client, manager, priced):
    for number in range(60):
        priced(150 + number % 7)
    first = client.get(reverse("dealer_prices")).context["page"]
    second = client.get(reverse("dealer_prices"), {"after": first.after}).context["page"]
    assert len({row.pk for row in (*first, *second)}) == 60


def test_queries_do_not_grow_with_prices(client, manager, priced, django_assert_max_num_queries):
    for number in (1, 30):
        for _ in range(number):
            priced("150", dealer=DealerFactory(own_prices=True))
        with django_assert_max_num_queries(12):
            assert client.get(reverse("dealer_prices")).status_code == 200
