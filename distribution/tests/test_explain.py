"""Sentences: what a chain does, why a stage decided as it did."""

import pytest

from distribution.explain.chain import (
    Entry,
    Names,
    duration,
    duration_of,
    sentence,
    warnings,
    weight_shares,
)
from distribution.strategies import (
    CHAIN_STRATEGIES,
    FixRow,
    LimitRow,
    LimitUnit,
    Period,
    StageSpec,
    Strategy,
    Weights,
)

NAMES = Names(
    dealers={1: "Альфа-инновейт", 2: "СБ-Мотор", 3: "СБ-Колеса", 4: "Стройдвор", 5: "Фасад"},
    regions={10: "Московская область"},
    categories={20: "Канада +"},
)
BASE = StageSpec(Strategy.BASE)
FIX = StageSpec(Strategy.FIX, window=10, fix_rows=(FixRow(1),))
FIX_UNTIL = StageSpec(Strategy.FIX, fix_rows=(FixRow(1),))


def base(delay):
    return StageSpec(Strategy.BASE, delay=delay)


def rating(points, window=5):
    return StageSpec(Strategy.RATING, window=window, min_points=points)


def speed(minutes, orders=3, window=5):
    return StageSpec(Strategy.SPEED, window=window, max_minutes=minutes, min_orders=orders)


def limits(*rows, window=10):
    return StageSpec(Strategy.BASE_PLUS, window=window, limit_rows=rows)


def best(at_once=1, rounds=1, window=10, weights=None):
    return StageSpec(
        Strategy.BEST,
        window=window,
        at_once=at_once,
        rounds=rounds,
        weights=weights or Weights(),
    )


QUARTERS = "(расстояние 25 %, цена 25 %, рейтинг 25 %, скорость 25 %)"


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ([BASE], "Сразу: все дилеры региона."),
        (
            [base(15)],
            "Сразу: все дилеры региона (отсрочка не действует: перед ней нет этапов, и заказ "
            "иначе никто бы не видел).",
        ),
        ([], "Сразу: все подходящие дилеры региона."),
        (
            [rating(200), BASE],
            "0–5 мин: дилеры от 200 баллов; с 5-й минуты: все дилеры региона.",
        ),
        # The delay has passed when the stages before have ended.
        (
            [rating(200, 15), base(10)],
            "0–15 мин: дилеры от 200 баллов; с 15-й минуты: все дилеры региона.",
        ),
        (
            [rating(200, 15), base(15)],
            "0–15 мин: дилеры от 200 баллов; с 15-й минуты: все дилеры региона.",
        ),
        # The delay has not passed: nothing changes until then.
        (
            [rating(200), base(15)],
            "0–5 мин: дилеры от 200 баллов; 5–15 мин: по-прежнему только они; с 15-й минуты: "
            "все дилеры региона.",
        ),
        (
            [rating(200)],
            "0–5 мин: дилеры от 200 баллов; дальше, если никто не видит: все подходящие дилеры "
            "региона.",
        ),
        # What comes after Base adds nobody.
        ([BASE, rating(200)], "Сразу: все дилеры региона."),
        (
            [rating(500), rating(200, 10), BASE],
            "0–5 мин: дилеры от 500 баллов; 5–15 мин: дилеры от 200 баллов; с 15-й минуты: все "
            "дилеры региона.",
        ),
        (
            [FIX, BASE],
            "0–10 мин: закреплённый дилер (Альфа-инновейт); с 10-й минуты: все дилеры региона.",
        ),
        (
            [FIX_UNTIL, BASE],
            "Сначала: закреплённый дилер (Альфа-инновейт), пока не ответит; после отказа: все "
            "дилеры региона.",
        ),
        # Nobody sees the order after the refusal, so the delay does not hold it up.
        (
            [FIX_UNTIL, base(15)],
            "Сначала: закреплённый дилер (Альфа-инновейт), пока не ответит; после отказа: все "
            "дилеры региона.",
        ),
        (
            [FIX_UNTIL, rating(200), BASE],
            "Сначала: закреплённый дилер (Альфа-инновейт), пока не ответит; после отказа, "
            "0–5 мин: дилеры от 200 баллов; после отказа, с 5-й минуты: все дилеры региона.",
        ),
        (
            [rating(200), FIX_UNTIL, base(30)],
            "0–5 мин: дилеры от 200 баллов; с 5-й минуты: закреплённый дилер (Альфа-инновейт), "
            "пока не ответит; после отказа, но не раньше 30-й минуты заказа: все дилеры региона.",
        ),
        (
            [speed(15), BASE],
            "0–5 мин: дилеры, которые принимают заказ за 15 минут или быстрее (у кого принято не "
            "меньше 3 заказов); с 5-й минуты: все дилеры региона.",
        ),
        (
            [best(), BASE],
            f"0–10 мин: лучший дилер {QUARTERS}; с 10-й минуты: все дилеры региона.",
        ),
        (
            [best(at_once=2, rounds=3), BASE],
            "0–30 мин: 2 лучших дилера, затем раз в 10 минут ещё 2 "
            f"{QUARTERS}; с 30-й минуты: все дилеры региона.",
        ),
        (
            [best(weights=Weights(2, 0, 1, 1)), BASE],
            "0–10 мин: лучший дилер (расстояние 50 %, рейтинг 25 %, скорость 25 %); с 10-й "
            "минуты: все дилеры региона.",
        ),
        (
            [limits(LimitRow(1, LimitUnit.PERCENT, 12)), BASE],
            "0–10 мин: приоритетные дилеры в пределах лимита (Альфа-инновейт — 12 % за месяц); "
            "с 10-й минуты: все дилеры региона.",
        ),
        (
            [limits(LimitRow(2, LimitUnit.COUNT, 24, Period.WEEK)), BASE],
            "0–10 мин: приоритетные дилеры в пределах лимита (СБ-Мотор — 24 заказа за неделю); "
            "с 10-й минуты: все дилеры региона.",
        ),
        # Long windows are told in hours and days.
        (
            [rating(200, 240), BASE],
            "0–4 ч: дилеры от 200 баллов; через 4 часа: все дилеры региона.",
        ),
        (
            [rating(200, 2880), BASE],
            "0–2 дн.: дилеры от 200 баллов; через 2 дня: все дилеры региона.",
        ),
        (
            [rating(200, 200), BASE],
            "0 мин – 3 ч 20 мин: дилеры от 200 баллов; через 3 часа 20 минут: все дилеры региона.",
        ),
    ],
)
def test_a_chain_is_told_in_one_sentence(stages, expected):
    assert sentence(stages, NAMES) == expected


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (1, "дилеры от 1 балла"),
        (2, "дилеры от 2 баллов"),
        (5, "дилеры от 5 баллов"),
        (11, "дилеры от 11 баллов"),
        (21, "дилеры от 21 балла"),
        (1200, "дилеры от 1\u202f200 баллов"),
        (-50, "дилеры от \u221250 баллов"),
    ],
)
def test_points_agree_with_their_number(points, words):
    assert words in sentence([rating(points)], NAMES)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "лучший дилер ("),
        (2, "2 лучших дилера ("),
        (5, "5 лучших дилеров ("),
        (21, "21 лучший дилер ("),
    ],
)
def test_best_dealers_agree_with_their_number(count, words):
    assert words in sentence([best(at_once=count)], NAMES)


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 заказ за"), (3, "3 заказа за"), (5, "5 заказов за"), (22, "22 заказа за")],
)
def test_orders_of_a_limit_agree_with_their_number(count, words):
    assert words in sentence([limits(LimitRow(1, LimitUnit.COUNT, count))], NAMES)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "1 минуту"),
        (3, "3 минуты"),
        (21, "21 минуту"),
        (90, "90 минут"),
        (60, "1 час"),
        (120, "2 часа"),
        (300, "5 часов"),
        (1440, "1 день"),
        (1500, "1 день 1 час"),
        (4321, "3 дня 1 минуту"),
    ],
)
def test_lengths_of_time_agree_with_their_number(minutes, words):
    assert duration(minutes) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(5, "5 мин"), (150, "2 ч 30 мин"), (2880, "2 дн."), (0, "0 мин")]
)
def test_short_lengths_of_time(minutes, words):
    assert duration_of(minutes) == words


def test_a_pinned_dealer_is_told_with_its_region_and_category():
    stage = StageSpec(Strategy.FIX, window=5, fix_rows=(FixRow(1, 10, 20), FixRow(2, None, 20)))

    assert (
        "закреплённый дилер (Альфа-инновейт — Московская область, Канада +, СБ-Мотор — Канада +)"
        in sentence([stage], NAMES)
    )


def test_many_rows_are_not_all_told():
    rows = [LimitRow(dealer_id, LimitUnit.PERCENT, 12) for dealer_id in (1, 2, 3, 4, 5)]

    assert "СБ-Колеса — 12 % за месяц и ещё 2)" in sentence([limits(*rows)], NAMES)


def test_what_is_gone_still_reads():
    stage = StageSpec(Strategy.FIX, window=5, fix_rows=(FixRow(99, 99, 99),))

    assert "удалённый дилер — удалённый регион, удалённая категория" in sentence([stage], NAMES)


def test_rating_is_passed_over_without_points():
    assert sentence([rating(200), BASE], NAMES, with_points=False) == "Сразу: все дилеры региона."


def test_what_has_no_weight_has_no_share():
    assert weight_shares(Weights(1, 0, 3, 0)) == [("расстояние", 25), ("рейтинг", 75)]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([Entry(rating(200))], "нет Базовой стратегии"),
        ([], "нет Базовой стратегии"),
        ([Entry(rating(200)), Entry(BASE, is_on=False)], "Базовая стратегия выключена"),
        ([Entry(BASE), Entry(rating(200))], "Этапы после «Базовой» никого не добавят"),
        ([Entry(FIX_UNTIL), Entry(BASE)], "Если ответа нет 2 ч, заказ попадёт в список внимания"),
    ],
)
def test_an_administrator_is_warned(entries, words):
    [warning] = warnings(entries, unclaimed_minutes=120)

    assert words in warning


def test_a_sane_chain_has_no_warnings():
    assert warnings([Entry(rating(200)), Entry(BASE)], unclaimed_minutes=120) == []


def test_switched_off_stages_do_not_warn():
    entries = [Entry(BASE), Entry(rating(200), is_on=False), Entry(FIX_UNTIL, is_on=False)]

    assert warnings(entries) == []


def test_rating_without_points_warns():
    entries = [Entry(rating(200)), Entry(BASE)]

    assert "работает без баллов" in warnings(entries, with_points=False)[0]


def test_every_strategy_of_chains_can_be_told():
    told = {
        strategy: sentence([StageSpec(strategy, window=5, max_minutes=5)], NAMES)
        for strategy in CHAIN_STRATEGIES
    }

    assert all(told.values())
