"""Regions and cities from the committed table dealers/data/places.csv."""

import csv
from pathlib import Path

from django.db import transaction

from dealers.models import Place

TABLE = Path(__file__).resolve().parent.parent / "data/places.csv"


def read_table():
    """The table's rows; its columns are described in dealers/data/README.md."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_places():
    """Insert what the table has and the database lacks; returns how many places that was.

    Records that people have edited stay as they are.
    """
    rows = read_table()
    regions = {place.code: place for place in Place.objects.regions()}
    fresh = Place.objects.bulk_create(
        _place(row, code=row["region"])
        for row in rows
        if row["kind"] == "region" and row["region"] not in regions
    )
    regions |= {place.code: place for place in fresh}
    known = set(Place.objects.cities().values_list("parent__code", "name"))
    cities = Place.objects.bulk_create(
        _place(row, parent=regions[row["region"]])
        for row in rows
        if row["kind"] == "city" and (row["region"], row["name"]) not in known
    )
    return len(fresh) + len(cities)


def _place(row, **fields):
    return Place(
        name=row["name"],
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        time_zone=row["timezone"],
        population=int(row["population"]),
        **fields,
    )
