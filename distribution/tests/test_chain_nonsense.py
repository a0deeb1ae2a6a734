"""The strategies screen with nonsense in its fields, and its buttons."""

import re

import pytest
from django.urls import reverse

from distribution.forms.draft import MAX_ROWS, MAX_STAGES
from distribution.strategies import (
    CHAIN_STRATEGIES,
    StageSpec,
    Strategy,
)
from distribution.tests.chain_forms import (
    base,
    base_plus,
    best,
    fix,
    form,
    limit,
    rating,
    save,
    specs,
    text,
)
from tests.factories import (
    DealerFactory,
)

pytestmark = pytest.mark.django_db


NONSENSE = ["", " ", "abc", "-1", "1.5", "1e308", "9" * 400, "\x00", "😀", "NaN", "0x10"]


@pytest.mark.parametrize("value", [value for value in NONSENSE if value != "-1"])
@pytest.mark.parametrize("name", ["min_points", "window"])
def test_nonsense_in_a_rating_stage_is_refused_beside_the_field(
    client, administrator, chain, name, value
):
    response = save(client, rating(**{"points": 200} | {name: value}), base())

    assert response.status_code == 200
    assert "invalid-feedback" in text(response)
    assert "исправьте отмеченные поля" in text(response)
    assert specs(chain) == [StageSpec(Strategy.BASE)]


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        (rating(window=0), "больше либо равно 1"),
        (rating(window=43_201), "меньше либо равно 43200"),
        (rating(points=1_000_001), "меньше либо равно 1000000"),
        (base(delay=-1), "больше либо равно 0"),
        (base(delay=""), "Обязательное поле"),
        (best(weight_price=101), "меньше либо равно 100"),
        (best(at_once=0), "больше либо равно 1"),
        (best(rounds=21), "меньше либо равно 20"),
        (
            best(weight_distance=0, weight_price=0, weight_rating=0, weight_speed=0),
            "Хотя бы один вес должен быть больше нуля",
        ),
        (
            {"strategy": "speed", "max_minutes": 0, "min_orders": 1, "window": 1},
            "больше либо равно 1",
        ),
        (
            {"strategy": "speed", "max_minutes": 5, "min_orders": "x", "window": 1},
            "Введите целое число",
        ),
        (fix(window=5), "Добавьте хотя бы одного дилера"),
        (base_plus(), "Добавьте хотя бы одного дилера"),
        (fix({"dealer": "999999"}, window=5), "Выберите корректный вариант"),
        (fix({"dealer": ""}, window=5), "Обязательное поле"),
        (fix({"dealer": "x", "region": "\x00", "category": "😀"}, window=5), "Выберите"),
        (base_plus(limit("", 12)), "Обязательное поле"),
    ],
)
def test_a_wrong_stage_is_refused_with_words(client, administrator, chain, stage, message):
    response = save(client, stage, base())

    assert response.status_code == 200
    assert message in text(response)
    assert specs(chain) == [StageSpec(Strategy.BASE)]


def test_fix_without_minutes_asks_for_them(client, administrator):
    response = save(client, fix({"dealer": DealerFactory().pk}, window=""), base())

    assert "Укажите минуты или отметьте «пока не ответит»" in text(response)


@pytest.mark.parametrize(
    ("value", "unit", "message"),
    [
        (101, "percent", "Доля не может быть больше 100 %"),
        (0, "count", "больше либо равно 1"),
        (100_001, "count", "меньше либо равно 100000"),
        ("1e3", "percent", "Введите целое число"),
        (5, "nonsense", "Выберите корректный вариант"),
    ],
)
def test_a_wrong_limit_is_refused_beside_the_field(client, administrator, value, unit, message):
    response = save(client, base_plus(limit(DealerFactory().pk, value, unit)), base())

    assert message in text(response)


def test_a_dealer_has_one_limit_a_stage(client, administrator):
    dealer = DealerFactory()

    response = save(client, base_plus(limit(dealer.pk), limit(dealer.pk, 20)), base())

    assert "Этот дилер уже есть в строке выше" in text(response)


def test_what_was_typed_is_kept(client, administrator):
    response = save(client, rating("много", "скоро"), base(30))

    assert 'value="много"' in text(response)
    assert 'value="скоро"' in text(response)
    assert 'value="30"' in text(response)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"op": "save", "seen": "\x00", "stage": ["0", "0", "-1", "x", "9" * 50, "\x00", ""]},
        {"op": "save", "stage": "0", "s0-strategy": "chosen"},
        {"op": "save", "stage": "0", "s0-strategy": "\x00"},
        {"op": "save", "stage": "0", "s0-strategy": "fix", "s0-row": ["x", "1", "1"]},
        {"op": "up:0"},
        {"op": "remove-row:0:9"},
        {"op": "add:nonsense"},
        {"op": "add:chosen"},
        {"op": "\x00:::"},
        {"op": "add-row:0", "stage": "0", "s0-strategy": "rating"},
    ],
)
def test_a_crafted_form_never_breaks_the_page(client, administrator, data):
    assert client.post(reverse("chain"), data).status_code in (200, 302)
    assert client.post(reverse("chain_preview"), data).status_code == 200


def test_a_stage_posted_twice_is_saved_once(client, administrator, chain):
    data = form(rating(200))
    data["stage"] = [0, 0]

    client.post(reverse("chain"), data)

    assert len(specs(chain)) == 1


def operation(client, op, *stages):
    response = client.post(reverse("chain"), form(*stages, op=op))
    return re.findall(r'name="s\d+-strategy" value="(\w+)"', response.content.decode()), response


@pytest.mark.parametrize("strategy", [strategy.value for strategy in CHAIN_STRATEGIES])
def test_every_strategy_can_be_added_before_base(client, administrator, strategy):
    shown, _response = operation(client, f"add:{strategy}", rating(), base())

    assert shown == ["rating", strategy, "base"]


def test_a_stage_moves_earlier_and_later(client, administrator):
    assert operation(client, "up:1", rating(), base())[0] == ["base", "rating"]
    assert operation(client, "down:0", rating(), base())[0] == ["base", "rating"]
    assert operation(client, "up:0", rating(), base())[0] == ["rating", "base"]
    assert operation(client, "down:1", rating(), base())[0] == ["rating", "base"]


def test_a_removed_stage_can_be_brought_back(client, administrator):
    _shown, response = operation(client, "remove:0", rating(), base())
    assert "будет удалён при сохранении" in text(response)

    shown, response = operation(client, "restore:0", rating(removed="on"), base())
    assert "будет удалён при сохранении" not in text(response)
    assert shown == ["rating", "base"]


def test_rows_are_added_and_removed(client, administrator):
    _shown, response = operation(client, "add-row:0", base_plus(limit("", 12)))
    assert response.content.decode().count('name="s0-row"') == 2

    _shown, response = operation(client, "remove-row:0:0", base_plus(limit("", 12), limit("", 13)))
    assert response.content.decode().count('name="s0-row"') == 1
    assert 'value="13"' in text(response)


def test_buttons_save_nothing_and_complain_of_nothing(client, administrator, chain):
    _shown, response = operation(client, "add:speed", rating("много"), base())

    assert "invalid-feedback" not in text(response)
    assert 'value="много"' in text(response)
    assert specs(chain) == [StageSpec(Strategy.BASE)]


def test_a_chain_has_an_upper_end(client, administrator):
    shown, response = operation(client, "add:base", *[base()] * MAX_STAGES)

    assert len(shown) == MAX_STAGES
    assert "не больше 20 этапов" in text(response)


def test_rows_have_an_upper_end(client, administrator):
    rows = [limit("", 1)] * MAX_ROWS

    _shown, response = operation(client, "add-row:0", base_plus(*rows))

    assert response.content.decode().count('name="s0-row"') == MAX_ROWS
    assert "не больше 200 строк" in text(response)


def test_a_button_pressed_with_htmx_gets_the_form_alone(client, administrator):
    response = client.post(
        reverse("chain"), form(base(), op="add:rating"), headers={"HX-Request": "true"}
    )

    assert response.content.decode().strip().startswith('<form id="chain-form"')
