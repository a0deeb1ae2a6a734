"""Pictures of the demo's products and categories: drawn, not photographed, the same every time."""

import io
import random

from suz.local.demo import houses, scenes, surfaces
from suz.local.demo.surfaces import Palette

SIZE = scenes.SIZE

# How each surface is drawn: function, contrast of its palette, further arguments.
SURFACES = {
    "siding": (surfaces.siding, 0.28, {}),
    "siding_plain": (surfaces.siding, 0.06, {}),
    "soffit": (surfaces.soffit, 0.06, {}),
    "logs": (surfaces.logs, 0.3, {}),
    "logs_double": (surfaces.logs, 0.3, {"step": 98}),
    "ashlar": (surfaces.ashlar, 0.32, {}),
    "quoins": (surfaces.quoins, 0.32, {}),
    "ledge": (surfaces.ledge, 0.32, {}),
    "rubble": (surfaces.rubble, 0.32, {}),
    "brick": (surfaces.brick, 0.3, {}),
    "marble": (surfaces.marble, 0.6, {}),
    "marble_sheet": (surfaces.marble, 0.6, {"step": 800}),
    "planks_upright": (surfaces.planks_upright, 0.24, {}),
    "concrete": (surfaces.concrete, 0.14, {}),
}

# Cross-sections of profiles, see scenes.profile.
OUTLINES = {
    "j": [(60, -70), (-60, -70), (-60, 60), (40, 60), (40, 10)],
    "outer": [(-110, 70), (-110, 30), (-70, 30), (-70, -70), (70, -70), (70, -30), (110, -30)],
    "inner": [(-90, -80), (-90, -40), (-20, 60), (90, 60), (90, 20)],
    "h": [(-110, -40), (110, -40), (0, -40), (0, 40), (-110, 40), (110, 40)],
    "starter": [(-40, -90), (-40, 60), (20, 60), (20, 20)],
    "casing": [(-120, 40), (-120, -30), (90, -30), (90, 60), (60, 60)],
    "skirting": [
        (-30, 70),
        (-30, -50),
        (-18, -70),
        (0, -60),
        (6, 0),
        (34, 40),
        (40, 70),
        (-30, 70),
    ],
    "batten": [(-60, 30), (-60, -30), (60, -30), (60, 30), (-60, 30)],
}

# Scenes of houses, and the size of the surface for each: the larger, the farther away.
HOUSES = {
    "gable": (houses.gable, (2000, 1500)),
    "long": (houses.long_side, (2000, 1500)),
    "window": (houses.by_the_window, (1300, 975)),
}


def palette(colour, contrast):
    """A palette for the colour; veins of dark marble are light."""
    if contrast > 0.5 and sum(surfaces.rgb(colour)) < 330:
        return Palette(colour, surfaces.mix(colour, "#e8e4dc", 0.6), colour)
    return Palette.of(colour, contrast)


def surface(kind, colour, rng, size=SIZE):
    """The named surface in the colour, flat."""
    draw, contrast, options = SURFACES[kind]
    return draw(rng, size, palette(colour, contrast), **options)


def picture(family, colour_name, scene=None):
    """The picture of one colour of a family as a Pillow image.

    ``scene`` replaces the family's own scene; covers of categories use it.
    """
    seed = f"{family.name} {colour_name}"
    rng = random.Random(seed)
    colour, scene = family.colours[colour_name], scene or family.scene
    if scene == "carton":
        return scenes.carton(family.surface, rng)
    if scene == "profile":
        return scenes.profile(OUTLINES[family.surface], colour, rng)
    draw_house, size = HOUSES.get(scene, (None, SIZE))
    wall = surface(family.surface, colour, rng, size)
    if draw_house:
        return draw_house(wall, rng)
    if scene == "facade":
        return scenes.facade(wall, rng)
    return scenes.room(wall, rng, furnished=scene == "lounge")


def sundry_picture(sundry):
    """WebP bytes of the picture of a related product, see related.py."""
    rng = random.Random(sundry.name)
    if sundry.scene == "tube":
        return webp(scenes.tube(sundry.look, rng))
    if sundry.scene == "carton":
        return webp(scenes.carton(sundry.look, rng))
    return webp(scenes.profile(OUTLINES[sundry.look], sundry.colour, rng))


def webp(image):
    """The image as bytes of a WebP file."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=82, method=2)
    return buffer.getvalue()


def product_picture(family, colour_name):
    """WebP bytes of a product's picture, 1200 × 900."""
    return webp(picture(family, colour_name))


def category_picture(collection):
    """WebP bytes of a category's cover, 1200 × 900."""
    scene, index, colour_name = collection.cover
    return webp(picture(collection.families[index], colour_name, scene))
