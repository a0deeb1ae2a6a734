"""What a visitor of the map asks for, as it stands in the address of the page."""

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog.models import Service

COUNTRY = "country"
NEAREST = "nearest"


@dataclass(frozen=True)
class Choice:
    """A link that changes one thing; ``query`` begins with "?"."""

    label: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class Wanted:
    """``in_country``: dealers of every region, not only those that serve the visitor's place.

    ``services``: all of them are asked for. ``nearest_first``: by distance, not by rating.
    """

    in_country: bool = False
    services: tuple[Service, ...] = ()
    nearest_first: bool = False

    @classmethod
    def read(cls, data):
        """From a page's parameters; what is no choice of ours is left out."""
        return cls(
            in_country=data.get("area") == COUNTRY,
            services=read_services(data),
            nearest_first=data.get("sort") == NEAREST,
        )

    @property
    def query(self):
        """The parameters that read as this, "?" alone for none."""
        query = QueryDict(mutable=True)
        if self.in_country:
            query["area"] = COUNTRY
        query.setlist("service", self.services)
        if self.nearest_first:
            query["sort"] = NEAREST
        return f"?{query.urlencode()}"

    def areas(self, label):
        """The visitor's place by its label, or the whole country."""
        return [
            self._choice(label, in_country=False),
            self._choice(_("The whole country"), in_country=True),
        ]

    def orders(self):
        """The orders of the list."""
        return [
            self._choice(_("Best rated first"), nearest_first=False),
            self._choice(_("Nearest first"), nearest_first=True),
        ]

    def service_switches(self):
        """A switch for each service: pressed again it is taken back."""
        return [
            Choice(service.label, self._with(service).query, service in self.services)
            for service in Service
        ]

    def _with(self, service):
        chosen = {*self.services} ^ {service}
        return replace(self, services=tuple(one for one in Service if one in chosen))

    def _choice(self, label, **change):
        changed = replace(self, **change)
        return Choice(label, changed.query, changed == self)


def read_services(data):
    """The services among a page's parameters, each once."""
    asked = data.getlist("service")
    return tuple(service for service in Service if service in asked)
