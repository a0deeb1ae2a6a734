"""The demo's data: complete, the same every time, and such as the services would have written."""

import io
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Count, Q, Sum
from phonenumbers import is_valid_number

from catalog.models import Category, Product
from dealers.models import Dealer, DealerPhone, Outlet, Place, PointsEntry, Role, User
from distribution.codes import CHOSEN_CODES
from distribution.models import Chain, ChainVersion, Decision, Eligibility, Plan, PlanState, Stage
from distribution.services.running import run_tick
from distribution.strategies import CHAIN_STRATEGIES
from orders.models import (
    Assignment,
    Attention,
    Cart,
    CartLine,
    DealerQuote,
    HistoryEntry,
    HistoryKind,
    Offer,
    OfferState,
    Order,
    OrderLine,
    Party,
)
from orders.promise import items_of, promise_for
from orders.services.accepting import accept_offer
from orders.services.placing import OrderDetails, place_order
from orders.services.progress import complete, mark_contacted, move
from orders.statuses import FINAL, IN_WORK, TRANSITIONS, Status
from suz.local.demo import logins, state
from suz.local.demo.accounts import HEAD_EMAIL, NEWCOMER_EMAIL
from suz.local.demo.progress import Progress
from suz.local.demo.seed import WEIGHT, seed

# One worker seeds, once, for all of these.
pytestmark = pytest.mark.xdist_group("seed_demo")
NOW = datetime(2026, 9, 17, 10, 30, tzinfo=UTC)
ORDERS = 260


def sow(orders=ORDERS, number=1):
    progress = Progress(io.StringIO(), WEIGHT)
    seed(now=NOW, orders=orders, seed=number, pictures=False, progress=progress)


@pytest.fixture(scope="module")
def _demo(django_db_setup, django_db_blocker):
    """A small demo in a transaction that is rolled back after the module's last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        sow()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_demo):
    """The demo; what a test changes in it is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


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
    numbers += [order.phone for order in Order.objects.all()]
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


# --- such as the services would have written ---


def test_points_are_the_sum_of_their_entries(demo):
    balances = defaultdict(int)
    for entry in PointsEntry.objects.order_by("id"):
        balances[entry.dealer_id] += entry.amount
        assert entry.balance == balances[entry.dealer_id]
    assert {dealer.pk: dealer.points for dealer in Dealer.objects.all()} == {
        pk: balances[pk] for pk in Dealer.objects.values_list("pk", flat=True)
    }


def test_completed_orders_gave_a_hundred_points_to_their_dealer(demo):
    completed = Order.objects.filter(status=Status.COMPLETED)
    earned = set(
        PointsEntry.objects.filter(kind="completed", amount=100).values_list(
            "order_id", "dealer_id", "cycle"
        )
    )
    assert earned == set(completed.values_list("pk", "dealer_id", "cycle"))


def test_orders_lost_by_the_dealer_cost_fifty_points(demo):
    lost = Assignment.objects.filter(reason__party=Party.DEALER)
    assert lost.exists()
    taken = set(
        PointsEntry.objects.filter(kind="failed", amount=-50).values_list(
            "order_id", "dealer_id", "cycle"
        )
    )
    assert taken == set(lost.values_list("order_id", "dealer_id", "cycle"))


def test_who_has_an_order_accepted_its_offer_or_was_assigned(demo):
    for order in Order.objects.filter(dealer__isnull=False).prefetch_related(
        "offers", "assignments"
    ):
        offers = [o for o in order.offers.all() if o.cycle == order.cycle]
        accepted = [o.dealer_id for o in offers if o.state == OfferState.ACCEPTED]
        assignment = next(a for a in order.assignments.all() if a.cycle == order.cycle)
        assert assignment.dealer_id == order.dealer_id
        assert accepted == ([] if assignment.by_hand else [order.dealer_id])
        assert not any(o.state == OfferState.OPEN for o in offers)


def test_orders_in_work_have_one_running_assignment_and_closed_ones_none(demo):
    running = set(Assignment.objects.filter(ended_at=None).values_list("order_id", flat=True))
    in_work = Order.objects.alive().filter(status__in=IN_WORK)
    assert running == set(in_work.values_list("pk", flat=True))


def test_a_dealers_recorded_quote_is_the_orders_price_within_the_promise(demo):
    for order in Order.objects.filter(dealer__isnull=False).prefetch_related("lines"):
        quote = DealerQuote.objects.get(order=order, dealer=order.dealer_id)
        lines = list(order.lines.all())
        assert [line.price for line in lines] == quote.prices
        assert sum(line.total for line in lines) == order.goods_total == quote.goods_total
        assert order.total == quote.total <= order.price_max


def test_new_orders_cost_the_upper_end_of_the_promise(demo):
    for order in Order.objects.filter(status=Status.NEW).prefetch_related("lines"):
        assert order.total == order.price_max
        assert [line.price for line in order.lines.all()] == [
            line.placed_price for line in order.lines.all()
        ]


def test_every_offer_was_decided_by_a_stage(demo):
    decided = set(
        Decision.objects.filter(code="offered").values_list(
            "stage__plan__order_id", "dealer_id", "stage__plan__cycle", "stage__strategy"
        )
    )
    made = set(Offer.objects.values_list("order_id", "dealer_id", "cycle", "strategy"))
    assert made == decided


def test_empty_stages_chose_nobody_and_the_others_somebody(demo):
    chosen = Count("decisions", filter=Q(decisions__code__in=[*CHOSEN_CODES]))
    for stage in Stage.objects.annotate(chosen=chosen):
        assert stage.is_empty == (stage.chosen == 0)


def test_plans_run_for_new_orders_only(demo):
    going = Plan.objects.exclude(state=PlanState.STOPPED)
    new = Order.objects.alive().filter(status=Status.NEW)
    assert set(going.values_list("order_id", "cycle")) == set(new.values_list("pk", "cycle"))
    for plan in going.prefetch_related("order__offers"):
        seeing = [offer for offer in plan.order.offers.all() if offer.state == OfferState.OPEN]
        assert plan.seen_by == len(seeing)
        assert plan.is_seen == bool(seeing)


def test_offers_went_to_eligible_dealers_and_the_department_of_installation(demo):
    eligible = set(Eligibility.objects.values_list("order_id", "dealer_id"))
    offers = Offer.objects.exclude(strategy="installation")
    assert set(offers.values_list("order_id", "dealer_id")) <= eligible


def test_histories_are_legal_and_in_order(demo):
    for order in Order.objects.prefetch_related("history"):
        entries = list(order.history.all())
        assert entries[0].kind == HistoryKind.PLACED
        assert entries[0].created_at == order.created_at
        assert all(entry.created_at <= NOW for entry in entries)
        written = [e.created_at for e in entries if e.kind != HistoryKind.DISTRIBUTED]
        assert written == sorted(written)
        assert statuses_of(entries)[-1] == order.status
        for step in zip(statuses_of(entries), statuses_of(entries)[1:], strict=False):
            assert step in TRANSITIONS or step[1] == Status.NEW


def statuses_of(entries):
    """The statuses that the history tells of, from New on."""
    statuses = [Status.NEW]
    for entry in entries:
        match entry.kind:
            case HistoryKind.ACCEPTED | HistoryKind.ASSIGNED:
                statuses.append(Status.ACCEPTED)
            case HistoryKind.CONTACTED:
                statuses.append(Status.PROCESSED)
            case HistoryKind.STATUS:
                assert entry.data["from"] == statuses[-1]
                statuses.append(Status(entry.data["to"]))
            case HistoryKind.COMPLETED:
                statuses.append(Status.COMPLETED)
            case HistoryKind.CANCELLED:
                statuses.append(Status.CANCELLED)
            case HistoryKind.GIVEN_UP:
                statuses.append(Status.NEW)
    return statuses


def test_closed_orders_need_no_attention(demo):
    closed = Attention.objects.filter(resolved_at=None, order__status__in=FINAL)
    assert not closed.exists()


def test_every_late_order_is_marked_overdue(demo):
    late = Order.objects.alive().filter(due_on__lt=NOW.date()).exclude(status__in=FINAL)
    assert late.exists()
    assert not late.filter(overdue_at=None).exists()


def test_the_engine_has_nothing_to_add(demo):
    before = (Stage.objects.count(), Offer.objects.count(), Attention.objects.count())
    run_tick(now=NOW, budget=60)
    assert (Stage.objects.count(), Offer.objects.count(), Attention.objects.count()) == before


def test_the_engine_would_have_opened_the_same_stages(demo):
    orders = Order.objects.alive().filter(
        status=Status.NEW, cycle=1, created_at__gt=NOW - timedelta(hours=2)
    )
    assert orders.count() >= 10
    seeded = distribution_of(orders)
    # The engine finds them without a plan, as it does after a night with every worker off.
    Plan.objects.filter(order__in=orders).delete()
    Offer.objects.filter(order__in=orders).delete()
    HistoryEntry.objects.filter(order__in=orders, kind=HistoryKind.DISTRIBUTED).delete()
    run_tick(now=NOW, budget=60)
    assert distribution_of(orders) == seeded


def distribution_of(orders):
    """Stages, plans, offers and decisions on orders, by the engine or the demo.

    Who is best changes with every order that dealers accept elsewhere, so of Best dealer and what
    follows it only who was considered is compared.
    """
    stages = Stage.objects.filter(plan__order__in=orders).order_by("plan__order_id", "id")
    ranked = stages.filter(strategy="best").values("plan__order_id")
    offers = Offer.objects.filter(order__in=orders).exclude(order__in=ranked)
    decisions = Decision.objects.filter(stage__in=stages).order_by("stage_id", "dealer_id")
    plans = Plan.objects.filter(order__in=orders).order_by("order_id")
    where = ("stage__plan__order_id", "stage__index", "stage__round", "dealer_id")
    return {
        "stages": [*stages.values_list("index", "round", "strategy", "opened_at", "ends_at")],
        "plans": [*plans.values_list("version_id", "state", "started_at", "next_due_at")],
        "offers": {*offers.values_list("order_id", "dealer_id", "strategy", "opened_at", "state")},
        "considered": {*decisions.values_list(*where)},
        "decisions": {
            (*row[:-1], str(row[-1]))
            for row in decisions.exclude(stage__plan__order__in=ranked).values_list(
                *where, "code", "facts"
            )
        },
    }


def test_histories_look_as_those_that_services_write(demo):
    order = order_by_services()
    looks = defaultdict(set)
    for entry in HistoryEntry.objects.exclude(order=order):
        looks[entry.kind].add(look_of(entry))
    written = list(order.history.all())
    assert len(written) >= 7
    for entry in written:
        assert look_of(entry) in looks[entry.kind]


def look_of(entry):
    return (
        entry.kind,
        tuple(sorted(entry.data)),
        entry.is_visible,
        entry.by_customer,
        entry.actor_id is None,
        entry.dealer_id is None,
    )


def order_by_services():
    """An order of Moscow brought to its end by the services of the product."""
    place = Place.objects.get(name="Москва", parent__isnull=False)
    cart = Cart.objects.create(token="x" * 43, created_at=NOW, updated_at=NOW)
    product = Product.objects.order_by("id").first()
    CartLine.objects.create(cart=cart, product=product, quantity=20)
    lines = CartLine.objects.filter(cart=cart).select_related("product")
    promise = promise_for(place=place, items=items_of(lines), services=())
    order = place_order(
        cart_token=cart.token,
        form_key=cart.form_key,
        details=OrderDetails("Пётр Сидоров", "+79000000001", place),
        receipt=promise.receipt,
        network_address="203.0.113.7",
        now=NOW,
    )
    run_tick(now=NOW, budget=60)
    offer = Offer.objects.filter(order=order).first()
    manager = offer.dealer.managers.filter(is_active=True).first()
    accept_offer(order_id=order.pk, by=manager, now=NOW + timedelta(minutes=1))
    mark_contacted(order_id=order.pk, by=manager, now=NOW + timedelta(hours=1))
    move(order_id=order.pk, target="clarification", by=manager, now=NOW + timedelta(minutes=90))
    move(order_id=order.pk, target="payment", by=manager, now=NOW + timedelta(hours=2))
    move(order_id=order.pk, target="delivery", by=manager, now=NOW + timedelta(days=1))
    complete(order_id=order.pk, by=manager, now=NOW + timedelta(days=2))
    return order


def test_the_next_order_gets_a_number_of_its_own(demo):
    last = Order.objects.latest("id").pk
    assert order_by_services().pk > last


# --- seeding ---


def everything():
    """What a demo holds, without ids of its own making."""
    return [
        list(Dealer.objects.order_by("id").values_list("name", "points", "registered_at")),
        list(User.objects.order_by("id").values_list("email", "name", "dealer__name")),
        list(
            Order.objects.order_by("id").values_list(
                "form_key", "phone", "status", "dealer__name", "total", "created_at"
            )
        ),
        list(OrderLine.objects.order_by("id").values_list("order_id", "name", "quantity")),
        list(HistoryEntry.objects.order_by("id").values_list("order_id", "kind", "created_at")),
        PointsEntry.objects.aggregate(Sum("amount")),
    ]


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_data_and_another_does_not():
    demos = []
    for number in (1, 1, 2):
        state.wipe()
        sow(60, number)
        demos.append(everything())
    assert demos[0] == demos[1]
    assert demos[0][2] != demos[2][2]


def run(*arguments):
    output = io.StringIO()
    call_command("seed_demo", "--orders", "5", "--without-pictures", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_the_command_seeds_once_and_prints_logins():
    assert "admin@suz.demo suz-demo-2026" in run("--print-logins")
    assert Order.objects.count() == 5
    assert "уже на месте" in run("--if-needed")
    assert Order.objects.count() == 5


@pytest.mark.django_db
def test_the_command_refuses_a_database_that_is_not_empty(demo_user):
    with pytest.raises(CommandError, match="not empty"):
        run()
    assert not Order.objects.exists()


@pytest.mark.django_db
def test_force_empties_the_database_first(demo_user):
    run("--force")
    assert not User.objects.filter(pk=demo_user.pk, email=demo_user.email).exists()
    assert Order.objects.count() == 5


@pytest.mark.django_db
def test_a_seeding_that_breaks_off_leaves_nothing_and_can_be_repeated(monkeypatch):
    def break_off(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("suz.local.demo.history.rows.Rows.write", break_off)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert state.is_empty()
    assert not state.is_complete()
    run("--if-needed")
    assert state.is_complete()


@pytest.fixture
def demo_user(db):
    return User.objects.create_user("someone@example.com", name="Кто-то", role=Role.ADMINISTRATOR)
