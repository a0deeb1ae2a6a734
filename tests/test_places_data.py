"""The committed table of places: complete, unambiguous, in the right regions."""

import csv
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from suz.local.demo.build_places import GEOJSON, TABLE, region_at

# The outlines are simplified to some kilometres: these cities lie on the very border.
BORDER_CITIES = {"Абакан", "Сертолово", "Кудрово", "Подольск", "Протвино"}


@pytest.fixture(scope="module")
def rows():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def cities(rows):
    return [row for row in rows if row["kind"] == "city"]


@pytest.fixture(scope="module")
def features():
    return json.loads(GEOJSON.read_text(encoding="utf-8"))["features"]


def test_regions_are_those_of_the_map(rows, features):
    on_map = {feature["properties"]["iso"]: feature["properties"]["name"] for feature in features}
    listed = {row["region"]: row["name"] for row in rows if row["kind"] == "region"}
    assert listed == on_map
    assert len(listed) == 83


def test_there_are_at_least_400_cities_and_each_region_has_one(cities):
    assert len(cities) >= 400
    assert len({city["region"] for city in cities}) == 83


def test_city_names_are_unique_within_a_region(cities):
    counts = Counter((city["region"], city["name"]) for city in cities)
    assert [key for key, count in counts.items() if count > 1] == []


def test_city_names_are_written_in_russian_letters(cities):
    spelling = re.compile(r"[А-ЯЁ][а-яё]+([- ][А-Яа-яЁё][а-яё]*)*")
    assert [city["name"] for city in cities if not spelling.fullmatch(city["name"])] == []


@pytest.mark.parametrize(
    "name",
    [
        *("Казань", "Пермь", "Орёл", "Королёв", "Щёлково", "Артём", "Вышний Волочёк"),
        *("Ростов-на-Дону", "Комсомольск-на-Амуре", "Петропавловск-Камчатский"),
        *("Йошкар-Ола", "Великий Новгород"),
    ],
)
def test_well_known_names_are_spelt_as_customary(cities, name):
    assert name in {city["name"] for city in cities}


@pytest.mark.parametrize(("region", "name"), [("RU-MOW", "Москва"), ("RU-SPE", "Санкт-Петербург")])
def test_city_regions_have_one_city_and_no_districts(cities, region, name):
    assert [city["name"] for city in cities if city["region"] == region] == [name]


def test_cities_lie_within_their_regions(cities, features):
    astray = {
        city["name"]
        for city in cities
        if region_at(features, float(city["lat"]), float(city["lon"]))
        not in (city["region"], None)  # None: on the coast, outside the simplified outline
    }
    assert astray == BORDER_CITIES


def test_time_zones_are_known_and_lie_between_kaliningrad_and_kamchatka(rows):
    moment = datetime(2026, 6, 8, tzinfo=UTC)
    offsets = {ZoneInfo(row["timezone"]).utcoffset(moment) for row in rows}
    assert min(offsets) == timedelta(hours=2)
    assert max(offsets) == timedelta(hours=12)
