"""The strategies screen."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.models import Dealer
from distribution.chain_editing import (
    ChainError,
    StageEdit,
    add_region_chain,
    save_stages,
    stages_of,
)
from distribution.chains import latest_version, save_version
from distribution.forms.draft import MAX_ROWS, MAX_STAGES
from distribution.models import Chain, ChainStage, ChainVersion, Eligibility
from distribution.services.jobs import versions_of
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
from orders.models import Assignment
from tests.factories import (
    NOW,
    AdministratorFactory,
    CategoryFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = AdministratorFactory()
    client.force_login(user)
    return user


@pytest.fixture
def chain(db):
    return Chain.objects.get(region=None)


def form(*stages, op="save", seen=None, region=None):
    """What the page posts: ``stages`` are dicts of fields with ``strategy`` and maybe ``rows``."""
    data = {"op": op, "seen": latest_version(region).pk if seen is None else seen, "stage": []}
    for key, stage in enumerate(stages):
        stage = dict(stage)
        data["stage"].append(key)
        rows = stage.pop("rows", [])
        data[f"s{key}-row"] = list(range(len(rows)))
        for number, row in enumerate(rows):
            data |= {f"s{key}r{number}-{name}": value for name, value in row.items()}
        data |= {f"s{key}-{name}": value for name, value in stage.items()}
    return data


def rating(points=200, window=5, **fields):
    fields = {"is_on": "on", "min_points": points, "window": window, **fields}
    return {"strategy": "rating", **fields}


def base(delay=0, **fields):
    return {"strategy": "base", "is_on": "on", "delay": delay, **fields}


def base_plus(*rows, window=10):
    return {"strategy": "base_plus", "is_on": "on", "window": window, "rows": rows}


def fix(*rows, **fields):
    return {"strategy": "fix", "is_on": "on", "rows": rows, **fields}


def limit(dealer, value=12, unit="percent", period="month"):
    return {"dealer": dealer, "limit": value, "unit": unit, "period": period}


def best(**fields):
    weights = {f"weight_{name}": 1 for name in ("distance", "price", "rating", "speed")}
    return {"strategy": "best", "is_on": "on", "at_once": 1, "rounds": 1, "window": 5} | (
        weights | fields
    )


def specs(chain):
    return [edit.spec for edit in stages_of(chain)]


def text(response):
    return " ".join(response.content.decode().split())


def save(client, *stages, **options):
    return client.post(reverse("chain"), form(*stages, **options))


# Rights.


ADDRESSES = [
    ("get", "chain", False),
    ("post", "chain", False),
    ("post", "chain_preview", False),
    ("post", "chain_add", False),
    ("get", "chain_region", True),
    ("post", "chain_region", True),
    ("post", "chain_region_preview", True),
    ("post", "chain_switch", True),
    ("get", "chain_remove", True),
    ("post", "chain_remove", True),
]


@pytest.mark.parametrize("factory", [ManagerFactory, UserFactory])
@pytest.mark.parametrize(("method", "name", "is_regional"), ADDRESSES)
def test_only_administrators_have_the_screen(client, factory, method, name, is_regional):
    region = RegionFactory()
    add_region_chain(region_id=region.pk, by=None, now=NOW)
    before = ChainVersion.objects.count()
    client.force_login(factory())

    response = getattr(client, method)(reverse(name, args=[region.pk] if is_regional else []))

    assert response.status_code == 404
    assert ChainVersion.objects.count() == before


@pytest.mark.parametrize(("method", "name", "is_regional"), ADDRESSES)
def test_a_visitor_is_sent_to_log_in(client, method, name, is_regional):
    response = getattr(client, method)(reverse(name, args=[1] if is_regional else []))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("pk", ["999999", str(2**70)])
def test_a_region_without_a_chain_answers_404(client, administrator, pk):
    assert client.get(f"/workspace/strategies/{pk}/").status_code == 404
    assert client.post(f"/workspace/strategies/{pk}/switch/").status_code == 404
    assert client.post(f"/workspace/strategies/{pk}/remove/").status_code == 404


# Saving.


def test_all_six_strategies_are_saved_with_their_parameters(client, administrator, chain):
    dealer, region, category = DealerFactory(), RegionFactory(), CategoryFactory()

    response = save(
        client,
        fix({"dealer": dealer.pk, "region": region.pk, "category": category.pk}, window=7),
        base_plus(limit(dealer.pk, 24, "count", "week"), window=8),
        rating(200, 5),
        {"strategy": "speed", "is_on": "on", "max_minutes": 9, "min_orders": 4, "window": 3},
        best(weight_distance=3, weight_speed=0, at_once=2, rounds=3, window=6),
        base(15),
    )

    assert response.url == reverse("chain")
    assert specs(chain) == [
        StageSpec(Strategy.FIX, window=7, fix_rows=(FixRow(dealer.pk, region.pk, category.pk),)),
        StageSpec(
            Strategy.BASE_PLUS,
            window=8,
            limit_rows=(LimitRow(dealer.pk, LimitUnit.COUNT, 24, Period.WEEK),),
        ),
        StageSpec(Strategy.RATING, window=5, min_points=200),
        StageSpec(Strategy.SPEED, window=3, max_minutes=9, min_orders=4),
        StageSpec(Strategy.BEST, window=6, at_once=2, rounds=3, weights=Weights(3, 1, 1, 0)),
        StageSpec(Strategy.BASE, delay=15),
    ]
    version = latest_version(None)
    assert [StageSpec.from_json(data) for data in version.spec] == specs(chain)
    assert version.created_by == administrator


def test_what_was_saved_is_shown_again_and_saves_to_the_same(client, administrator, chain):
    dealer = DealerFactory()
    save(client, fix({"dealer": dealer.pk}, until_answers="on"), best(rounds=4), base(15))
    saved = specs(chain)
    page = client.get(reverse("chain")).content.decode()

    client.post(reverse("chain"), posted_by(page))

    assert specs(chain) == saved
    assert ChainVersion.objects.filter(region=None).count() == 3


def posted_by(page):
    """What a browser would post from the page's form as it stands."""
    page = page[page.index('id="chain-form"') :]
    page = page[: page.index("</form>")]
    data = {"op": "save"}
    for tag in re.findall(r"<input[^>]+>", page):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if found.get("type") == "checkbox" and " checked" not in tag:
            continue
        data.setdefault(found["name"], []).append(found.get("value", "on"))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        data[name] = chosen.group(1) if chosen else ""
    return data


def test_several_stages_of_one_kind_are_allowed(client, administrator, chain):
    save(client, rating(500, 5), rating(200, 10), base())

    assert [spec.min_points for spec in specs(chain)][:2] == [500, 200]


def test_stages_are_saved_in_the_order_of_the_cards(client, administrator, chain):
    data = form(rating(100), rating(200), base())
    data["stage"] = [1, 2, 0]

    client.post(reverse("chain"), data)

    assert [(spec.strategy.value, spec.min_points) for spec in specs(chain)] == [
        ("rating", 200),
        ("base", 0),
        ("rating", 100),
    ]


def test_a_switched_off_stage_is_kept_but_counts_for_no_order(client, administrator, chain):
    save(client, {"strategy": "rating", "min_points": 200, "window": 5}, base())

    assert [stage.is_on for stage in chain.stages.all()] == [False, True]
    assert [data["strategy"] for data in latest_version(None).spec] == ["base"]


def test_a_stage_keeps_its_row_when_it_is_changed(client, administrator, chain):
    save(client, rating(200), base())
    [stage, _base] = chain.stages.all()

    save(client, rating(300, pk=stage.pk), base())

    stage.refresh_from_db()
    assert stage.min_points == 300


def test_a_stage_of_another_chain_is_not_taken_over(client, administrator, chain):
    region = RegionFactory()
    other = add_region_chain(region_id=region.pk, by=administrator, now=NOW).stages.get()

    save(client, base(30, pk=other.pk))

    other.refresh_from_db()
    assert (other.chain.region, other.delay) == (region, 0)
    assert chain.stages.get().delay == 30


def test_a_removed_stage_goes_on_saving(client, administrator, chain):
    save(client, rating(200), base())
    save(client, rating(200, removed="on"), base())

    assert [spec.strategy for spec in specs(chain)] == [Strategy.BASE]


def test_a_removed_stage_may_be_filled_in_wrongly(client, administrator, chain):
    assert save(client, rating("nonsense", removed="on"), base()).status_code == 302


def test_fix_until_it_answers_needs_no_minutes(client, administrator, chain):
    save(client, fix({"dealer": DealerFactory().pk}, window="nonsense", until_answers="on"))

    assert specs(chain)[0].window is None


def test_a_chain_may_be_empty(client, administrator, chain):
    assert save(client).status_code == 302
    assert specs(chain) == []


def test_orders_placed_earlier_keep_their_chain(client, administrator):
    earlier = OrderFactory(created_at=timezone.now() - datetime.timedelta(minutes=1))
    save(client, rating(200), base())
    later = OrderFactory(created_at=timezone.now())

    versions = versions_of([earlier, later])

    assert len(versions[earlier.pk].spec) == 1
    assert len(versions[later.pk].spec) == 2


def test_another_administrators_chain_is_not_overwritten_unseen(client, administrator, chain):
    opened = latest_version(None).pk
    save(client, rating(200), base())

    response = save(client, rating(777), base(), seen=opened)

    assert response.status_code == 200
    assert "её сохранил кто-то другой" in text(response)
    assert 'value="777"' in text(response)
    assert specs(chain)[0].min_points == 200


def test_saving_once_more_overrides(client, administrator, chain):
    opened = latest_version(None).pk
    save(client, rating(200), base())
    response = save(client, rating(777), base(), seen=opened)
    [seen] = re.findall(r'name="seen" value="(\d+)"', response.content.decode())

    save(client, rating(777), base(), seen=seen)

    assert specs(chain)[0].min_points == 777


# Nonsense.


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


# The page's buttons.


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


# The sentence and the figures.


def test_the_page_says_what_the_chain_does_and_whom_it_concerns(client, administrator):
    save(client, rating(200, 5), base(15))

    page = re.sub("<[^>]+>", "", text(client.get(reverse("chain"))))

    assert (
        "0–5 мин: дилеры от 200 баллов; 5–15 мин: по-прежнему только они; с 15-й минуты: все "
        "дилеры региона." in page
    )
    assert "Уже оформленные заказы идут по прежней" in page


def test_the_preview_follows_what_is_typed(client, administrator):
    response = client.post(reverse("chain_preview"), form(rating(350, 7)))

    shown = re.sub("<[^>]+>", "", text(response))
    assert "0–7 мин: дилеры от 350 баллов" in shown
    assert "В цепочке нет Базовой стратегии" in shown


def test_the_preview_names_stages_that_cannot_be_read_yet(client, administrator):
    response = client.post(reverse("chain_preview"), form(rating("много"), base()))

    assert "«Рейтинг»" in text(response)


def test_the_number_of_dealers_that_qualify_is_shown(client, administrator):
    for points in (100, 200, 300):
        Dealer.objects.filter(pk=DealerFactory().pk).update(points=points)
    Dealer.objects.filter(pk=DealerFactory(is_active=False).pk).update(points=900)

    response = client.post(reverse("chain_preview"), form(rating(200), base()))

    assert "Сейчас подходят 2 дилера" in text(response)


def test_a_regions_chain_counts_the_dealers_of_the_region(client, administrator):
    region = RegionFactory()
    add_region_chain(region_id=region.pk, by=administrator, now=NOW)
    DealerFactory(main_region=region)
    DealerFactory().additional_places.add(region)
    DealerFactory()

    response = client.post(
        reverse("chain_region_preview", args=[region.pk]), form(rating(0), region=region.pk)
    )

    assert "Сейчас подходят 2 дилера" in text(response)


def test_fast_dealers_are_counted_by_their_median(client, administrator):
    now = timezone.now()
    for minutes in ((5, 6, 60), (5, 60, 60), (1, 1)):
        dealer = DealerFactory()
        for number in minutes:
            started = now - datetime.timedelta(days=1)
            Assignment.objects.create(
                order=OrderFactory(),
                dealer=dealer,
                cycle=1,
                offered_at=started - datetime.timedelta(minutes=number),
                started_at=started,
            )
    stage = {"strategy": "speed", "is_on": "on", "max_minutes": 10, "min_orders": 3, "window": 5}

    response = client.post(reverse("chain_preview"), form(stage, base()))

    assert "Сейчас подходит 1 дилер" in text(response)


def test_limits_show_what_was_received_in_the_period(client, administrator):
    now = timezone.now()
    dealer = DealerFactory(name="Стройдвор")
    for number in range(24):
        order = OrderFactory(created_at=now)
        Eligibility.objects.create(order=order, dealer=dealer, placed_at=now)
        if number < 3:
            Assignment.objects.create(
                order=order, dealer=dealer, cycle=1, offered_at=now, started_at=now
            )

    response = client.post(
        reverse("chain_preview"),
        form(
            base_plus(limit(dealer.pk, 12, period="year")),
            base_plus(limit(dealer.pk, 10, "count", "year")),
        ),
    )

    assert "Стройдвор: за текущий год получено 3 из 24, лимит позволяет 3" in text(response)
    assert "Стройдвор: за текущий год получено 3 из 10" in text(response)


@pytest.mark.parametrize("number", [1, 15])
def test_the_page_costs_the_same_however_many_stages_and_rows(
    client, administrator, number, django_assert_max_num_queries
):
    dealers = [DealerFactory().pk for _ in range(number)]
    stages = [base_plus(*(limit(pk) for pk in dealers)), *[rating()] * number, base()]
    assert save(client, *stages).status_code == 302

    with django_assert_max_num_queries(22):
        client.get(reverse("chain"))


# Regions.


def test_a_region_gets_a_copy_of_the_default_chain(client, administrator, chain):
    region, dealer = RegionFactory(), DealerFactory()
    save(client, base_plus(limit(dealer.pk)), fix({"dealer": dealer.pk}, window=4), base(15))

    response = client.post(reverse("chain_add"), {"region": region.pk})

    assert response.url == reverse("chain_region", args=[region.pk])
    assert specs(Chain.objects.get(region=region)) == specs(chain)
    assert latest_version(region.pk).is_active


def test_a_regions_chain_counts_for_its_orders_alone(client, administrator):
    here, elsewhere = OrderFactory(created_at=NOW), OrderFactory(created_at=NOW)
    add_region_chain(
        region_id=here.region_id, by=administrator, now=NOW - datetime.timedelta(hours=1)
    )

    versions = versions_of([here, elsewhere])

    assert versions[here.pk].region_id == here.region_id
    assert versions[elsewhere.pk].region_id is None


@pytest.mark.parametrize("region", ["", "x", "999999", "\x00", "9" * 60])
def test_a_nonsense_region_gets_no_chain(client, administrator, region):
    response = client.post(reverse("chain_add"), {"region": region}, follow=True)

    assert "Нет такого региона" in text(response)
    assert Chain.objects.count() == 1


def test_a_city_gets_no_chain(administrator):
    with pytest.raises(ChainError, match="Нет такого региона"):
        add_region_chain(region_id=OrderFactory().place_id, by=administrator, now=NOW)


def test_a_region_has_one_chain(administrator):
    region = RegionFactory()
    add_region_chain(region_id=region.pk, by=administrator, now=NOW)

    with pytest.raises(ChainError, match="уже есть своя цепочка"):
        add_region_chain(region_id=region.pk, by=administrator, now=NOW)


def test_a_regions_chain_is_switched_off_and_on(client, administrator):
    order = OrderFactory(created_at=timezone.now() + datetime.timedelta(minutes=1))
    add_region_chain(region_id=order.region_id, by=administrator, now=NOW)
    address = reverse("chain_switch", args=[order.region_id])

    client.post(address, {"is_active": "off"})
    assert versions_of([order])[order.pk].region_id is None

    client.post(address, {"is_active": "on"})
    assert versions_of([order])[order.pk].region_id == order.region_id


def test_a_removed_chain_leaves_the_region_to_the_default_one(client, administrator):
    order = OrderFactory(created_at=timezone.now() + datetime.timedelta(minutes=1))
    earlier = OrderFactory(place=order.place, created_at=NOW)
    add_region_chain(
        region_id=order.region_id, by=administrator, now=NOW - datetime.timedelta(hours=1)
    )
    address = reverse("chain_remove", args=[order.region_id])
    assert "Удалить цепочку региона" in text(client.get(address))

    client.post(address)

    assert not Chain.objects.filter(region=order.region).exists()
    versions = versions_of([order, earlier])
    assert versions[order.pk].region_id is None
    assert versions[earlier.pk].region_id == order.region_id


def test_the_default_chain_cannot_be_switched_off_or_removed(client, administrator, chain):
    for verb in ("switch", "remove"):
        assert client.post(f"/workspace/strategies/{verb}/").status_code in (404, 405)

    assert Chain.objects.get(region=None).is_active


# History.


def test_the_history_tells_who_saved_what_and_when(client, administrator):
    save(client, rating(350, 7), base())

    page = text(client.get(reverse("chain")))

    assert administrator.name in page
    assert "0–7 мин: дилеры от 350 баллов; с 7-й минуты: все дилеры региона." in page
    assert "Исходная цепочка" in page


def test_an_earlier_version_is_brought_back_by_saving_it(client, administrator, chain):
    save(client, rating(350, 7), base())
    old = latest_version(None)
    save(client, base())

    page = client.get(reverse("chain"), {"version": old.pk})
    assert "Показана версия от" in text(page)
    assert specs(chain) == [StageSpec(Strategy.BASE)]

    client.post(reverse("chain"), posted_by(page.content.decode()))
    assert latest_version(None).spec == old.spec


def test_a_version_of_another_region_is_not_shown(client, administrator):
    region = RegionFactory()
    add_region_chain(region_id=region.pk, by=administrator, now=NOW)

    version = latest_version(region.pk).pk

    assert client.get(reverse("chain"), {"version": version}).status_code == 404


def test_rows_of_what_is_gone_are_left_out_of_an_earlier_version(client, administrator, chain):
    dealer, gone = DealerFactory(), CategoryFactory()
    save_stages(
        chain_id=chain.pk,
        edits=[
            StageEdit(
                StageSpec(
                    Strategy.FIX,
                    window=5,
                    fix_rows=(FixRow(dealer.pk, None, gone.pk), FixRow(dealer.pk)),
                )
            )
        ],
        seen_version_id=latest_version(None).pk,
        by=administrator,
        now=NOW,
    )
    old = latest_version(None).pk
    save(client, base())
    gone.delete()

    page = client.get(reverse("chain"), {"version": old}).content.decode()

    assert page.count('name="s0-row"') == 1


def test_an_inactive_chain_leaves_an_empty_version(administrator):
    region = RegionFactory()
    chain = add_region_chain(region_id=region.pk, by=administrator, now=NOW)
    chain.is_active = False

    version = save_version(chain, by=administrator, now=NOW)

    assert (version.spec, version.is_active) == ([], False)


def test_every_row_in_the_database_makes_the_specification_that_was_saved(chain, administrator):
    edits = [StageEdit(StageSpec(Strategy.SPEED, window=3, max_minutes=9, min_orders=4))]
    save_stages(
        chain_id=chain.pk,
        edits=edits,
        seen_version_id=latest_version(None).pk,
        by=administrator,
        now=NOW,
    )

    stage = ChainStage.objects.get(chain=chain)
    assert (stage.max_minutes, stage.min_orders, stage.rounds) == (9, 4, 1)
    assert specs(chain) == [edits[0].spec]
