"""The strategies screen: who has it, saving, history."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from distribution.chain_editing import (
    StageEdit,
    add_region_chain,
    save_stages,
)
from distribution.chains import latest_version, save_version
from distribution.models import ChainStage, ChainVersion
from distribution.services.jobs import versions_of
from distribution.strategies import (
    FixRow,
    LimitRow,
    LimitUnit,
    Period,
    StageSpec,
    Strategy,
    Weights,
)
from distribution.tests.chain_forms import (
    base,
    base_plus,
    best,
    fix,
    form,
    limit,
    posted_by,
    rating,
    save,
    specs,
    text,
)
from tests.factories import (
    NOW,
    CategoryFactory,
    DealerFactory,
    ManagerFactory,
    OrderFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


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
