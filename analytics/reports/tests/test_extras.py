"""Products, dealers, funnel, spread, map and limits: what they say is what plain SQL says."""

import datetime
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse

from analytics.facts.services import refresh_all
from analytics.models import OrderFact
from analytics.reports import extras
from analytics.reports.dimensions import DIMENSIONS
from analytics.reports.figures import FIGURES
from analytics.reports.measuring import measure, totals
from analytics.reports.own import RANKED, place_among
from analytics.reports.scope import Scope
from analytics.reports.tests.test_measuring import (  # noqa: F401
    SCOPE,
    SINCE,
    UNTIL,
    asked,
    channels,
    world,
)
from dealers.models import PointsEntry
from distribution.models import Chain, ChainStage, PriorityLimit
from orders.models import OfferState, Order, OrderLine
from tests.factories import (
    CityFactory,
    DealerFactory,
    ManagerFactory,
    OfferFactory,
    OrderFactory,
    OrderLineFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PERIOD = {"since": "2026-03-01", "until": "2026-03-31"}
MINUTE = datetime.timedelta(minutes=1)
NOON = datetime.datetime(2026, 3, 10, 9, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def nothing_stored():
    cache.clear()


@pytest.mark.parametrize("split", ["category", "product"])
def test_goods_agree_with_plain_sql(world, split):  # noqa: F811
    table = measure(SCOPE, ["line_orders", "quantity", "goods", "goods_sold", "goods_lost"], split)
    plain = asked(
        f"""SELECT line.{split}_id, count(DISTINCT o.id), sum(line.quantity), sum(line.total),
                   coalesce(sum(line.total) FILTER (WHERE o.status = 'completed'), 0),
                   coalesce(sum(line.total) FILTER (WHERE o.status = 'cancelled'), 0)
              FROM orders_orderline AS line JOIN orders_order AS o ON o.id = line.order_id
             WHERE o.created_at >= '2026-02-28 21:00+00' AND o.created_at < '2026-03-31 21:00+00'
             GROUP BY 1"""
    )
    found = {(row.key, *(row.values[code] for code in table.figures[:5])) for row in table.rows}
    assert found == set(plain)
    assert table.total["goods"] == sum(row[3] for row in plain)


def test_goods_with_services_and_without_discounts_are_the_revenue(world):  # noqa: F811
    values = totals(SCOPE, ["goods_sold", "revenue"])
    done = Order.objects.filter(pk__in=SCOPE.facts().filter(status="completed").values("pk"))
    beside = Decimal(0)
    for order in done:
        lines = sum(line.total for line in OrderLine.objects.filter(order=order))
        beside += order.services_total - order.discount + order.goods_total - lines
    assert values["goods_sold"] + beside == values["revenue"]


def test_offers_and_points_of_dealers_agree_with_plain_sql():
    dealers = [DealerFactory() for _ in range(3)]
    states = list(OfferState.values)
    for number in range(12):
        dealer = dealers[number % 3]
        state = states[number % 4]
        OfferFactory(
            dealer=dealer,
            state=state,
            opened_at=NOON,
            closed_at=None if state == "open" else NOON + (number + 1) * MINUTE,
        )
        PointsEntry.objects.create(
            dealer=dealer, amount=number, balance=0, kind="manual", reason="Акция", created_at=NOON
        )
    OfferFactory(dealer=dealers[0], opened_at=NOON - datetime.timedelta(days=60))
    table = measure(SCOPE, ["offered", "took", "declined", "missed", "to_take", "points"], "dealer")
    plain = asked(
        """SELECT dealer_id, count(*), count(*) FILTER (WHERE state = 'accepted'),
                  count(*) FILTER (WHERE state = 'declined'),
                  count(*) FILTER (WHERE state = 'withdrawn'),
                  percentile_cont(0.5) WITHIN GROUP
                      (ORDER BY extract(epoch FROM closed_at - opened_at))
                      FILTER (WHERE state = 'accepted'),
                  (SELECT sum(amount) FROM dealers_pointsentry AS entry
                    WHERE entry.dealer_id = offer.dealer_id)
             FROM orders_offer AS offer WHERE opened_at > '2026-03-01' GROUP BY 1"""
    )
    found = {(row.key, *(row.values[code] for code in table.figures)) for row in table.rows}
    assert found == set(plain)


def test_the_funnel_only_narrows(world):  # noqa: F811
    codes = ["visits", "saw_product", "counted_orders", "counted_accepted", "counted_completed"]
    table = measure(SCOPE, codes)
    steps = extras.funnel(table)
    assert [step.count for step in steps] == [table.total[code] for code in codes]
    assert steps[0].of_first == 100
    assert steps[1].of_previous == 100 * steps[1].count / steps[0].count
    assert steps[1].lost == steps[0].count - steps[1].count
    [(counted,)] = asked("SELECT count(*) FROM analytics_ordervisit")
    assert 0 < table.total["counted_orders"] <= counted


def test_an_empty_funnel_divides_by_nothing():
    steps = extras.funnel(measure(SCOPE, ["visits", "saw_product"]))
    assert [(step.count, step.of_previous, step.of_first) for step in steps] == [
        (0, None, 0),
        (0, None, 0),
    ]


@pytest.mark.parametrize("code", list(extras.SPREADS))
def test_the_spread_has_every_order_that_has_the_time(world, code):  # noqa: F811
    counts = extras.spread(SCOPE, code)
    expected = {
        "to_accept": SCOPE.facts().filter(accepted_at__isnull=False),
        "to_contact": SCOPE.facts().filter(contacted_at__isnull=False),
        "to_complete": SCOPE.facts().filter(status="completed"),
        "to_order": SCOPE.facts().filter(first_visit_at__isnull=False),
    }[code].count()
    assert sum(counts) == expected
    assert measure(SCOPE, [code]).spreads[code] == counts


def test_an_order_on_the_edge_belongs_to_the_next_class():
    for minutes in (4, 5, 14, 60 * 24 * 40):
        OrderFactory(
            created_at=NOON, accepted_at=NOON + minutes * MINUTE, status="accepted",
            dealer=DealerFactory(),
        )  # fmt: skip
    refresh_all(now=NOON)
    counts = extras.spread(SCOPE, "to_accept")
    assert (counts[0], counts[1], counts[-1]) == (1, 2, 1)
    assert len(counts) == len(extras.CLASSES)


def test_dealers_of_a_region_are_counted_with_its_cities():
    city = CityFactory()
    DealerFactory(main_region=city.parent)
    DealerFactory(main_region=CityFactory().parent).additional_places.add(city)
    DealerFactory(main_region=city.parent, is_active=False)
    assert DIMENSIONS["region"].network([])[city.parent_id] == 2


def test_limits_tell_what_was_received(client):
    dealer = DealerFactory()
    chain = Chain.objects.create(region=dealer.main_region)
    stage = ChainStage.objects.create(chain=chain, position=1, strategy="base_plus", window=30)
    PriorityLimit.objects.create(stage=stage, dealer=dealer, unit="count", limit=5, period="year")
    [row] = extras.limit_shares(now=NOON)
    assert (row.dealer, row.received, row.allowed, row.is_reached) == (dealer.name, 0, 5, False)
    assert extras.limit_shares(DealerFactory().main_region_id, now=NOON) == []


def test_trends_count_completed_orders_by_month():
    dealer = DealerFactory()
    for months, count in ((0, 2), (2, 1), (9, 4)):
        for _ in range(count):
            placed = NOON - datetime.timedelta(days=30 * months)
            OrderFactory(
                created_at=placed, accepted_at=placed, closed_at=placed, status="completed",
                dealer=dealer,
            )  # fmt: skip
    refresh_all(now=NOON)
    assert extras.trends(SCOPE) == {dealer.pk: [0, 0, 0, 1, 0, 2]}
    assert extras.points_of([0, 1, 2]).split()[-1] == "72.0,1.0"


def test_a_place_is_by_what_is_better():
    values = {1: {"to_take": 5, "stars": 4}, 2: {"to_take": 9, "stars": 4}, 3: {"to_take": None}}
    assert place_among(values, 1, FIGURES["to_take"]) == (1, 2)
    assert place_among(values, 2, FIGURES["to_take"]) == (2, 2)
    assert place_among(values, 3, FIGURES["to_take"]) == (None, 2)
    assert place_among(values, 2, FIGURES["stars"]) == (1, 2)
    assert all(FIGURES[code].rises is not None for code in RANKED)


@pytest.mark.parametrize(("rivals", "told"), [(1, "среди всех дилеров"), (4, "только место")])
def test_a_dealer_sees_its_own_figures_and_no_others(client, rivals, told):
    user = UserFactory()
    others = [DealerFactory(main_region=user.dealer.main_region) for _ in range(rivals)]
    for number, dealer in enumerate([user.dealer, *others]):
        for _ in range(3 + number):
            OfferFactory(dealer=dealer, opened_at=NOON, state="accepted", closed_at=NOON + MINUTE)
    client.force_login(user, backend="dealers.auth.WorkspaceBackend")
    page = client.get(
        reverse("scorecard"),
        {"since": "2026-03-01", "until": "2026-03-31", "dealer": others[0].pk, "region": 1},
    ).content.decode()
    assert told in page
    assert not any(dealer.name in page for dealer in others)
    table = measure(Scope(since=SINCE, until=UNTIL, dealer=user.dealer.pk), ["offered"])
    assert table.total["offered"] == 3


@pytest.mark.parametrize("dealers", [1, 30])
def test_a_scorecard_takes_as_many_queries_for_thirty(
    client, dealers, django_assert_max_num_queries
):
    user = UserFactory()
    for _ in range(dealers):
        OfferFactory(dealer=DealerFactory(main_region=user.dealer.main_region), opened_at=NOON)
    client.force_login(user, backend="dealers.auth.WorkspaceBackend")
    with django_assert_max_num_queries(35):
        assert client.get(reverse("scorecard")).status_code == 200


@pytest.mark.parametrize("orders", [1, 30])
def test_the_dealers_report_takes_as_many_queries_for_thirty(
    client, orders, django_assert_max_num_queries
):
    for _ in range(orders):
        order = OrderFactory(
            created_at=NOON, accepted_at=NOON, status="accepted", dealer=DealerFactory()
        )
        OrderLineFactory(order=order)
    refresh_all(now=NOON)
    assert OrderFact.objects.count() == orders
    client.force_login(ManagerFactory(), backend="dealers.auth.WorkspaceBackend")
    for code in ("dealers", "regions", "distribution", "funnel", "products", "times"):
        cache.clear()
        with django_assert_max_num_queries(45):
            address = reverse("report", args=[code])
            assert (
                client.get(address, {"since": "2026-03-01", "until": "2026-03-31"}).status_code
                == 200
            )
