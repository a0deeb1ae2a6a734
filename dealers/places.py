"""Finding places: by name as people type it, and by position."""

from django.db.models import Exists, F, FloatField, OuterRef, Q, Value
from django.db.models.functions import ACos, Cos, Least, Lower, Radians, Replace, Sin
from django.db.models.lookups import IsNull

from dealers.models import Place

LONGEST_QUERY = 100
# What people write before a city's name.
PREFIXES = ("город ", "гор. ", "г. ", "г.")


def plain(text):
    """The text as names are compared: lower case, е for ё, spaces for hyphens."""
    text = text.replace("\x00", " ")[:LONGEST_QUERY].lower()
    return " ".join(text.replace("ё", "е").replace("-", " ").replace("—", " ").split())


def place_label(place):
    """The name with the region where it says more: Казань, Татарстан; Москва."""
    if place.parent_id is None or place.parent.name == place.name:
        return place.name
    return f"{place.name}, {place.parent.name}"


def search_places(text, limit=12):
    """Cities and regions whose name, or a word of it, begins with the text; large cities first."""
    wanted = Q()
    for name in _readings(text):
        wanted |= Q(plain__startswith=name) | Q(plain__contains=f" {name}")
    if not wanted:
        return []
    found = _named().filter(wanted)
    return list(found.order_by(IsNull(F("parent"), True), "-population", "name")[:limit])


def places_named(text):
    """Places that the text names exactly, the region after a comma or not; largest first."""
    name, _comma, region = text.partition(",")
    names = _readings(name)
    if not names:
        return []
    places = list(_named().filter(plain__in=names).order_by("-population"))
    if region := plain(region):
        places = [place for place in places if place.parent and plain(place.parent.name) == region]
    return places


def nearest_city(latitude, longitude):
    """The city nearest to a point in degrees, or None where there are no cities."""
    latitude, longitude = Value(latitude, FloatField()), Value(longitude, FloatField())
    cosine = Sin(Radians(latitude)) * Sin(Radians("latitude")) + Cos(Radians(latitude)) * Cos(
        Radians("latitude")
    ) * Cos(Radians(F("longitude") - longitude))
    angle = ACos(Least(cosine, Value(1.0)))
    return Place.objects.cities().select_related("parent").order_by(angle, "id").first()


def largest_cities(limit):
    """Cities with the most people."""
    cities = Place.objects.cities().select_related("parent")
    return list(cities.order_by("-population", "id")[:limit])


def default_place():
    """Where a visitor of whom nothing is known is taken to be, or None without any place."""
    return next(iter(largest_cities(1)), None) or Place.objects.regions().first()


def _readings(text):
    """What may be meant: the text as it is, and without a word like "city" before it."""
    whole = plain(text)
    bare = next((whole.removeprefix(word) for word in PREFIXES if whole.startswith(word)), whole)
    return [name for name in dict.fromkeys((whole, bare.strip())) if name]


def _named():
    """Places to choose from: a region with a city of its name is chosen as the city."""
    namesake = Place.objects.filter(parent=OuterRef("pk"), name=OuterRef("name"))
    name = Replace(Lower("name"), Value("ё"), Value("е"))
    return (
        Place.objects.select_related("parent")
        .filter(~Exists(namesake))
        .annotate(plain=Replace(Replace(name, Value("-"), Value(" ")), Value(" — "), Value(" ")))
    )
