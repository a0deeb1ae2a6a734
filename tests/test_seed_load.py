"""A small load: whole, believable, the same every time, and its pages work."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F, Max, Q, Sum
from django.urls import reverse
from phonenumbers import is_valid_number, parse

from dealers.models import Dealer, Place, PointsEntry, User
from dealers.selectors import unbalanced_dealers
from distribution.services import catch_up
from notifications.models import Delivery, Message
from orders.models import (
    Assignment,
    Attention,
    Customer,
    DealerQuote,
    HistoryEntry,
    Offer,
    Order,
    OrderLine,
)
from orders.statuses import FINAL, Status
from suz.local.demo.accounts import ADMINISTRATOR_EMAIL, HEAD_EMAIL, MANAGER_EMAIL
from suz.local.load.filling import fill
from tests.factories import OrderFactory
from tests.sowing import NOW

ORDERS = 2_000
# With the mark these run before the tests that commit, which empty the tables.
pytestmark = [pytest.mark.xdist_group("seed_load"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def _load(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        fill(now=NOW, orders=ORDERS, seed=1, say=lambda line: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def load(_load):
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_there_are_so_many_orders_with_all_that_hangs_on_them(load):
    assert Order.objects.count() == ORDERS
    assert Customer.objects.count() == pytest.approx(ORDERS * 0.3, rel=0.1)
    lines = OrderLine.objects.values("order").annotate(number=Count("pk"))
    assert lines.count() == ORDERS
    assert set(lines.values_list("number", flat=True)) == {1, 2, 3}
    history = HistoryEntry.objects.values("order").annotate(number=Count("pk"))
    assert history.count() == ORDERS
    assert 2 <= HistoryEntry.objects.count() / ORDERS <= 4.2
    taken = Order.objects.filter(dealer__isnull=False)
    assert Assignment.objects.count() == taken.count() > ORDERS * 0.9
    assert Message.objects.count() == Delivery.objects.count() > 0
    assert Attention.objects.filter(resolved_at=None).exists()


def test_most_are_final_and_the_newest_wait_with_open_offers(load):
    final = Order.objects.filter(status__in=FINAL).count()
    assert 0.9 <= final / ORDERS <= 0.95
    new = Order.objects.filter(status=Status.NEW)
    assert new.count() >= 8
    offers = Offer.objects.filter(state="open")
    assert set(offers.values_list("order", flat=True)) <= set(new.values_list("pk", flat=True))
    # What a dealer would be paid is recorded for each of them.
    quoted = DealerQuote.objects.filter(order__in=new)
    assert set(offers.values_list("order", "dealer")) <= set(quoted.values_list("order", "dealer"))
    assert set(Order.objects.values_list("status", flat=True)) == {*Status}


def test_distribution_has_nothing_to_catch_up_on(load):
    assert catch_up(now=NOW) == 0
    assert not Message.objects.filter(event="order_unclaimed").exists()


def test_numbers_follow_time_over_more_than_a_year(load):
    moments = list(Order.objects.order_by("pk").values_list("created_at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] < NOW
    assert moments[-1] - moments[0] > timedelta(days=365)
    late = Order.objects.filter(Q(closed_at__gt=NOW) | Q(accepted_at__lt=F("created_at")))
    assert not late.exists()


def test_every_region_is_served_and_phones_exist(load):
    served = Place.objects.regions().filter(
        Q(main_dealers__isnull=False)
        | Q(additional_dealers__isnull=False)
        | Q(children__additional_dealers__isnull=False)
    )
    assert served.distinct().count() == Place.objects.regions().count() == 83
    assert 110 <= Dealer.objects.count() <= 130
    phones = Customer.objects.values_list("phone", flat=True)
    assert all(is_valid_number(parse(str(phone))) for phone in phones[:200])


def test_sums_and_balances_are_right(load):
    wrong = Order.objects.annotate(sum=Sum("lines__total")).exclude(goods_total=F("sum"))
    assert not wrong.exists()
    assert not Order.objects.exclude(total=F("goods_total") + F("services_total")).exists()
    assert not Order.objects.filter(
        Q(total__gt=F("price_max")) | Q(price_min__gt=F("total"))
    ).exists()
    assert PointsEntry.objects.exists()
    assert unbalanced_dealers() == []
    other = OrderLine.objects.exclude(category=F("product__family__category"))
    assert not other.exists()


def test_numbers_go_on_after_those_of_the_load(load):
    assert OrderFactory().pk == ORDERS + 1


PAGES = [
    *[("order_list", query) for query in ({"tab": "all"}, {"tab": "mine"}, {"q": "19"})],
    *[("attention_list", {}), ("order_deleted", {}), ("message_list", {}), ("mail_list", {})],
    *[("dealer_list", {}), ("dealer_prices", {}), ("user_list", {})],
]


@pytest.mark.parametrize(("view", "query"), PAGES)
def test_pages_of_the_manufacturer_work(load, client, view, query):
    client.force_login(User.objects.get(email=ADMINISTRATOR_EMAIL))
    assert client.get(reverse(view), query).status_code == 200


@pytest.mark.parametrize("tab", ["available", "mine", "done", "all"])
def test_pages_of_a_dealer_and_a_card_work(load, client, tab):
    busy = Order.objects.values("dealer").annotate(number=Count("pk"), last=Max("pk"))
    row = busy.filter(dealer__isnull=False).order_by("-number")[0]
    client.force_login(User.objects.filter(dealer=row["dealer"], is_active=True)[0])
    assert client.get(reverse("order_list"), {"tab": tab}).status_code == 200
    assert client.get(reverse("order_card", args=[row["last"]])).status_code == 200
    client.force_login(User.objects.get(email=MANAGER_EMAIL))
    assert client.get(reverse("order_card", args=[ORDERS])).status_code == 200
    assert User.objects.filter(email=HEAD_EMAIL).exists()


def test_what_is_kept_of_customers_is_what_their_orders_say(load):
    counted = Customer.objects.annotate(
        number=Count("orders", filter=Q(orders__deleted_at__isnull=True)),
        last=Max("orders__created_at", filter=Q(orders__deleted_at__isnull=True)),
    )
    assert not counted.exclude(order_count=F("number")).exists()
    assert not counted.filter(number__gt=0).exclude(last_order_at=F("last")).exists()
    assert counted.filter(calls_consent=True).exists()
    assert counted.filter(open_count__gt=0).exists()
