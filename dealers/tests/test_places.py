"""Places are found as people write them."""

import pytest

from dealers.places import nearest_city, place_label, places_named, search_places
from tests.factories import CityFactory, RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def moscow():
    region = RegionFactory(name="Москва")
    return CityFactory(
        parent=region, name="Москва", population=10_000_000, latitude=55.75, longitude=37.62
    )


@pytest.fixture
def suburbs():
    region = RegionFactory(name="Московская область")
    return [
        CityFactory(parent=region, name="Королёв", population=220_000, latitude=55.92),
        CityFactory(parent=region, name="Старая Купавна", population=20_000),
    ]


def test_cities_come_before_regions_and_large_before_small(moscow, suburbs):
    assert [place_label(one) for one in search_places("моск")] == ["Москва", "Московская область"]


@pytest.mark.parametrize(
    "text", ["королев", "КОРОЛЁВ", "  Коро", "г. Королёв", "город королев", "Королёв\x00"]
)
def test_case_and_the_letter_yo_do_not_matter(suburbs, text):
    assert search_places(text) == [suburbs[0]]


def test_any_word_of_a_name_is_found(suburbs):
    assert search_places("купав") == [suburbs[1]]


def test_hyphens_may_be_left_out():
    city = CityFactory(name="Ростов-на-Дону")
    assert search_places("ростов на") == [city]
    assert places_named("ростов на дону") == [city]


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "\\", "\x00", "🙂", "г.", "я" * 5000])
def test_nonsense_finds_nothing(moscow, text):
    assert search_places(text) == []
    assert places_named(text) == []


def test_a_name_of_two_cities_needs_the_region():
    one, other = CityFactory(name="Киров"), CityFactory(name="Киров")
    assert set(places_named("киров")) == {one, other}
    assert places_named(place_label(other)) == [other]


def test_a_region_named_as_its_city_is_the_city(moscow):
    assert places_named("Москва") == [moscow]
    assert place_label(moscow) == "Москва"


def test_the_nearest_city_is_found_across_the_date_line():
    east = CityFactory(latitude=64.7, longitude=177.5)
    CityFactory(latitude=55.75, longitude=37.62)
    assert nearest_city(66.0, -175.0) == east


def test_without_cities_nothing_is_near():
    assert nearest_city(55, 37) is None
