"""Pictures of the demo: of the right size, in their colour, with texture, the same every time."""

import io

import pytest
from PIL import Image, ImageStat

from suz.local.demo.catalogue import COLLECTIONS
from suz.local.demo.pictures import category_picture, picture, product_picture, webp
from suz.local.demo.surfaces import rgb

FAMILIES = [family for collection in COLLECTIONS for family in collection.families]
# One family of each surface.
SURFACES = list({family.surface: family for family in FAMILIES}.values())


@pytest.mark.parametrize("family", SURFACES, ids=lambda family: family.surface)
def test_a_picture_shows_its_colour_with_texture(family):
    name, code = next(iter(family.colours.items()))
    image = picture(family, name)
    assert image.size == (1200, 900)
    middle = image.crop((300, 250, 900, 650))
    statistics = ImageStat.Stat(middle)
    assert max(statistics.stddev) > 4  # no flat box
    if code and family.scene != "profile":
        # Light and shade move the mean, but never so far as to another material.
        assert all(
            abs(mean - part) < 60 for mean, part in zip(statistics.mean, rgb(code), strict=True)
        )


def test_colours_of_a_family_look_different():
    family = FAMILIES[0]
    means = [
        tuple(ImageStat.Stat(picture(family, name)).mean) for name in ("Дуб светлый", "Графит")
    ]
    assert max(abs(a - b) for a, b in zip(*means, strict=True)) > 30


def test_a_picture_is_drawn_the_same_every_time():
    family = FAMILIES[-1]
    colour = next(iter(family.colours))
    assert product_picture(family, colour) == product_picture(family, colour)


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda collection: collection.slug)
def test_covers_are_small_files_of_the_size_of_a_card(collection):
    data = category_picture(collection)
    assert Image.open(io.BytesIO(data)).size == (1200, 900)
    assert len(data) < 300_000


def test_files_are_webp():
    assert Image.open(io.BytesIO(webp(Image.new("RGB", (8, 8))))).format == "WEBP"
