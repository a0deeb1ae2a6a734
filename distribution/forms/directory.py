"""What the editor's selects offer, loaded once a request however many rows there are."""

from dataclasses import dataclass, field

from catalog.models import Category
from dealers.models import Dealer, Place
from distribution.explain.chain import Names


@dataclass(frozen=True)
class Directory:
    """Dealers, regions and categories as ``(id, name)`` pairs in the order of names."""

    dealers: list[tuple[int, str]] = field(default_factory=list)
    regions: list[tuple[int, str]] = field(default_factory=list)
    categories: list[tuple[int, str]] = field(default_factory=list)

    @classmethod
    def load(cls):
        """Three queries."""
        return cls(
            dealers=list(Dealer.objects.order_by("name").values_list("pk", "name")),
            regions=list(Place.objects.regions().order_by("name").values_list("pk", "name")),
            categories=list(Category.objects.ours().values_list("pk", "name")),
        )

    @property
    def names(self):
        return Names(dict(self.dealers), dict(self.regions), dict(self.categories))
