"""From the list to a card, on to the next order, and back to where one was."""

from decimal import Decimal
from itertools import pairwise
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from orders.services import accepting
from tests.factories import CustomerFactory, OfferFactory, OrderFactory, reason

LIST = reverse("order_list")


def card(order, query=""):
    url = reverse("order_card", args=[order.pk])
    return f"{url}?list={quote(query, safe='')}" if query else url


def way(client, order, query):
    return client.get(card(order, query)).context["way"]


@pytest.fixture
def orders(city):
    """Five new orders, the sums falling as the numbers rise, two at the same sum."""
    sums = (500, 400, 300, 300, 100)
    return [
        OrderFactory(
            place=city,
            created_at=timezone.now(),
            total=Decimal(total),
            customer=CustomerFactory(name="Роман" if total > 200 else "Ольга"),
        )
        for total in sums
    ]


class TestNeighbours:
    @pytest.mark.parametrize(
        ("query", "sequence"),
        [
            ("tab=all", [4, 3, 2, 1, 0]),
            ("tab=all&sort=number", [0, 1, 2, 3, 4]),
            ("tab=all&sort=-sum", [0, 1, 3, 2, 4]),
            ("tab=all&sort=sum", [4, 2, 3, 1, 0]),
            ("tab=all&sort=created", [0, 1, 2, 3, 4]),
            ("tab=all&sort=term", [0, 1, 2, 3, 4]),
            ("tab=all&q=Роман", [3, 2, 1, 0]),
            ("tab=all&sum_from=200&sum_to=450", [3, 2, 1]),
        ],
    )
    def test_the_whole_list_is_walked_there_and_back(
        self, client, manager, orders, query, sequence
    ):
        client.force_login(manager)
        expected = [orders[index] for index in sequence]
        listed = [row.order.pk for row in client.get(f"{LIST}?{query}").context["rows"]]
        assert listed == [order.pk for order in expected]
        for before, order in pairwise(expected):
            assert way(client, before, query).following == card(order, query)
            assert way(client, order, query).previous == card(before, query)
        assert way(client, expected[0], query).previous == ""
        assert way(client, expected[-1], query).following == ""

    def test_an_order_that_left_the_list_keeps_its_place_in_it(self, client, manager, orders):
        client.force_login(manager)
        query = "tab=all&status=new"
        Order.objects.filter(pk=orders[2].pk).update(status="cancelled", closed_at=timezone.now())
        found = way(client, orders[2], query)
        assert (found.previous, found.following) == (card(orders[3], query), card(orders[1], query))

    @pytest.mark.parametrize("query", ["tab=available", "tab=all&sort=-sum", "tab=all"])
    def test_a_dealer_walks_through_what_it_sees(
        self, client, dealer, dealer_manager, orders, query
    ):
        for order in orders:
            OfferFactory(order=order, dealer=dealer)
        # Of another region, between the others by every sorting.
        OrderFactory(pk=orders[2].pk + 10_000, created_at=orders[2].created_at, total=Decimal(300))
        client.force_login(dealer_manager)
        rows = [row.order for row in client.get(f"{LIST}?{query}").context["rows"]]
        assert len(rows) == len(orders)
        for before, order in pairwise(rows):
            assert way(client, before, query).following == card(order, query)
            assert way(client, order, query).previous == card(before, query)
        assert way(client, rows[-1], query).following == ""

    @pytest.mark.parametrize(
        "query",
        [
            "x",
            "tab=nowhere&sort=secret&q=%00&after=zzz",
            "tab=all&region=9999999999999999999999&since=yesterday&sum_from=1e308",
            "q=" + "я" * 900,
            "&" * 900,
            "x" * 5000,
        ],
    )
    def test_nonsense_is_no_error(self, client, manager, dealer_manager, orders, dealer, query):
        OfferFactory(order=orders[0], dealer=dealer)
        for user in (manager, dealer_manager):
            client.force_login(user)
            assert client.get(card(orders[0], query)).status_code == 200

    def test_without_a_list_there_is_neither_way(self, client, manager, orders):
        client.force_login(manager)
        found = way(client, orders[1], "")
        assert (found.back, found.previous, found.following) == (LIST, "", "")


class TestThereAndBack:
    def test_rows_lead_to_cards_that_know_the_list(self, client, manager, orders):
        client.force_login(manager)
        page = client.get(f"{LIST}?tab=all&sort=-sum&q=Роман")
        query = page.context["list_query"]
        assert card(orders[0], query) in page.content.decode()
        back = way(client, orders[0], query).back
        assert back == f"{LIST}?{query}#order-{orders[0].pk}"
        rows = client.get(back.partition("#")[0]).context["rows"]
        assert [row.order.pk for row in rows] == [row.order.pk for row in page.context["rows"]]

    def test_an_action_stays_in_the_list(self, client, dealer, dealer_manager, orders):
        OfferFactory(order=orders[0], dealer=dealer)
        accepting.accept_offer(order_id=orders[0].pk, by=dealer_manager, now=timezone.now())
        client.force_login(dealer_manager)
        here = card(orders[0], "tab=mine")
        answer = client.post(
            reverse("order_contacted", args=[orders[0].pk]),
            headers={"referer": f"http://testserver{here}"},
        )
        assert answer["Location"] == here

    def test_an_order_given_up_leads_back_to_the_list(self, client, dealer, dealer_manager, orders):
        OfferFactory(order=orders[0], dealer=dealer)
        client.force_login(dealer_manager)
        answer = client.post(
            reverse("order_decline", args=[orders[0].pk]),
            {"reason": reason().pk},
            headers={"referer": f"http://testserver{card(orders[0], 'tab=available&sort=term')}"},
        )
        assert answer["Location"] == f"{LIST}?tab=available&sort=term"

    def test_another_page_s_address_is_not_taken_for_a_list(self, client, manager, orders):
        client.force_login(manager)
        for referer in ("https://evil.example/?list=tab%3Dmine", "http://[", "x" * 9000):
            answer = client.get(card(orders[0]), headers={"referer": referer})
            assert answer.context["way"].back == LIST


class TestUndoingADeletion:
    def test_the_toast_brings_the_order_back(self, client, administrator, orders):
        client.force_login(administrator)
        page = client.post(reverse("order_delete", args=[orders[0].pk]), follow=True)
        restore = reverse("order_restore", args=[orders[0].pk])
        assert f'action="{restore}"' in page.content.decode()
        assert Order.objects.get(pk=orders[0].pk).deleted_at is not None
        client.post(restore)
        assert Order.objects.get(pk=orders[0].pk).deleted_at is None

    def test_nothing_else_offers_it(self, client, manager, dealer, orders):
        OfferFactory(order=orders[0], dealer=dealer)
        client.force_login(manager)
        page = client.post(
            reverse("order_comment", args=[orders[0].pk]), {"text": "x"}, follow=True
        )
        assert "Отменить</button>" not in page.content.decode()
