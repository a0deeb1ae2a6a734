"""Creating, editing, ending, joining and leaving, with the history of it."""

import datetime
from decimal import Decimal

import pytest

from catalog.promotions.models import Promotion, PromotionState
from catalog.promotions.selectors import promotion_history, promotions_of_dealer, shown_to
from catalog.promotions.services import (
    PromotionMoved,
    PromotionOver,
    create_promotion,
    edit_promotion,
    end_promotion,
    join,
    leave,
)
from tests.factories import (
    NOW,
    CityFactory,
    DealerFactory,
    PromotionDealerFactory,
    PromotionFactory,
)


@pytest.fixture
def values():
    return {
        "name": "Осень",
        "text": "",
        "picture": None,
        "starts_on": datetime.date(2026, 6, 1),
        "ends_on": datetime.date(2026, 6, 30),
        "percent": Decimal(10),
        "regions": [],
        "categories": [],
        "products": [],
    }


def test_the_history_tells_who_changed_what(administrator, manager, values, city):
    promotion = create_promotion(values=values, by=administrator, now=NOW)
    changed = values | {"percent": Decimal(15), "regions": [city.parent]}
    assert edit_promotion(promotion_id=promotion.pk, values=changed, seen=0, by=manager, now=NOW)
    edited, created = promotion_history(promotion)
    assert (created["by"], created["changes"]) == (administrator, [])
    assert edited["by"] == manager
    assert [(one["field"], one["before"], one["after"]) for one in edited["changes"]] == [
        ("percent", ["10.00"], ["15"]),
        ("regions", [], [city.parent.name]),
    ]


def test_saving_what_is_there_changes_nothing(administrator, values):
    promotion = create_promotion(values=values, by=administrator, now=NOW)
    assert not edit_promotion(
        promotion_id=promotion.pk, values=values, seen=0, by=administrator, now=NOW
    )
    assert len(promotion_history(promotion)) == 1


def test_the_second_of_two_who_edit_is_told(administrator, manager, values):
    promotion = create_promotion(values=values, by=administrator, now=NOW)
    edit_promotion(
        promotion_id=promotion.pk, values=values | {"name": "Зима"}, seen=0, by=manager, now=NOW
    )
    with pytest.raises(PromotionMoved):
        edit_promotion(
            promotion_id=promotion.pk,
            values=values | {"name": "Весна"},
            seen=0,
            by=administrator,
            now=NOW,
        )
    assert Promotion.objects.get().name == "Зима"


def test_ended_it_is_over_for_good(administrator, values, dealer):
    promotion = create_promotion(values=values, by=administrator, now=NOW)
    for _ in "12":
        end_promotion(promotion_id=promotion.pk, by=administrator, now=NOW)
    assert Promotion.objects.get().state_at(NOW) == PromotionState.OVER
    with pytest.raises(PromotionOver):
        edit_promotion(promotion_id=promotion.pk, values=values, seen=1, by=administrator, now=NOW)
    for work in (join, leave):
        with pytest.raises(PromotionOver):
            work(promotion_id=promotion.pk, dealer=dealer, by=administrator, now=NOW)


def test_joining_and_leaving_twice_is_once(dealer, person):
    promotion = PromotionFactory()
    for _ in "12":
        join(promotion_id=promotion.pk, dealer=dealer, by=person, now=NOW)
    assert promotion.joined.get().joined_by == person
    for _ in "12":
        leave(promotion_id=promotion.pk, dealer=dealer, by=person, now=NOW)
    assert not promotion.joined.exists()


def test_a_dealer_joins_what_concerns_its_territory(city, person):
    here, there, other = PromotionFactory(), PromotionFactory(), PromotionFactory()
    town = CityFactory()
    dealer = DealerFactory(main_region=city.parent)
    dealer.additional_places.add(town)
    here.regions.add(city.parent)
    there.regions.add(town.parent)
    other.regions.add(CityFactory().parent)
    everywhere = PromotionFactory()
    PromotionFactory(ends_on=datetime.date(2026, 6, 14))
    found = promotions_of_dealer(dealer, now=NOW)
    assert {one.pk for one in found} == {here.pk, there.pk, everywhere.pk}
    with pytest.raises(Promotion.DoesNotExist):
        join(promotion_id=other.pk, dealer=dealer, by=person, now=NOW)


@pytest.mark.parametrize("state", list(PromotionState))
def test_the_database_and_the_object_agree_on_the_state(db, state):
    day = datetime.date(2026, 6, 15)
    for starts in (day - datetime.timedelta(2), day, day + datetime.timedelta(1)):
        for length in (0, 1, 2):
            for ended_at in (None, NOW, NOW + datetime.timedelta(seconds=1)):
                PromotionFactory(
                    starts_on=starts,
                    ends_on=starts + datetime.timedelta(length),
                    ended_at=ended_at,
                )
    found = set(Promotion.objects.in_state(state, now=NOW))
    assert found == {one for one in Promotion.objects.all() if one.state_at(NOW) == state}


def test_the_shop_shows_what_dealers_of_the_region_have_joined(city, dealer):
    joined = PromotionDealerFactory(dealer=dealer).promotion
    coming = PromotionDealerFactory(
        dealer=dealer, promotion__starts_on=datetime.date(2026, 6, 20)
    ).promotion
    PromotionFactory()
    PromotionDealerFactory()
    PromotionDealerFactory(dealer=DealerFactory(main_region=city.parent, is_active=False))
    PromotionDealerFactory(dealer=dealer, promotion__ended_at=NOW)
    PromotionDealerFactory(dealer=dealer).promotion.regions.add(CityFactory().parent)
    found = list(shown_to(city, now=NOW))
    assert found == [joined, coming]
    assert [one.dealers for one in found] == [1, 1]
