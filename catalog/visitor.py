"""Where a visitor of the shop is: chosen, or else guessed."""

from dataclasses import dataclass
from math import isfinite

from dealers.models import Place
from dealers.places import default_place, place_label
from suz.common.cookies import set_own_cookie

PLACE_COOKIE = "place"
POSITION_COOKIE = "position"
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Visitor:
    """``is_guess``: the visitor has not chosen the place. ``position``: degrees, if given."""

    place: Place
    is_guess: bool
    position: tuple[float, float] | None = None

    @property
    def label(self):
        return place_label(self.place)

    @property
    def region_id(self):
        """The region that the place lies in, or is."""
        return self.place.parent_id or self.place.pk

    @property
    def point(self):
        """From where distances are measured: the position, else the middle of the place."""
        return self.position or (self.place.latitude, self.place.longitude)


def visitor_of(request):
    """The visitor, read once a request: one query."""
    if not hasattr(request, "_visitor"):
        request._visitor = _read(request)
    return request._visitor


def known_visitor(request):
    """The visitor where the request has read it already, else None: no query."""
    return getattr(request, "_visitor", None)


def remember(response, place, position=None):
    """Remember the visitor's place, and the position it was found by (to about a kilometre)."""
    set_own_cookie(response, PLACE_COOKIE, str(place.pk), max_age=YEAR_SECONDS)
    if position is None:
        response.delete_cookie(POSITION_COOKIE, samesite="Lax")
    else:
        value = ",".join(f"{degrees:.2f}" for degrees in position)
        set_own_cookie(response, POSITION_COOKIE, value, max_age=YEAR_SECONDS)


def parse_position(latitude, longitude):
    """A point of two texts in degrees, or None where they are no point on the earth."""
    try:
        point = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return None
    if not all(map(isfinite, point)) or abs(point[0]) > 90 or abs(point[1]) > 180:
        return None
    return point


def _read(request):
    chosen = request.COOKIES.get(PLACE_COOKIE, "")
    place = None
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        place = Place.objects.select_related("parent").filter(pk=int(chosen)).first()
    if place is None:
        return Visitor(default_place() or _nowhere(), is_guess=True)
    latitude, _comma, longitude = request.COOKIES.get(POSITION_COOKIE, "").partition(",")
    return Visitor(place, is_guess=False, position=parse_position(latitude, longitude))


def _nowhere():
    """A place outside the table, so that pages work before places are loaded."""
    return Place(pk=0, name="Россия", latitude=60.0, longitude=90.0)
