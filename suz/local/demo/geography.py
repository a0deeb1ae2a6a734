"""Regions and cities from the committed table."""

import csv
from dataclasses import dataclass

from django.conf import settings

from dealers.models import Place

TABLE = settings.BASE_DIR / "dealers/data/places.csv"


@dataclass(frozen=True)
class Geography:
    """Places in memory: regions by code, cities by region code (largest first)."""

    regions: dict[str, Place]
    cities: dict[str, list[Place]]

    def code(self, region_id):
        """ISO code of the region with this id."""
        return next(code for code, region in self.regions.items() if region.pk == region_id)


def load_places():
    """Insert what the table has and the database lacks; returns the Geography."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    regions = {place.code: place for place in Place.objects.regions()}
    fresh = [
        _place(row, code=row["region"])
        for row in rows
        if row["kind"] == "region" and row["region"] not in regions
    ]
    Place.objects.bulk_create(fresh)
    regions |= {place.code: place for place in fresh}
    known = set(Place.objects.cities().values_list("parent__code", "name"))
    Place.objects.bulk_create(
        _place(row, parent=regions[row["region"]])
        for row in rows
        if row["kind"] == "city" and (row["region"], row["name"]) not in known
    )
    listed = {(row["region"], row["name"]) for row in rows if row["kind"] == "city"}
    cities = {code: [] for code in regions}
    for city in Place.objects.cities().select_related("parent").order_by("-population", "id"):
        if (city.parent.code, city.name) in listed:
            cities[city.parent.code].append(city)
    return Geography(regions, cities)


def _place(row, **fields):
    return Place(
        name=row["name"],
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        time_zone=row["timezone"],
        population=int(row["population"]),
        **fields,
    )
