"""Maps: what a page needs to show one."""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("map_assets.html")
def map_assets():
    """Leaflet and static/js/map.js, for the head of a page with a map."""
    return {}


@register.inclusion_tag("map.html")
def map_view(
    points=None, latitude=None, longitude=None, zoom=11, pick="", css="", label="", pins_url=""
):
    """A map. Either with pins or to set one on.

    ``points`` are mappings with latitude, longitude, title and optionally text, url, id and kind;
    they may be many. With ``pins_url``, static/js/map.js gets them from there as {"pins": [...]}.
    A single pin is given by ``latitude`` and ``longitude``. With ``pick``, the prefix of two
    inputs' ids ("id_" for id_latitude and id_longitude), a click or a drag sets the pin.
    """
    pins = [dict(point) for point in points or []]
    if latitude is not None and longitude is not None and not (pins or pins_url or pick):
        pins = [{"latitude": latitude, "longitude": longitude, "title": label}]
    return {
        "pins": pins,
        "pins_url": pins_url,
        "latitude": latitude,
        "longitude": longitude,
        "zoom": zoom,
        "pick": pick,
        "css": css,
        "label": label,
        "tiles": settings.MAP_TILES_URL,
    }
