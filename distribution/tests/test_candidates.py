"""Whom each strategy shows an order to, as tables. No database."""

import datetime
from decimal import Decimal

import pytest

from distribution.candidates import Candidate, OrderFacts, Question, decide
from distribution.codes import Code
from distribution.limits import Share
from distribution.strategies import (
    FixRow,
    LimitRow,
    LimitUnit,
    Period,
    StageSpec,
    Strategy,
    Weights,
)
from orders.eligibility import Ineligible, Verdict

AT = datetime.datetime(2026, 6, 15, 9, tzinfo=datetime.UTC)
BEFORE, AFTER = AT - datetime.timedelta(minutes=1), AT + datetime.timedelta(minutes=1)
MOSCOW, TVER = 77, 69
CITY = 7701
PANELS, SIDING = 10, 11


def dealer(dealer_id, reason=None, facts=None, **fields):
    return Candidate(dealer_id, Verdict(reason, facts or {}), **fields)


def stars(mean, points):
    """What customers and the ledger say of a dealer."""
    return {"rating": Decimal(mean), "points": points}


def ask(spec, *dealers, offers=None, round_=1, dealer_id=None, categories=(PANELS,), points=True):
    """The decisions as {dealer id: decision}, chosen ones first."""
    question = Question(
        spec=spec,
        order=OrderFacts(MOSCOW, CITY, frozenset(categories), points),
        candidates={candidate.dealer_id: candidate for candidate in dealers},
        at=AT,
        round=round_,
        dealer_id=dealer_id,
        offers=offers or {},
    )
    return {decision.dealer_id: decision for decision in decide(question)}


def codes(decisions):
    return {dealer_id: decision.code for dealer_id, decision in decisions.items()}


BASE = StageSpec(Strategy.BASE)


@pytest.mark.parametrize("reason", list(Ineligible))
@pytest.mark.parametrize(
    "spec",
    [
        BASE,
        StageSpec(Strategy.FALLBACK),
        StageSpec(Strategy.RATING, window=5, min_points=0),
        StageSpec(Strategy.SPEED, window=5, max_minutes=60),
        StageSpec(Strategy.BEST, window=5, at_once=5),
        StageSpec(Strategy.BASE_PLUS, window=5, limit_rows=(LimitRow(1, limit=100),)),
        StageSpec(Strategy.FIX, window=5, fix_rows=(FixRow(1),)),
        StageSpec(Strategy.CHOSEN, window=5),
    ],
    ids=lambda value: getattr(value, "strategy", value),
)
def test_no_strategy_shows_an_order_to_an_ineligible_dealer(spec, reason):
    unable = dealer(
        1, reason, {"products": [5]}, points=9, median_minutes=1, accepted=9, total=Decimal(1)
    )
    decision = ask(spec, unable, dealer_id=1)[1]
    assert decision.code == reason
    assert not decision.is_chosen
    assert decision.facts == {"products": [5]}


def test_every_word_for_ineligible_has_its_code():
    assert {Code(reason) for reason in Ineligible} < set(Code)


@pytest.mark.parametrize(
    ("declined_at", "offers", "code"),
    [
        (None, {}, Code.OFFERED),
        (None, {1: None}, Code.ALREADY_SEES),
        (BEFORE, {1: BEFORE}, Code.DECLINED),
        (AT, {1: AT}, Code.DECLINED),
        # Declined in an earlier cycle.
        (BEFORE, {}, Code.DECLINED),
        # The stage is worked out late: when it was due, the dealer still saw the order.
        (AFTER, {1: AFTER}, Code.ALREADY_SEES),
    ],
)
def test_answers_count_as_of_the_stages_time(declined_at, offers, code):
    assert codes(ask(BASE, dealer(1, declined_at=declined_at), offers=offers)) == {1: code}


@pytest.mark.parametrize("strategy", [Strategy.BASE, Strategy.FALLBACK])
def test_base_shows_to_everybody_of_the_territory(strategy):
    decisions = ask(
        StageSpec(strategy), dealer(1), dealer(2), dealer(3, serves=False), dealer(4, "inactive")
    )
    assert codes(decisions) == {1: Code.OFFERED, 2: Code.OFFERED, 4: Code.INACTIVE}


@pytest.mark.parametrize(
    ("points", "least", "code"),
    [
        (200, 200, Code.OFFERED),
        (199, 200, Code.TOO_FEW_POINTS),
        (0, 0, Code.OFFERED),
        (-50, 0, Code.TOO_FEW_POINTS),
        (-50, -50, Code.OFFERED),
    ],
)
def test_rating_wants_so_many_points(points, least, code):
    decision = ask(StageSpec(Strategy.RATING, window=5, min_points=least), dealer(1, points=points))
    assert decision[1].code == code
    assert decision[1].facts == {"points": points, "min_points": least}


def test_rating_chooses_nobody_where_points_do_not_count():
    decisions = ask(StageSpec(Strategy.RATING, window=5), dealer(1, points=900), points=False)
    assert codes(decisions) == {1: Code.POINTS_OFF}


@pytest.mark.parametrize(
    ("median", "accepted", "code"),
    [
        (10.0, 3, Code.OFFERED),
        (15.0, 3, Code.OFFERED),
        (15.01, 3, Code.TOO_SLOW),
        (1.0, 2, Code.TOO_FEW_ORDERS),
        (None, 0, Code.TOO_FEW_ORDERS),
    ],
)
def test_speed_wants_a_short_median_over_enough_orders(median, accepted, code):
    spec = StageSpec(Strategy.SPEED, window=5, max_minutes=15, min_orders=3)
    assert ask(spec, dealer(1, median_minutes=median, accepted=accepted))[1].code == code


@pytest.mark.parametrize(
    ("rows", "able", "chosen"),
    [
        ([FixRow(1)], [1, 2], 1),
        ([FixRow(1), FixRow(2)], [1, 2], 1),
        ([FixRow(1), FixRow(2)], [2], 2),
        ([FixRow(1, region_id=TVER), FixRow(2)], [1, 2], 2),
        ([FixRow(1, region_id=MOSCOW), FixRow(2)], [1, 2], 1),
        ([FixRow(1, region_id=CITY)], [1], 1),
        ([FixRow(1, category_id=SIDING), FixRow(2)], [1, 2], 2),
        ([FixRow(1, category_id=PANELS)], [1], 1),
        ([FixRow(1, MOSCOW, SIDING), FixRow(2, MOSCOW, PANELS)], [1, 2], 2),
        ([FixRow(1, TVER, PANELS)], [1], None),
        ([FixRow(3)], [1, 2], None),
        ([], [1], None),
    ],
)
def test_fix_takes_the_first_row_that_covers_the_order_and_whose_dealer_is_able(rows, able, chosen):
    dealers = [dealer(n, None if n in able else "not_in_stock") for n in (1, 2)]
    decisions = ask(StageSpec(Strategy.FIX, fix_rows=tuple(rows)), *dealers)
    assert [n for n, d in decisions.items() if d.is_chosen] == ([chosen] if chosen else [])


def test_fix_matches_any_of_the_orders_categories():
    spec = StageSpec(Strategy.FIX, fix_rows=(FixRow(1, category_id=SIDING),))
    assert ask(spec, dealer(1), categories=(PANELS, SIDING))[1].is_chosen


def test_fix_tells_why_rows_were_passed_over():
    spec = StageSpec(Strategy.FIX, fix_rows=(FixRow(1), FixRow(2), FixRow(3), FixRow(2)))
    decisions = ask(spec, dealer(1, "not_in_stock"), dealer(2), dealer(3), dealer(4))
    assert codes(decisions) == {2: Code.OFFERED, 1: Code.NOT_IN_STOCK, 3: Code.NOT_FIRST}
    assert decisions[2].facts == {"row": 2, "region": None, "category": None}
    assert decisions[3].facts == {"row": 3}


def test_fix_names_dealers_beyond_the_territory_and_says_so():
    spec = StageSpec(Strategy.FIX, fix_rows=(FixRow(1),))
    assert codes(ask(spec, dealer(1, "other_territory", serves=False))) == {1: Code.OTHER_TERRITORY}


def test_base_plus_shows_to_priority_dealers_under_their_limit():
    spec = StageSpec(
        Strategy.BASE_PLUS,
        window=5,
        limit_rows=(
            LimitRow(1, LimitUnit.PERCENT, 12, Period.MONTH),
            LimitRow(2, LimitUnit.PERCENT, 12, Period.MONTH),
            LimitRow(3, LimitUnit.COUNT, 2, Period.WEEK),
            LimitRow(4, LimitUnit.COUNT, 2, Period.WEEK),
        ),
    )
    decisions = ask(
        spec,
        dealer(1, shares={Period.MONTH: Share(24, 2)}),
        dealer(2, shares={Period.MONTH: Share(24, 3)}),
        dealer(3, shares={Period.WEEK: Share(9, 1)}),
        dealer(4, shares={Period.WEEK: Share(9, 2)}),
        dealer(5),
    )
    assert codes(decisions) == {
        1: Code.OFFERED,
        3: Code.OFFERED,
        2: Code.LIMIT_REACHED,
        4: Code.LIMIT_REACHED,
        5: Code.NOT_PRIORITY,
    }
    assert decisions[2].facts == {
        "unit": "percent",
        "limit": 12,
        "period": "month",
        "received": 3,
        "distributed": 24,
        "allowed": 3,
    }


def best(**fields):
    return StageSpec(Strategy.BEST, window=5, **fields)


def ranking(decisions):
    ranked = [d for d in decisions.values() if "rank" in d.facts]
    return [d.dealer_id for d in sorted(ranked, key=lambda d: d.facts["rank"])]


@pytest.mark.parametrize(
    ("weights", "order"),
    [
        (Weights(1, 0, 0, 0), [1, 2, 3]),
        (Weights(0, 1, 0, 0), [2, 3, 1]),
        (Weights(0, 0, 1, 0), [3, 1, 2]),
        (Weights(0, 0, 0, 1), [2, 1, 3]),
        # Only proportions matter.
        (Weights(0, 50, 0, 0), [2, 3, 1]),
        # Near and dear against far and cheap.
        (Weights(1, 1, 0, 0), [1, 2, 3]),
        (Weights(1, 9, 0, 0), [2, 3, 1]),
        # Without weights all are equal: more points first.
        (Weights(0, 0, 0, 0), [3, 1, 2]),
    ],
)
def test_best_orders_dealers_by_weighted_terms(weights, order):
    decisions = ask(
        best(weights=weights),
        dealer(1, distance_km=1, total=Decimal(300), **stars(4, 100), median_minutes=20),
        dealer(2, distance_km=80, total=Decimal(200), **stars(2, 0), median_minutes=2),
        dealer(3, distance_km=300, total=Decimal(220), **stars(5, 900)),
    )
    assert ranking(decisions) == order
    assert next(iter(decisions)) == order[0]


def test_best_scores_are_absolute_but_for_the_price():
    near = dealer(1, distance_km=50, total=Decimal(200), rating=Decimal(3), median_minutes=30)
    alone = ask(best(), near)[1].facts
    assert alone["terms"] == {"distance": 0.5, "price": 1.0, "rating": 0.5, "speed": 0.5}
    assert alone["score"] == 0.625
    rival = dealer(2, distance_km=1, total=Decimal(100), rating=Decimal(5), median_minutes=1)
    beside = ask(best(), near, rival)[1].facts
    assert beside["terms"] == {"distance": 0.5, "price": 0.5, "rating": 0.5, "speed": 0.5}


def test_best_gives_nothing_for_what_is_unknown_and_for_one_star():
    facts = ask(best(), dealer(1, rating=Decimal(1)))[1].facts
    assert facts["terms"] == {"distance": 0.0, "price": 0.0, "rating": 0.0, "speed": 0.0}
    assert facts["distance_km"] is None


def test_best_goes_by_customers_stars_whether_points_count_or_not():
    spec = best(weights=Weights(0, 1, 9, 0))
    dealers = [
        dealer(1, total=Decimal(100), points=9000),
        dealer(2, total=Decimal(150), rating=Decimal("4.9"), ratings=40),
    ]
    for points in (True, False):
        decisions = ask(spec, *dealers, points=points)
        assert ranking(decisions) == [2, 1]
        assert (decisions[2].facts["stars"], decisions[2].facts["ratings"]) == ("4.9", 40)


def test_best_does_not_part_equals_by_points_where_they_do_not_count():
    dealers = [dealer(1), dealer(2, points=9000)]
    assert ranking(ask(best(), *dealers)) == [2, 1]
    assert ranking(ask(best(), *dealers, points=False)) == [1, 2]


@pytest.mark.parametrize(
    ("round_", "at_once", "offers", "chosen"),
    [
        (1, 1, {}, {1: Code.OFFERED}),
        (1, 2, {}, {1: Code.OFFERED, 2: Code.OFFERED}),
        # The first round is the best's, whether an earlier stage showed it the order or not.
        (1, 1, {1: None}, {1: Code.ALREADY_SEES}),
        (2, 1, {1: None}, {2: Code.OFFERED}),
        (2, 2, {1: None}, {2: Code.OFFERED, 3: Code.OFFERED}),
        # Later rounds pass over whoever sees the order by other stages.
        (2, 1, {1: None, 2: None}, {3: Code.OFFERED}),
        (4, 1, {1: None, 2: None, 3: None}, {}),
        # Saw it when the round was due, declined before the round was worked out.
        (2, 1, {1: AFTER}, {2: Code.OFFERED}),
    ],
)
def test_best_goes_round_by_round_to_the_next_best(round_, at_once, offers, chosen):
    dealers = [dealer(n, points=1000 - n * 100) for n in (1, 2, 3)]
    decisions = ask(best(at_once=at_once, rounds=4), *dealers, offers=offers, round_=round_)
    assert {n: d.code for n, d in decisions.items() if d.is_chosen} == chosen


def test_the_chosen_dealer_is_asked_alone():
    decisions = ask(StageSpec(Strategy.CHOSEN, window=30), dealer(1), dealer(2), dealer_id=2)
    assert codes(decisions) == {2: Code.OFFERED}


def test_a_chosen_dealer_that_is_not_there_is_no_candidate():
    assert ask(StageSpec(Strategy.CHOSEN, window=30), dealer(1), dealer_id=9) == {}


@pytest.mark.parametrize(
    ("candidate", "code"),
    [
        (dealer(1), Code.OFFERED),
        (dealer(1, "not_in_stock"), Code.OFFERED),
        (dealer(1, "no_service"), Code.OFFERED),
        (dealer(1, "other_territory", serves=False), Code.OFFERED),
        (dealer(1, "no_site_orders"), Code.OFFERED),
        (dealer(1, "not_authorised"), Code.OFFERED),
        (dealer(1, "above_promise"), Code.OFFERED),
        (dealer(1, "inactive", is_active=False), Code.INACTIVE),
        (dealer(1, "other_territory", serves=False, gave_up=True), Code.GIVEN_UP),
        (dealer(1, "other_territory", serves=False, declined_at=BEFORE), Code.DECLINED),
    ],
)
def test_installation_orders_go_to_the_default_dealer_whatever_its_territory_and_stock(
    candidate, code
):
    assert codes(ask(StageSpec(Strategy.INSTALLATION), candidate, dealer(2), dealer_id=1)) == {
        1: code
    }


def test_a_decision_says_that_a_dealer_not_chosen_sees_the_order_by_an_earlier_stage():
    decision = ask(
        StageSpec(Strategy.RATING, window=5, min_points=100), dealer(1), offers={1: None}
    )[1]
    assert decision.code == Code.TOO_FEW_POINTS
    assert decision.facts["sees"] is True
