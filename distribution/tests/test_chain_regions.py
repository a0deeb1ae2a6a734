"""Regions' own chains, and what the strategies screen tells of a chain."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from dealers.models import Dealer
from distribution.chain_editing import (
    ChainError,
    add_region_chain,
)
from distribution.chains import latest_version
from distribution.models import Chain, Eligibility
from distribution.services.jobs import versions_of
from distribution.tests.chain_forms import (
    base,
    base_plus,
    fix,
    form,
    limit,
    rating,
    save,
    specs,
    text,
)
from orders.models import Assignment
from tests.factories import (
    NOW,
    DealerFactory,
    OrderFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db


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
