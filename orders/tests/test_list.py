"""The list of orders: what each tab holds, what can be found, how many queries it takes."""

import datetime
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dealers.models import Outlet, SystemSettings
from orders.models import Attention, AttentionReason, ContactKind, Order, OrderLine
from orders.phones import may_see_phone, open_phones
from orders.services.accepting import accept_offer
from orders.services.comments import add_comment
from orders.services.progress import complete, mark_contacted, move
from orders.statuses import Status
from tests.factories import (
    CustomerFactory,
    DealerQuoteFactory,
    OfferFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
)

LIST = reverse("order_list")
FRAGMENT = reverse("order_available")
NUMBER = re.compile(r'id="order-(\d+)"')


def shown(client, **query):
    """The numbers of the orders on the page, from above."""
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [int(number) for number in NUMBER.findall(answer.content.decode())]


@pytest.fixture
def order(city):
    def order(**fields):
        fields = {"place": city, "created_at": timezone.now()} | fields
        return OrderFactory(**fields)

    return order


@pytest.fixture
def offered(order, dealer):
    """A new order that the dealer may accept."""

    def offered(**fields):
        made = order(**fields)
        OfferFactory(order=made, dealer=dealer)
        return made

    return offered


@pytest.fixture
def own(offered, dealer_manager):
    """An order that the dealer has accepted."""

    def own(**fields):
        made = offered(**fields)
        return accept_offer(order_id=made.pk, by=dealer_manager, now=timezone.now())

    return own


def done(order, by):
    now = timezone.now()
    mark_contacted(order_id=order.pk, by=by, now=now)
    for target in (Status.CLARIFICATION, Status.PAYMENT, Status.DELIVERY):
        move(order_id=order.pk, target=target, by=by, now=now)
    complete(order_id=order.pk, by=by, now=now)


def test_a_dealer_s_tabs(client, dealer_manager, offered, own, other_manager, order):
    free, mine, closed = offered(), own(), own()
    done(closed, dealer_manager)
    stranger = order()
    OfferFactory(order=stranger, dealer=other_manager.dealer)
    accept_offer(order_id=stranger.pk, by=other_manager, now=timezone.now())
    client.force_login(dealer_manager)
    assert shown(client, tab="available") == [free.pk]
    assert shown(client, tab="mine") == [mine.pk]
    assert shown(client, tab="done") == [closed.pk]
    assert shown(client, tab="all") == [closed.pk, mine.pk, free.pk]


def test_the_manufacturer_s_tabs(client, manager, dealer_manager, offered, own):
    free, working, closed, followed = offered(), own(), own(), own()
    done(closed, dealer_manager)
    add_comment(
        order_id=followed.pk, by=manager, text="Проверить", is_visible=False, now=timezone.now()
    )
    client.force_login(manager)
    assert shown(client, tab="available") == [free.pk]
    assert shown(client, tab="mine") == [followed.pk]
    assert shown(client, tab="done") == [closed.pk]
    assert set(shown(client)) == {free.pk, working.pk, closed.pk, followed.pk}


def test_dealers_may_be_kept_to_their_own_orders(client, dealer_manager, offered, own):
    offered()
    mine = own()
    SystemSettings.objects.update_or_create(pk=1, defaults={"dealers_see_only_own": True})
    client.force_login(dealer_manager)
    assert shown(client, tab="available") == []
    assert shown(client, tab="all") == [mine.pk]


def test_an_offered_order_shows_the_dealer_s_own_sum(client, dealer, dealer_manager, order):
    made = order(price_max=Decimal(900), total=Decimal(900))
    DealerQuoteFactory(order=made, dealer=dealer, prices=[Decimal(350)], total=Decimal(700))
    OfferFactory(order=made, dealer=dealer)
    client.force_login(dealer_manager)
    page = client.get(LIST, {"tab": "available"}).content.decode()
    assert "700\u00a0₽" in page
    assert "900\u00a0₽" not in page


def test_the_distance_is_from_the_nearest_outlet_to_the_city(
    client, city, dealer, dealer_manager, offered
):
    for degrees in (5, 1):
        Outlet.objects.create(
            dealer=dealer,
            city=city,
            address="Склад",
            latitude=city.latitude + degrees,
            longitude=city.longitude,
        )
    offered(latitude=city.latitude + 1, longitude=city.longitude)
    client.force_login(dealer_manager)
    page = client.get(LIST, {"tab": "available"}).content.decode()
    assert "111 км от вас" in page


class TestSearch:
    @pytest.fixture
    def roman(self):
        return CustomerFactory(name="Роман Кузнецов", phone="+79161234567")

    @pytest.mark.parametrize(
        "text",
        [
            "роман",
            "Роман Куз",
            "+7 916 123-45-67",
            "8 (916) 123-45-67",
            "916 123",
            "79161234567",
        ],
    )
    def test_the_manufacturer_finds_by_name_and_phone(self, client, manager, order, roman, text):
        found = order(customer=roman)
        order(customer__name="Олег")
        client.force_login(manager)
        assert shown(client, q=text) == [found.pk]

    @pytest.mark.parametrize("form", ["{}", "№ {}", "#{}"])
    def test_by_number(self, client, manager, order, form):
        found = order()
        order()
        client.force_login(manager)
        assert shown(client, q=form.format(found.pk)) == [found.pk]

    @pytest.mark.parametrize("text", ["Роман", "916 123", "+79161234567"])
    def test_a_dealer_finds_no_contact_of_an_offered_order(
        self, client, dealer_manager, offered, roman, text
    ):
        offered(customer=roman)
        client.force_login(dealer_manager)
        assert shown(client, tab="all", q=text) == []

    @pytest.mark.parametrize("text", ["Роман", "916 123"])
    def test_a_dealer_finds_its_own(self, client, dealer_manager, own, roman, text):
        mine = own(customer=roman)
        client.force_login(dealer_manager)
        assert shown(client, tab="all", q=text) == [mine.pk]

    def test_a_phone_hidden_until_a_call_is_not_found(
        self, client, dealer, dealer_manager, own, roman
    ):
        mine = own(customer=roman)
        SystemSettings.objects.update_or_create(pk=1, defaults={"calls_enabled": True})
        dealer.site_calls = True
        dealer.save(update_fields=["site_calls"])
        client.force_login(dealer_manager)
        assert shown(client, tab="all", q="916 123") == []
        Order.objects.filter(pk=mine.pk).update(contact_kind=ContactKind.CALL)
        assert shown(client, tab="all", q="916 123") == [mine.pk]

    @pytest.mark.parametrize("calls", [False, True])
    def test_search_and_page_agree_on_which_phones_are_open(
        self, dealer, dealer_manager, manager, offered, own, calls
    ):
        offered()
        own()
        called, closed = own(), own()
        Order.objects.filter(pk=called.pk).update(contact_kind=ContactKind.CALL)
        done(closed, dealer_manager)
        dealer.site_calls = calls
        dealer.save(update_fields=["site_calls"])
        dealer_manager.refresh_from_db()
        settings = SystemSettings(calls_enabled=calls)
        for user in (dealer_manager, manager):
            by_search = set(
                Order.objects.filter(open_phones(user, settings)).values_list("pk", flat=True)
            )
            by_page = {one.pk for one in Order.objects.all() if may_see_phone(user, one, settings)}
            assert by_search == by_page


class TestFilters:
    def test_by_region_dealer_status_and_attention(self, client, manager, dealer, own, order):
        mine, elsewhere = own(), order()
        Attention.objects.create(
            order=elsewhere, reason=AttentionReason.NO_DEALER, raised_at=timezone.now()
        )
        client.force_login(manager)
        assert shown(client, dealer=dealer.pk) == [mine.pk]
        assert shown(client, status="accepted") == [mine.pk]
        assert shown(client, attention="1") == [elsewhere.pk]
        assert shown(client, region=mine.region_id) == [elsewhere.pk, mine.pk]

    def test_by_day_of_creation(self, client, manager, order):
        noon = datetime.datetime(2026, 6, 8, 9, 0, tzinfo=datetime.UTC)
        day = order(created_at=noon)
        order(created_at=noon + datetime.timedelta(days=1))
        order(created_at=noon - datetime.timedelta(days=1))
        client.force_login(manager)
        assert shown(client, since="2026-06-08", until="08.06.2026") == [day.pk]

    def test_overdue(self, client, manager, own):
        own()
        late = own()
        Order.objects.filter(pk=late.pk).update(overdue_at=timezone.now())
        client.force_login(manager)
        assert shown(client, overdue="1") == [late.pk]

    @pytest.mark.parametrize(
        "query",
        [
            {"region": "1e308", "dealer": "9" * 40, "status": "no", "since": "вчера"},
            {"since": "9999-12-31", "until": "9999-12-31"},
            {"since": "0001-01-01"},
            {"q": "😀" * 50},
            {"q": "x" * 5000},
            {"q": "9" * 30},
            {"q": "%_\\"},
            {"q": "a\0b", "region": "\0", "tab": "\0", "sort": "\0", "size": "\0", "after": "\0"},
            {"tab": "nope", "sort": "password", "size": "-1", "before": "zzz"},
        ],
    )
    @pytest.mark.parametrize("who", ["manager", "dealer_manager"])
    def test_nonsense_is_a_page(self, client, request, offered, query, who):
        offered()
        client.force_login(request.getfixturevalue(who))
        assert client.get(LIST, query).status_code == 200
        assert client.get(FRAGMENT, query).status_code == 200

    def test_a_dealer_s_filters_by_others_are_ignored(self, client, dealer_manager, own):
        mine = own()
        client.force_login(dealer_manager)
        assert shown(client, tab="mine", dealer=999_999, region=999_999) == [mine.pk]


class TestPages:
    def test_one_after_another(self, client, manager, order):
        made = [order(lines=0).pk for _ in range(27)]
        client.force_login(manager)
        first = client.get(LIST, {"size": 25})
        assert "Показано с 1 по 25 из 27" in first.content.decode()
        after = first.context["page"].after
        assert shown(client, size=25, after=after) == made[1::-1]

    @pytest.mark.parametrize("sort", ["sum", "-sum", "term", "-term", "created", "-created"])
    @pytest.mark.parametrize("who", ["manager", "dealer_manager"])
    def test_sorted_pages_have_every_order_once(self, client, request, offered, sort, who):
        made = set()
        for index in range(30):
            total = Decimal(100 + index % 4)
            made.add(offered(lines=0, price_max=total, total=total).pk)
        client.force_login(request.getfixturevalue(who))
        first = client.get(LIST, {"tab": "all", "size": 25, "sort": sort})
        rest = shown(client, tab="all", size=25, sort=sort, after=first.context["page"].after)
        rows = [row.order.pk for row in first.context["rows"]] + rest
        assert len(rows) == 30
        assert set(rows) == made


class TestFreshness:
    def test_nothing_new_is_204(self, client, dealer_manager, offered):
        offered()
        client.force_login(dealer_manager)
        digest = client.get(LIST, {"tab": "available"}).context["digest"]
        assert client.get(FRAGMENT, {"known": digest}).status_code == 204

    def test_a_new_offer_comes_with_its_button(self, client, dealer_manager, offered):
        offered()
        client.force_login(dealer_manager)
        digest = client.get(LIST, {"tab": "available"}).context["digest"]
        fresh = offered()
        answer = client.get(FRAGMENT, {"known": digest})
        assert answer.status_code == 200
        assert reverse("order_accept", args=[fresh.pk]) in answer.content.decode()

    def test_a_taken_order_leaves(self, client, dealer_manager, other_manager, offered):
        taken = offered()
        OfferFactory(order=taken, dealer=other_manager.dealer)
        client.force_login(dealer_manager)
        digest = client.get(LIST, {"tab": "available"}).context["digest"]
        accept_offer(order_id=taken.pk, by=other_manager, now=timezone.now())
        answer = client.get(FRAGMENT, {"known": digest})
        assert f'id="order-{taken.pk}"' not in answer.content.decode()


def queries(client, url, **query):
    client.get(url, query)  # what distribution owes is done before counting
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url, query).status_code == 200
    return len(captured)


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_of_the_available_orders(client, dealer_manager, offered, rows):
    for _ in range(rows):
        made = offered()
        OrderLineFactory(order=made, product=ProductFactory(), position=2)
    client.force_login(dealer_manager)
    assert queries(client, FRAGMENT) <= 7
    assert queries(client, LIST, tab="available") <= 8


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_of_the_manufacturer_s_list(client, manager, own, rows):
    for _ in range(rows):
        own()
    client.force_login(manager)
    assert queries(client, LIST, tab="all") <= 15
    assert OrderLine.objects.count() == rows
