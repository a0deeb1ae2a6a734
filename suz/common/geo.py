"""Distances on the earth."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0


def distance_km(latitude, longitude, other_latitude, other_longitude):
    """Kilometres as the crow flies between two points in degrees (haversine)."""
    rise = radians(other_latitude - latitude) / 2
    turn = radians(other_longitude - longitude) / 2
    share = sin(rise) ** 2 + (
        cos(radians(latitude)) * cos(radians(other_latitude)) * sin(turn) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, share)))
