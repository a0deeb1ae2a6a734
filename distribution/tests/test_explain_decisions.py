"""Sentences: why a stage did or did not show an order to a dealer."""

import pytest

from distribution.codes import CHOSEN_CODES, Code
from distribution.explain.decisions import explain, ineligibility
from distribution.strategies import (
    Strategy,
)

BY_SHARE = {
    "unit": "percent",
    "limit": 12,
    "period": "month",
    "received": 3,
    "distributed": 24,
    "allowed": 3,
}
BY_COUNT = BY_SHARE | {"unit": "count", "limit": 10, "allowed": 10}
BY_POINTS = {"points": 120, "min_points": 200}
BY_SPEED = {"median_minutes": 22.5, "accepted": 2, "max_minutes": 15, "min_orders": 3}
BY_SCORE = {
    "score": 0.8163,
    "rank": 2,
    "terms": {"distance": 0.8065, "price": 1.0, "rating": 0.3333, "speed": 0.0},
    "weights": {"distance": 2, "price": 1, "rating": 1, "speed": 0},
    "distance_km": 12.0,
    "total": "39844.00",
    "stars": "4.62",
    "ratings": 23,
    "points": 250,
    "median_minutes": None,
}


@pytest.mark.parametrize(
    ("strategy", "code", "facts", "expected"),
    [
        ("chosen", "offered", {}, "Показан: этого дилера выбрал покупатель."),
        ("installation", "offered", {}, "Показан: дилер по умолчанию для заказов на монтаж."),
        ("installation", "inactive", {}, "Не показан: дилер выключен."),
        ("fix", "offered", {"row": 2}, "Показан: дилер закреплён, строка 2."),
        ("fix", "not_first", {"row": 3}, "Не показан: заказ достался строке выше, эта строка 3."),
        (
            "fix",
            "not_priority",
            {},
            "Не показан: не закреплён за этим регионом и категорией.",
        ),
        (
            "base_plus",
            "offered",
            BY_SHARE | {"received": 2},
            "Показан: получил 2 из 24 заказов за месяц, лимит 12 % (с этим заказом до 3).",
        ),
        (
            "base_plus",
            "limit_reached",
            BY_SHARE,
            "Не показан: лимит исчерпан — получил 3 из 24 заказов за месяц, лимит 12 % (с этим "
            "заказом до 3).",
        ),
        (
            "base_plus",
            "offered",
            BY_SHARE | {"distributed": 21, "period": "week"},
            "Показан: получил 3 из 21 заказа за неделю, лимит 12 % (с этим заказом до 3).",
        ),
        (
            "base_plus",
            "offered",
            BY_COUNT,
            "Показан: получил 3 заказа за месяц, лимит 10.",
        ),
        (
            "base_plus",
            "limit_reached",
            BY_COUNT | {"received": 10, "period": "quarter"},
            "Не показан: лимит исчерпан — получил 10 заказов за квартал, лимит 10.",
        ),
        ("base_plus", "not_priority", {}, "Не показан: не входит в список приоритетных дилеров."),
        (
            "rating",
            "offered",
            BY_POINTS | {"points": 250},
            "Показан: 250 баллов, нужно от 200.",
        ),
        ("rating", "too_few_points", BY_POINTS, "Не показан: 120 баллов из нужных 200."),
        (
            "rating",
            "too_few_points",
            BY_POINTS | {"points": 1},
            "Не показан: 1 балл из нужных 200.",
        ),
        (
            "rating",
            "too_few_points",
            BY_POINTS | {"points": -50},
            "Не показан: \u221250 баллов из нужных 200.",
        ),
        ("rating", "points_off", {}, "Не показан: распределение работает без баллов."),
        (
            "rating",
            "already_sees",
            BY_POINTS | {"points": 203},
            "Уже видел заказ: 203 балла, нужно от 200.",
        ),
        (
            "rating",
            "too_few_points",
            BY_POINTS | {"sees": True},
            "Видит заказ с прежнего этапа, этим этапом не выбран: 120 баллов из нужных 200.",
        ),
        (
            "speed",
            "offered",
            BY_SPEED | {"median_minutes": 6.0},
            "Показан: обычно принимает за 6 мин, нужно не дольше 15 мин.",
        ),
        (
            "speed",
            "too_slow",
            BY_SPEED,
            "Не показан: обычно принимает за 22,5 мин, нужно не дольше 15 мин.",
        ),
        (
            "speed",
            "too_few_orders",
            BY_SPEED,
            "Не показан: за 30 дней принято 2 заказа, чтобы судить о скорости, нужно от 3.",
        ),
        ("best", "offered", BY_SCORE, "Показан: 2-е место, оценка 0,82."),
        ("best", "lower_score", BY_SCORE, "Не показан: 2-е место по оценке 0,82."),
        ("base", "offered", {}, "Показан: заказ открыт всем подходящим дилерам региона."),
        (
            "fallback",
            "offered",
            {},
            "Показан: заказ никто не видел, поэтому он открыт всем подходящим дилерам.",
        ),
        ("base", "no_site_orders", {}, "Не показан: не принимает заказы с сайта."),
        ("base", "not_authorised", {}, "Не показан: не авторизован."),
        ("base", "other_territory", {}, "Не показан: не обслуживает это место."),
        ("base", "given_up", {}, "Не показан: отказался от этого заказа после принятия."),
        ("base", "declined", {}, "Не показан: отклонил этот заказ."),
        (
            "base",
            "not_in_stock",
            {"products": [7, 8]},
            "Нет в наличии: Панель Дуб светлый, № 8.",
        ),
        ("base", "no_service", {"services": ["delivery"]}, "Не оказывает услугу: доставка."),
        (
            "base",
            "above_promise",
            {"total": "41000.50", "price_max": "39844.00"},
            "Не показан: его сумма 41\u202f000,50\u00a0₽ выше обещанной покупателю "
            "39\u202f844\u00a0₽.",
        ),
    ],
)
def test_a_decision_is_told_in_plain_words(strategy, code, facts, expected):
    told = explain(strategy, code, facts, products={7: "Панель Дуб светлый"})

    assert told.sentence == expected


@pytest.mark.parametrize("strategy", list(Strategy))
@pytest.mark.parametrize("code", list(Code))
def test_every_decision_reads_even_where_its_numbers_are_lost(strategy, code):
    told = explain(strategy, code, {})

    assert told.sentence.endswith(".")
    assert told.is_shown == (code in CHOSEN_CODES)
    assert "%(" not in told.sentence


def test_a_score_is_told_term_by_term_without_what_has_no_weight():
    told = explain("best", "offered", BY_SCORE)

    assert told.details == (
        ("расстояние", "12 км: оценка 0,81, вес 50 %"),
        ("цена", "39\u202f844\u00a0₽: оценка 1,00, вес 25 %"),
        ("рейтинг", "4,62 звезды по 23 оценкам: оценка 0,33, вес 25 %"),
    )


def test_a_score_of_before_stars_counted_tells_its_points():
    facts = {name: value for name, value in BY_SCORE.items() if name not in ("stars", "ratings")}
    told = explain("best", "offered", facts)

    assert told.details[-1] == ("рейтинг", "250 баллов: оценка 0,33, вес 25 %")


def test_an_ineligible_dealer_has_a_reason_to_stand_beside_its_name():
    assert ineligibility("not_in_stock", {"products": [7]}, products={7: "Панель"}) == (
        "нет в наличии: Панель"
    )
