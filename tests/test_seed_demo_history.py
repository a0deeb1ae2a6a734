"""The demo's year of orders: such as the services would have written it."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.db.models import Count, Q

from catalog.models import Product, Promotion
from catalog.pricing import reduced
from dealers.models import Dealer, Place, PointsEntry, Role, User
from distribution.codes import CHOSEN_CODES
from distribution.models import Decision, Eligibility, Plan, PlanState, Stage
from distribution.services.running import run_tick
from notifications.models import Message
from orders.models import (
    Assignment,
    Attention,
    AttentionReason,
    Cart,
    CartLine,
    CommentFile,
    ContactKind,
    DealerQuote,
    HistoryEntry,
    HistoryKind,
    Offer,
    OfferState,
    Order,
    OrderLine,
    Party,
    PromoCode,
)
from orders.promise import items_of, promise_for
from orders.services.accepting import accept_offer
from orders.services.contact import prove_contact
from orders.services.placing import OrderDetails, place_order
from orders.services.progress import complete, mark_contacted, move
from orders.statuses import FINAL, IN_WORK, TRANSITIONS, Status
from suz.local.demo.papers import add_papers
from tests.sowing import NOW

# With a database mark these run before the tests that commit, which empty the tables.
pytestmark = [pytest.mark.xdist_group("seed_demo_history"), pytest.mark.django_db]


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
        assert order.total + order.discount == quote.total <= order.price_max


def test_promotions_have_dealers_and_lower_prices(demo):
    states = [one.state_at(NOW) for one in Promotion.objects.all()]
    assert [states.count(state) for state in ("over", "running", "planned")] == [3, 2, 1]
    joined = Dealer.objects.filter(promotions__isnull=False).distinct().count()
    assert 0.4 < joined / Dealer.objects.count() < 0.8
    running = Promotion.objects.get(percent=10)
    line = OrderLine.objects.filter(
        product__family__category__promotions=running,
        order__created_at__gt=NOW - timedelta(days=6),
        order__dealer__promotions__promotion=running,
    ).select_related("product", "order__dealer")
    assert all(
        one.price == reduced(one.product.recommended_price, 10)
        for one in line
        if not one.order.dealer.own_prices
    )


def test_promo_codes_count_the_orders_that_hold_a_use(demo):
    for code in PromoCode.objects.all():
        held = code.orders.alive().exclude(status=Status.CANCELLED)
        assert code.uses == held.count()
    used = Order.objects.filter(promo_code__isnull=False)
    assert used.count() >= 5
    assert {order.discount > 0 for order in used} == {True}


def test_new_orders_cost_the_upper_end_of_the_promise(demo):
    for order in Order.objects.filter(status=Status.NEW).prefetch_related("lines"):
        assert order.total + order.discount == order.price_max
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
            # The robot's calls are no contact of the dealer.
            case HistoryKind.CONTACTED if entry.data["kind"] in ContactKind.values:
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
    # Whose customer may still wait for an answer.
    assert not closed.exclude(reason=AttentionReason.UNANSWERED).exists()


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
    # Numbers: tables just filled have no statistics to plan a join of five of them by.
    orders = list(orders.values_list("pk", flat=True))
    stages = Stage.objects.filter(plan__order__in=orders).order_by("plan__order_id", "id")
    ranked = list(stages.filter(strategy="best").values_list("plan__order_id", flat=True))
    offers = Offer.objects.filter(order__in=orders).exclude(order__in=ranked)
    decisions = Decision.objects.filter(stage__in=list(stages)).order_by("stage_id", "dealer_id")
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
    promise = promise_for(place=place, items=items_of(lines), services=(), now=NOW)
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
    contacted = {"order_id": order.pk, "by": manager, "now": NOW + timedelta(hours=1)}
    if offer.dealer.site_calls:
        prove_contact(**contacted, dealer_id=offer.dealer_id, cycle=order.cycle, call=1)
    else:
        mark_contacted(**contacted)
    move(order_id=order.pk, target="clarification", by=manager, now=NOW + timedelta(minutes=90))
    move(order_id=order.pk, target="payment", by=manager, now=NOW + timedelta(hours=2))
    move(order_id=order.pk, target="delivery", by=manager, now=NOW + timedelta(days=1))
    complete(order_id=order.pk, by=manager, now=NOW + timedelta(days=2))
    return order


def test_the_next_order_gets_a_number_of_its_own(demo):
    last = Order.objects.latest("id").pk
    assert order_by_services().pk > last


def test_offers_of_the_last_days_were_told_to_their_dealers_once(demo):
    offers = Offer.objects.filter(opened_at__gt=NOW - timedelta(days=4))
    expected = Counter()
    for offer in offers.prefetch_related("dealer__managers"):
        for manager in offer.dealer.managers.all():
            if manager.is_active:
                expected[f"order:{offer.order_id}", manager.pk] += 1
    told = Message.objects.filter(
        event="order_offered", created_at__gt=NOW - timedelta(days=4)
    ).values_list("subject_key", "user_id")
    assert expected
    assert Counter(told) == expected


def test_messages_never_hold_a_phone(demo):
    phones = {str(order.phone)[-7:] for order in Order.objects.all() if order.phone}
    for message in Message.objects.all():
        text = f"{message.context} {message.url}"
        assert not [phone for phone in phones if phone in text], text


def test_orders_in_work_have_files_and_a_moved_term(demo):
    administrator = User.objects.filter(role=Role.ADMINISTRATOR).first()
    add_papers(staff=[administrator], now=NOW)
    assert CommentFile.objects.get(name__endswith=".xlsx").entry.is_visible
    moved = HistoryEntry.objects.get(kind=HistoryKind.DETAILS)
    assert [one["field"] for one in moved.data["changes"]] == ["address", "due_on"]
