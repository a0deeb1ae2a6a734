"""What an order's card costs, with the panels of every app on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from distribution.services import catch_up
from orders.models import HistoryEntry, HistoryKind
from orders.services.accepting import accept_offer
from tests.factories import (
    NOW,
    AdministratorFactory,
    CityFactory,
    DealerFactory,
    DealerQuoteFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    OrderLineFactory,
    UserFactory,
)

MOST_QUERIES = 25

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory()


@pytest.fixture
def dealer(city):
    return DealerFactory(main_region=city.parent)


@pytest.fixture
def people(dealer):
    return {
        "dealer": UserFactory(dealer=dealer),
        "manager": ManagerFactory(),
        "administrator": AdministratorFactory(),
    }


@pytest.mark.parametrize("state", ["offered", "accepted"])
@pytest.mark.parametrize("who", ["dealer", "manager", "administrator"])
def test_a_card_costs_no_more_with_many_lines_and_comments(
    client, city, dealer, people, who, state
):
    """Through the real address, the distribution panel and the list's neighbours included."""
    user = people[who]
    order = OrderFactory(place=city, created_at=timezone.now())
    DealerQuoteFactory(order=order, dealer=dealer, prices=[order.lines.get().price])
    catch_up(now=timezone.now(), order_ids=[order.pk])
    if state == "accepted":
        accept_offer(order_id=order.pk, by=people["dealer"], now=timezone.now())
    for _ in range(3):
        OfferFactory(order=OrderFactory(place=city), dealer=dealer)
    client.force_login(user)
    url = (
        reverse("order_card", args=[order.pk])
        + f"?list=tab%3Dall%26sort%3D-sum%26q%3D{order.customer_name[:2]}"
    )

    def queries(lines, comments):
        for _ in range(lines - order.lines.count()):
            OrderLineFactory(order=order)
        order.quotes.update(prices=[200] * lines)
        order.history.filter(kind=HistoryKind.COMMENT).delete()
        HistoryEntry.objects.bulk_create(
            HistoryEntry(
                order=order,
                kind=HistoryKind.COMMENT,
                text="Да",
                actor=people["manager"],
                created_at=NOW,
            )
            for _ in range(comments)
        )
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = queries(3, 5)
    assert few <= MOST_QUERIES
    assert queries(30, 5) == few
    assert queries(30, 200) == few
