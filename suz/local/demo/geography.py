"""Regions and cities in memory."""

from dataclasses import dataclass

from dealers.models import Place
from dealers.services.geography import load_places, read_table


@dataclass(frozen=True)
class Geography:
    """Places in memory: regions by code, cities by region code (largest first)."""

    regions: dict[str, Place]
    cities: dict[str, list[Place]]

    def code(self, region_id):
        """ISO code of the region with this id."""
        return next(code for code, region in self.regions.items() if region.pk == region_id)


def load_geography():
    """The table's places, put into the database first where they are missing."""
    load_places()
    listed = {(row["region"], row["name"]) for row in read_table() if row["kind"] == "city"}
    regions = {place.code: place for place in Place.objects.regions()}
    cities = {code: [] for code in regions}
    for city in Place.objects.cities().select_related("parent").order_by("-population", "id"):
        if (city.parent.code, city.name) in listed:
            cities[city.parent.code].append(city)
    return Geography(regions, cities)
