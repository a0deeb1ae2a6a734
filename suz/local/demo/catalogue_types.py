"""What the demo's catalogue is made of: collections, families of colour variants.

Sizes are in millimetres, prices in rubles a unit. ``surface`` and ``scene`` say how a picture is
drawn (see pictures.py).
"""

from dataclasses import dataclass, field

WOOD = {
    "Дуб светлый": "#c9a26c",
    "Дуб золотой": "#bb8440",
    "Дуб": "#b08a58",
    "Орех": "#7b5336",
    "Кедр": "#a9683f",
    "Махагон": "#6f3427",
    "Сосна": "#d3a765",
    "Золотистый": "#c48f45",
    "Каштан": "#6a4530",
    "Белый ясень": "#ddd4c4",
    "Графит": "#4f5256",
}


@dataclass(frozen=True)
class Family:
    """Colour variants of one product; ``title`` holds ``{}`` where the colour goes."""

    name: str
    title: str
    unit: str
    size: tuple[float | None, float | None, float | None]
    price: int
    description: str
    surface: str
    scene: str
    colours: dict[str, str]
    # Rubles more (or less) for single colours: dark and textured ones cost more to make.
    extra: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Collection:
    """A category. ``cover`` is (scene, family index, colour) of its picture."""

    name: str
    slug: str
    description: str
    cover: tuple[str, int, str]
    families: tuple[Family, ...]


def wood(*names):
    return {name: WOOD[name] for name in names}
