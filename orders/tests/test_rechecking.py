"""What new contents mean: tables, without a database."""

from decimal import Decimal
from itertools import product as combinations

import pytest

from catalog.pricing import DealerTerms, Item, StockRow
from orders.line_edits import LineFacts, is_same, merge_edits, pair_lines
from orders.rechecking import Choice, Held, recheck

LIGHT, DARK, PLINTH = 1, 2, 3
RECOMMENDED = {LIGHT: Decimal(200), DARK: Decimal(210), PLINTH: Decimal(90)}


def items(**quantities):
    ids = {"light": LIGHT, "dark": DARK, "plinth": PLINTH}
    return [
        Item(ids[name], quantity, RECOMMENDED[ids[name]]) for name, quantity in quantities.items()
    ]


def terms(dealer_id, *, has=(LIGHT, DARK, PLINTH), prices=None, services=None):
    prices = prices or {}
    stock = {pk: StockRow(pk in has, prices.get(pk)) for pk in RECOMMENDED}
    return DealerTerms(
        dealer_id, whole_line=False, own_prices=bool(prices), stock=stock, services=services or {}
    )


def answer(wanted, *, own=None, others=(), services=(), held=None):
    return recheck(items=wanted, services=services, own=own, others=others, held=held)


class TestTheOrdersDealer:
    def test_has_everything_at_its_own_prices(self):
        own = terms(7, prices={DARK: Decimal("231.50")}, services={"delivery": Decimal(500)})
        got = answer(items(dark=40, plinth=2), own=own, services=["delivery"])
        assert got.can_stay
        assert got.own.quote.prices == (Decimal("231.50"), Decimal(90))
        assert got.own.quote.total == Decimal("231.50") * 40 + 180 + 500
        assert got.choices(by_manufacturer=True) == (Choice.STAY,)

    @pytest.mark.parametrize(
        ("has", "services", "products", "lacking"),
        [
            ((LIGHT,), (), (DARK,), ()),
            ((), (), (LIGHT, DARK), ()),
            ((LIGHT, DARK), ("installation",), (), ("installation",)),
            ((DARK,), ("delivery", "installation"), (LIGHT,), ("installation",)),
        ],
    )
    def test_says_what_it_lacks(self, has, services, products, lacking):
        own = terms(7, has=has, services={"delivery": Decimal(0)})
        got = answer(items(light=1, dark=1), own=own, services=services)
        assert (got.own.products, got.own.services) == (products, lacking)
        assert not got.can_stay
        assert got.own.quote is None

    @pytest.mark.parametrize(
        ("held", "quantity", "lacks"),
        [({}, 40, True), ({LIGHT: 40}, 40, False), ({LIGHT: 40}, 12, False), ({LIGHT: 40}, 41, 1)],
    )
    def test_holds_what_it_took_on_but_not_more(self, held, quantity, lacks):
        own = terms(7, has=())
        got = answer(items(light=quantity), own=own, held=Held(products=held))
        assert bool(got.own.products) == bool(lacks)

    def test_keeps_a_service_that_it_no_longer_offers_at_the_agreed_price(self):
        held = Held(services={"delivery": Decimal(700)})
        got = answer(items(light=1), own=terms(7), services=["delivery"], held=held)
        assert got.own.quote.total == 900

    def test_is_not_among_the_others(self):
        own = terms(7)
        got = answer(items(light=1), own=own, others=[own, terms(8)])
        assert [one.dealer_id for one in got.others] == [8]


class TestTheOthers:
    def test_stand_cheapest_first_without_those_who_lack_something(self):
        others = [
            terms(1, prices={LIGHT: Decimal(300)}),
            terms(2, has=(DARK,)),
            terms(3, prices={LIGHT: Decimal(100)}),
        ]
        got = answer(items(light=2), others=others)
        assert [(one.dealer_id, one.total) for one in got.others] == [(3, 200), (1, 600)]
        assert (got.low, got.high) == (200, 600)
        assert got.upper.dealer_id == 1
        assert got.line_range(0) == (100, 300)

    def test_without_any_the_recommended_prices_count(self):
        got = answer(items(light=2, dark=1), others=[terms(1, has=(LIGHT,))])
        assert got.quotes == ()
        assert (got.low, got.high) == (610, 610)
        assert got.unavailable == (DARK,)
        assert got.line_range(1) == (210, 210)

    def test_what_only_the_orders_dealer_has_is_available(self):
        got = answer(items(light=1, dark=1), own=terms(7, has=(DARK,)), others=[])
        assert got.unavailable == (LIGHT,)


@pytest.mark.parametrize(
    ("own", "others", "manufacturer", "choices"),
    [
        (None, [terms(1)], True, (Choice.ANEW,)),
        (None, [], True, (Choice.ANEW,)),
        (terms(7), [], False, (Choice.STAY,)),
        (terms(7, has=()), [terms(1)], True, (Choice.RETURN, Choice.ASSIGN)),
        (terms(7, has=()), [terms(1)], False, (Choice.RETURN,)),
        (terms(7, has=()), [], True, (Choice.RETURN,)),
    ],
)
def test_what_may_be_chosen(own, others, manufacturer, choices):
    got = answer(items(light=1), own=own, others=others)
    assert got.choices(by_manufacturer=manufacturer) == choices


def test_every_combination_keeps_the_promise():
    """Whoever is quoted lies within the range; the range is somebody's price, or recommended."""
    stocks = [(), (LIGHT,), (LIGHT, DARK)]
    prices = [None, {LIGHT: Decimal(150)}, {DARK: Decimal(999)}]
    variants = [(stock, price) for stock, price in combinations(stocks, prices)]
    for own, first, second in combinations([None, *variants], variants, variants):
        got = answer(
            items(light=3, dark=2),
            own=own and terms(7, has=own[0], prices=own[1]),
            others=[
                terms(1, has=first[0], prices=first[1]),
                terms(2, has=second[0], prices=second[1]),
            ],
        )
        assert all(got.low <= one.total <= got.high for one in got.quotes)
        assert sum(p * i.quantity for p, i in zip(got.upper.prices, got.items, strict=True)) == (
            got.high
        )
        assert got.can_stay == (own is not None and own[0] == (LIGHT, DARK))
        assert (got.own is None) == (own is None)


class TestTheDigest:
    def base(self, **changes):
        arguments = {"own": terms(7, has=()), "others": [terms(1)]} | changes
        return answer(
            changes.pop("wanted", items(light=2)),
            **{key: value for key, value in arguments.items() if key != "wanted"},
        ).digest

    @pytest.mark.parametrize(
        "change",
        [
            {"wanted": items(light=3)},
            {"wanted": items(dark=2)},
            {"own": terms(7)},
            {"own": None},
            {"others": []},
            {"others": [terms(1, prices={LIGHT: Decimal(201)})]},
            {"others": [terms(2)]},
            {"services": ["delivery"]},
        ],
    )
    def test_changes_with_what_is_shown(self, change):
        assert self.base(**change) != self.base()

    def test_is_the_same_for_the_same_answer(self):
        assert self.base() == self.base()

    def test_leaves_other_dealers_out_while_the_order_stays(self):
        own = terms(7)
        assert self.base(own=own) == self.base(own=own, others=[])


def line(product_id, family_id=1, quantity=1):
    return LineFacts(product_id, family_id, f"P{product_id}", "", "piece", quantity)


class TestPairs:
    @pytest.mark.parametrize(
        ("before", "after", "pairs"),
        [
            ([(1, 9)], [(1, 9)], [(1, 1)]),
            ([(1, 9)], [(2, 9)], [(1, 2)]),
            ([(1, 9)], [(3, 8)], [(None, 3), (1, None)]),
            # The one that stays goes with itself, the other one has a new colour.
            ([(1, 9), (2, 9)], [(4, 9), (1, 9)], [(2, 4), (1, 1)]),
            ([(1, 9)], [(1, 9), (2, 9)], [(1, 1), (None, 2)]),
            ([(1, 9), (2, 9)], [(2, 9)], [(2, 2), (1, None)]),
            ([], [(1, 9)], [(None, 1)]),
            ([(1, 9)], [], [(1, None)]),
        ],
    )
    def test_go_by_product_then_by_family(self, before, after, pairs):
        found = pair_lines([line(*one) for one in before], [line(*one) for one in after])
        assert [tuple(one and one.product_id for one in pair) for pair in found] == pairs

    def test_lose_and_invent_nothing(self):
        lines = [line(pk, family) for pk, family in ((1, 1), (2, 1), (3, 2), (4, 2), (5, 3))]
        for size, start in combinations(range(6), range(6)):
            before, after = lines[:size], lines[start:]
            found = pair_lines(before, after)
            assert [new for _old, new in found if new] == after
            assert sorted(old.product_id for old, _new in found if old) == [
                one.product_id for one in before
            ]

    def test_the_same_line_costs_what_it_may(self):
        assert is_same(line(1), LineFacts(1, 1, "P1", "", "piece", 1, Decimal(5)))
        assert not is_same(line(1), line(1, quantity=2))
        assert not is_same(None, line(1))


def typed(product_id, quantity, remove=""):
    return product_id, {"product": str(product_id), "quantity": str(quantity), "remove": remove}


class TestTwoEdits:
    """1, 2 are colours of one panel; 3 is of another family. Quantities are 1 to begin with."""

    @pytest.mark.parametrize(
        ("mine", "theirs", "merged"),
        [
            # Nothing typed: everything as it is now.
            ([typed(1, 1), typed(3, 1)], [line(2), line(3)], [(2, 1), (3, 1)]),
            ([typed(1, 1), typed(3, 1)], [line(3, quantity=5)], [(3, 5)]),
            # Typed beside their change: both.
            ([typed(1, 1), typed(3, 9)], [line(2), line(3)], [(2, 1), (3, "9")]),
            # Typed over their change: what was typed.
            ([typed(1, 9), typed(3, 1)], [line(2), line(3)], [(1, "9"), (3, 1)]),
            ([typed(1, 1, "on"), typed(3, 1)], [line(2), line(3)], [(1, "1"), (3, 1)]),
            # Added on both sides, once where it is the same product.
            (
                [typed(1, 1), typed(3, 1), typed(7, 4)],
                [line(1), line(3), line(8, 8)],
                [(1, 1), (3, 1), (7, "4"), (8, 1)],
            ),
            (
                [typed(1, 1), typed(3, 1), typed(8, 4)],
                [line(1), line(3), line(8, 8)],
                [(1, 1), (3, 1), (8, "4")],
            ),
            ([typed(2, 1), typed(3, 1)], [line(2), line(3)], [(2, "1"), (3, 1)]),
            ([typed(None, "x"), typed(3, 1)], [line(1), line(3)], [(None, "x"), (3, 1)]),
        ],
    )
    def test_become_one(self, mine, theirs, merged):
        found = merge_edits([line(1), line(3)], mine, theirs)
        assert [
            (one.product_id, one.quantity)
            if isinstance(one, LineFacts)
            else (None if one["product"] == "None" else int(one["product"]), one["quantity"])
            for one in found
        ] == merged
