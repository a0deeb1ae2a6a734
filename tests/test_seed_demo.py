"""The demo: complete, the same every time, seeded whole or not at all."""

from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db.models import Count, Q
from phonenumbers import is_valid_number

from catalog.models import Category, Product
from dealers.models import Dealer, DealerPhone, Outlet, Place, Role, User
from distribution.models import Chain, ChainVersion
from distribution.strategies import CHAIN_STRATEGIES
from orders.customer_duplicates import duplicates_of
from orders.models import (
    Attention,
    Customer,
    CustomerNote,
    HistoryEntry,
    HistoryKind,
    OfferState,
    Order,
)
from orders.statuses import Status
from suz.local.demo import logins
from suz.local.demo.accounts import HEAD_EMAIL, NEWCOMER_EMAIL
from tests.sowing import NOW, ORDERS

# With the mark these run before the tests that commit, which empty the tables.
pytestmark = [pytest.mark.xdist_group("seed_demo"), pytest.mark.django_db]

# --- what there is ---


def test_there_are_places_dealers_and_products_enough(demo):
    assert Place.objects.regions().count() == 83
    assert Place.objects.cities().count() >= 400
    assert 110 <= Dealer.objects.count() <= 130
    assert Dealer.objects.values("main_region").distinct().count() >= 40
    assert Category.objects.count() >= 6
    assert Product.objects.count() >= 60


def test_dealers_differ_in_assortment_and_prices(demo):
    kinds = Counter(Dealer.objects.values_list("whole_line", "own_prices"))
    assert set(kinds) == {(a, b) for a in (True, False) for b in (True, False)}
    assert min(kinds.values()) >= 10


def test_every_dealer_has_outlets_phones_and_managers(demo):
    bare = Dealer.objects.filter(
        Q(outlets__isnull=True) | Q(phones__isnull=True) | Q(managers__isnull=True)
    )
    assert list(bare) == []


def test_phones_are_valid_russian_numbers(demo):
    numbers = [row.number for row in DealerPhone.objects.all()]
    numbers += [outlet.phone for outlet in Outlet.objects.all()]
    # Who was erased has none.
    numbers += [order.phone for order in Order.objects.exclude(phone="")]
    assert [str(number) for number in numbers if not is_valid_number(number)] == []


def test_dealers_of_moscow_also_serve_the_region_around_it(demo):
    around = Place.objects.get(code="RU-MOS")
    moscow = Dealer.objects.filter(main_region__code="RU-MOW")
    assert moscow.count() > 5
    assert list(moscow.exclude(additional_places=around)) == []


def test_the_default_chain_has_all_six_strategies_and_a_region_its_own(demo):
    default = Chain.objects.get(region=None)
    assert set(default.stages.values_list("strategy", flat=True)) == {*CHAIN_STRATEGIES}
    assert Chain.objects.filter(region__isnull=False, is_active=True).exists()
    # All of a year's orders were distributed by it.
    assert not ChainVersion.objects.filter(
        valid_from__gt=Order.objects.earliest("created_at").created_at
    ).exists()


def test_orders_are_in_every_status(demo):
    statuses = Counter(Order.objects.values_list("status", flat=True))
    assert set(statuses) == {*Status}
    assert Order.objects.count() == ORDERS


def test_orders_spread_over_the_year_with_a_season(demo):
    months = Counter(moment.month for moment in Order.objects.values_list("created_at", flat=True))
    assert set(months) == set(range(1, 13))
    assert sum(months[month] for month in (5, 6, 7, 8)) > 2 * sum(
        months[month] for month in (12, 1, 2, 3)
    )


def test_some_customers_come_back(demo):
    assert Order.objects.values("customer").annotate(n=Count("id")).filter(n__gt=1).exists()


def test_fresh_orders_are_offered_in_several_regions(demo):
    offered = Order.objects.alive().filter(
        status=Status.NEW, offers__state=OfferState.OPEN, created_at__gt=NOW - timedelta(hours=2)
    )
    assert offered.distinct().count() >= 10
    assert offered.values("region").distinct().count() >= 8


@pytest.mark.parametrize("email", [HEAD_EMAIL, NEWCOMER_EMAIL])
def test_dealers_of_the_demo_see_available_orders(demo, email):
    user = User.objects.get(email=email)
    assert Order.objects.offered_to(user.dealer_id).count() >= 2


def test_the_attention_list_has_orders_of_several_reasons(demo):
    reasons = Counter(Attention.objects.filter(resolved_at=None).values_list("reason", flat=True))
    assert reasons["unclaimed"] >= 1
    assert reasons["no_dealer"] >= 1
    assert reasons["overdue"] >= 1


def test_every_login_works_with_its_role(demo):
    roles = {}
    for person in logins():
        user = authenticate(None, username=person["email"], password=person["password"])
        assert user is not None, person["email"]
        roles[person["email"]] = (user.role, user.is_head, user.is_superuser)
    assert set(roles.values()) == {
        (Role.ADMINISTRATOR, False, False),
        (Role.MANUFACTURER_MANAGER, False, False),
        (Role.DEALER_MANAGER, True, False),
        (Role.DEALER_MANAGER, False, False),
        (Role.ADMINISTRATOR, False, True),
    }
    head = User.objects.get(email=HEAD_EMAIL).dealer
    novice = User.objects.get(email=NEWCOMER_EMAIL).dealer
    threshold = Chain.objects.get(region=None).stages.get(strategy="rating").min_points
    assert novice.points < threshold
    assert novice.points < head.points


def test_some_customers_changed_their_minds(demo):
    changes = HistoryEntry.objects.filter(kind=HistoryKind.LINES).select_related("order", "actor")
    assert changes
    for entry in changes:
        assert entry.actor == entry.order.manager
        (before, after), *_others = entry.data["lines"]
        assert before["colour"] != after["colour"]
        assert entry.order.lines.first().name == after["name"]


def test_some_customers_are_there_twice_one_is_merged_and_one_erased(demo):
    # The second cards came last.
    newest = Customer.objects.filter(merged_into=None).order_by("-pk")[:3]
    assert all(duplicates_of(one) for one in newest)
    assert Customer.objects.filter(merged_into__isnull=False).count() == 1
    assert Customer.objects.filter(erased_at__isnull=False, order_count=1).count() == 1
    assert CustomerNote.objects.count() >= 10
