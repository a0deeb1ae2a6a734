"""Flat surfaces of finishing materials, drawn with Pillow alone.

Everything starts from noise made of a seeded generator, so the same seed gives the same picture.
Noise stretched along one axis is wood grain, folded noise is marble veins, the difference of a
height map and its shifted copy is light from the upper left. Sizes are in pixels.
"""

import random
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageMath, ImageOps

BICUBIC = Image.Resampling.BICUBIC


@dataclass(frozen=True)
class Palette:
    """Colours of a material, as #rrggbb: its body, its dark and light tones."""

    base: str
    dark: str
    light: str

    @classmethod
    def of(cls, colour, contrast=0.22):
        """A palette around one colour; contrast from 0 (flat) to 1 (from black to white)."""
        return cls(colour, mix(colour, "#1a1410", contrast), mix(colour, "#ffffff", contrast * 0.8))


def rgb(colour):
    """(red, green, blue) of #rrggbb."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def mix(first, second, share):
    """The first colour with a share (0 to 1) of the second, as #rrggbb."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def noise(rng, size, cell):
    """Smooth noise (mode L); ``cell`` is the width and height of a spot."""
    width = max(2, round(size[0] / cell[0]) + 2)
    height = max(2, round(size[1] / cell[1]) + 2)
    grains = Image.frombytes("L", (width, height), rng.randbytes(width * height))
    return grains.resize(size, BICUBIC)


def fractal(rng, size, cell, octaves=4):
    """Noise on several scales at once, from large spots to small ones (mode L)."""
    total = noise(rng, size, (cell, cell))
    for octave in range(1, octaves):
        step = max(1, cell / 2**octave)
        total = Image.blend(total, noise(rng, size, (step, step)), 1 / (1.4 + octave))
    return ImageOps.autocontrast(total, cutoff=0.5)


def lit(height, strength=1.0, reach=2):
    """Light from the upper left over a height map: grey where flat (mode L)."""
    moved = ImageChops.offset(height, reach, reach)
    return ImageChops.subtract(height, moved, scale=1 / strength, offset=128)


def toned(tones, palette):
    """Colour a map of tones: dark, base, light."""
    return ImageOps.colorize(tones, palette.dark, palette.light, mid=palette.base)


def shaded(image, light):
    """Lay a map of light (128 is neutral) over colours."""
    shade = light.point([min(255, 2 * level) for level in range(256)])
    shine = light.point([max(0, round((level - 128) * 0.9)) for level in range(256)])
    image = ImageChops.multiply(image, shade.convert("RGB"))
    return ImageChops.screen(image, shine.convert("RGB"))


def vertical(stops, size):
    """A vertical gradient (mode L) through evenly spaced tones."""
    column = Image.new("L", (1, len(stops)))
    column.putdata(stops)
    return column.resize((size[0], size[1]), BICUBIC)


# --- wood ---


@cache
def wood_grain():
    """A big sheet of horizontal grain from which planks are cut (mode L)."""
    rng = random.Random("grain")
    size = (2400, 1400)
    fine = noise(rng, size, (90, 1.6))
    middle = noise(rng, size, (260, 5))
    # Growth rings: a slow field folded many times over, drawn out along the plank.
    field = noise(rng, size, (700, 70))
    folded = field.point([round(127 + 90 * wave(level * 7 / 256)) for level in range(256)])
    rings = folded.filter(ImageFilter.GaussianBlur(1.2))
    grain = Image.blend(Image.blend(fine, middle, 0.5), rings, 0.42)
    pores = noise(rng, size, (26, 1.2)).point([min(255, 120 + 3 * level) for level in range(256)])
    return ImageChops.multiply(ImageOps.autocontrast(grain, cutoff=0.3), pores)


def wave(turns):
    """A rounded saw between -1 and 1: slow rise, quick fall, as early and late wood."""
    part = turns % 1
    return (part / 0.75 * 2 - 1) if part < 0.75 else (1 - (part - 0.75) / 0.25 * 2)


def plank(rng, size, palette):
    """One board of wood with horizontal grain."""
    sheet = wood_grain()
    left = rng.randrange(sheet.width - size[0])
    top = rng.randrange(sheet.height - size[1])
    board = sheet.crop((left, top, left + size[0], top + size[1]))
    if rng.random() < 0.5:
        board = ImageOps.mirror(board)
    board = toned(board, palette)
    return Image.blend(board, Image.new("RGB", size, palette.base), rng.uniform(0.1, 0.35))


def boards(rng, size, palette, profile, step, length=None):
    """Horizontal boards one above another, each lit by its profile.

    ``profile`` holds tones from the top edge of a board to its lower edge, 128 is neutral;
    ``step`` is the visible height of a board, ``length`` of a board before the next joint.
    """
    wall = Image.new("RGB", size)
    light = vertical(profile, (size[0], step))
    for row in range(size[1] // step + 1):
        board = shaded(plank(rng, (size[0], step), palette), light)
        if length:
            joint = rng.randrange(length // 3, length)
            draw = ImageDraw.Draw(board)
            for x in range(joint, size[0], length):
                tail = plank(rng, (size[0] - x, step), palette)
                board.paste(shaded(tail, light.crop((0, 0, size[0] - x, step))), (x, 0))
                draw.line((x, 2, x, step), fill=mix(palette.dark, "#000000", 0.35), width=2)
                draw.line((x + 2, 2, x + 2, step), fill=palette.light)
        wall.paste(board, (0, row * step))
    return wall


def siding(rng, size, palette, step=92):
    """Lap siding: every lap leans out and throws a shadow on the one below it."""
    profile = [30, 96, 122, 126, 128, 131, 134, 138, 143, 150, 168, 96]
    return boards(rng, size, palette, profile, step, length=950)


def logs(rng, size, palette, step=128):
    """Rounded logs (blockhouse)."""
    profile = [18, 74, 116, 142, 160, 170, 168, 160, 148, 134, 118, 100, 80, 56, 26]
    return boards(rng, size, palette, profile, step, length=1100)


def planks_upright(rng, size, palette, step=150):
    """Wall panels standing upright, with a narrow groove between them."""
    edge = [24, 138] + [128] * 40 + [122, 70]
    return boards(rng, (size[1], size[0]), palette, edge, step).transpose(Image.Transpose.ROTATE_90)


# --- mineral surfaces ---


def marble(rng, size, palette, step=300):
    """Polished slabs with veins, thin joints between the panels."""
    wall = Image.new("RGB", size)
    for left in range(0, size[0], step):
        part = (min(step, size[0] - left), size[1])
        wall.paste(marble_slab(rng, part, palette), (left, 0))
        draw = ImageDraw.Draw(wall)
        draw.line((left, 0, left, size[1]), fill=mix(palette.base, "#000000", 0.32), width=2)
        draw.line((left + 2, 0, left + 2, size[1]), fill=mix(palette.base, "#ffffff", 0.5))
    return wall


def marble_slab(rng, size, palette):
    """A slab: clouds below, a few strong slanting veins and many faint ones above."""
    clouds = toned(fractal(rng, size, 260, 4), Palette.of(palette.base, 0.06))
    # Veins run aslant: drawn on a wider sheet and sheared.
    wide = (size[0] + size[1] // 2, size[1])
    for cell, sharpness, opacity in ((420, 5, 0.75), (210, 8, 0.45), (110, 9, 0.25)):
        vein = veins(rng, wide, cell, sharpness).transform(
            size, Image.Transform.AFFINE, (1, 0.5, 0, 0, 1, 0), BICUBIC
        )
        clear = noise(rng, size, (260, 300)).point(
            [max(0, min(255, (level - 70) * 2)) for level in range(256)]
        )
        mask = ImageChops.multiply(vein, clear).point([round(i * opacity) for i in range(256)])
        clouds.paste(Image.new("RGB", size, palette.dark), (0, 0), mask)
    return clouds


def veins(rng, size, cell, sharpness):
    """Thin lines where fractal noise, drawn out downwards, crosses its middle (mode L)."""

    def layer(step):
        width, height = round(size[0] / step) + 4, round(size[1] / step / 1.9) + 4
        grains = Image.frombytes("L", (width, height), rng.randbytes(width * height))
        return grains.convert("F").resize(size, BICUBIC)

    field = ImageMath.lambda_eval(
        lambda args: args["a"] + args["b"] * 0.5 + args["c"] * 0.22 + args["d"] * 0.1 - 232,
        a=layer(cell),
        b=layer(cell / 2.3),
        c=layer(cell / 5.1),
        d=layer(cell / 13),
    )
    near = ImageMath.lambda_eval(
        lambda args: 255 - abs(args["field"]) * sharpness * 2.4, field=field
    )
    return near.convert("L").filter(ImageFilter.GaussianBlur(0.7))


def concrete(rng, size, palette, step=300):
    """Cast concrete panels with clouds, pores and bevelled joints."""
    clouds = Image.blend(fractal(rng, size, 330, 5), noise(rng, size, (2, 2)), 0.12)
    wall = toned(clouds, palette)
    pores = noise(rng, size, (5, 5)).point([255 if level < 9 else 0 for level in range(256)])
    pores = ImageChops.multiply(
        pores, noise(rng, size, (120, 120)).point(lambda i: min(255, i * 2))
    )
    wall.paste(Image.new("RGB", size, mix(palette.dark, "#000000", 0.3)), (0, 0), pores)
    draw = ImageDraw.Draw(wall)
    for left in range(0, size[0], step):
        draw.line((left, 0, left, size[1]), fill=mix(palette.dark, "#000000", 0.45), width=3)
        draw.line((left + 3, 0, left + 3, size[1]), fill=mix(palette.light, "#ffffff", 0.3))
    return wall


# --- masonry ---


def masonry(rng, size, palette, stones, mortar, roughness, spread):
    """Stones as polygons in a bed of mortar: rough, each of its own tone, lit from the left.

    ``stones`` is a list of polygons, ``roughness`` from 0 (smooth) to 1, ``spread`` how much the
    tones of stones differ (0 to 127).
    """
    tones = Image.new("L", size, 128)
    shape = Image.new("L", size, 0)
    tone, form = ImageDraw.Draw(tones), ImageDraw.Draw(shape)
    for polygon in stones:
        tone.polygon(polygon, fill=128 + rng.randint(-spread, spread))
        form.polygon(polygon, fill=rng.randint(185, 255))
    rough = fractal(rng, size, 46, 5)
    tones = Image.blend(tones, fractal(rng, size, 120, 5), 0.34)
    wall = toned(tones, palette)
    soft = shape.filter(ImageFilter.GaussianBlur(2.2))
    wall.paste(
        toned(noise(rng, size, (2, 2)), Palette.of(mortar, 0.12)),
        (0, 0),
        soft.point([255 if level < 96 else 0 for level in range(256)]),
    )
    relief = ImageChops.multiply(
        soft, rough.point([round(255 - roughness * (255 - level)) for level in range(256)])
    )
    shadow = ImageChops.offset(soft, 5, 6).filter(ImageFilter.GaussianBlur(4))
    hollow = ImageChops.subtract(shadow, soft).point([255 - round(i * 0.62) for i in range(256)])
    wall = shaded(wall, lit(relief.filter(ImageFilter.GaussianBlur(0.8)), 0.55, 3))
    return ImageChops.multiply(wall, hollow.convert("RGB"))


def rounded(rng, left, top, right, bottom, jitter):
    """A block with slightly uneven edges, as a polygon."""

    def off():
        return rng.uniform(-jitter, jitter)

    cut = min(7, (bottom - top) / 5)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    return [
        (left + cut, top + off()),
        (middle_x + off() * 4, top + off()),
        (right - cut, top + off()),
        (right + off(), top + cut),
        (right + off(), middle_y + off()),
        (right + off(), bottom - cut),
        (right - cut, bottom + off()),
        (middle_x + off() * 4, bottom + off()),
        (left + cut, bottom + off()),
        (left + off(), bottom - cut),
        (left + off(), middle_y),
        (left + off(), top + cut),
    ]


def brick(rng, size, palette, course=66, length=224, joint=9):
    """Bricks in running bond."""
    stones = []
    for row in range(size[1] // course + 1):
        start = -length if row % 2 else -length // 2
        for left in range(start, size[0] + length, length):
            top = row * course
            stones.append(rounded(rng, left, top, left + length - joint, top + course - joint, 1.4))
    return masonry(rng, size, palette, stones, "#b9b4ab", 0.3, 58)


def ashlar(rng, size, palette, joint=8):
    """Squared stones of different sizes in courses, some courses split in two."""
    stones, top = [], -rng.randint(0, 60)
    while top < size[1]:
        course = rng.choice((96, 118, 140))
        left = -rng.randint(0, 160)
        while left < size[0]:
            length = rng.randint(130, 320)
            split = rng.random() < 0.3
            lower = top + round(course * rng.uniform(0.4, 0.6)) if split else top + course
            right = left + length - joint
            stones.append(rounded(rng, left, top, right, lower - joint, 3))
            if split:
                stones.append(rounded(rng, left, lower, right, top + course - joint, 3))
            left += length
        top += course
    return masonry(rng, size, palette, stones, mix(palette.base, "#8d8880", 0.6), 0.75, 64)


def ledge(rng, size, palette, joint=3):
    """Thin split layers of slate, nearly without mortar."""
    stones, top = [], 0
    while top < size[1]:
        course = rng.randint(26, 58)
        left = -rng.randint(0, 200)
        while left < size[0]:
            length = rng.randint(150, 420)
            stones.append(rounded(rng, left, top, left + length - joint, top + course - joint, 2.4))
            left += length
        top += course
    return masonry(rng, size, palette, stones, mix(palette.dark, "#000000", 0.5), 0.85, 72)


def rubble(rng, size, palette, cell=150, joint=9):
    """Natural stones of irregular shape: a shaken honeycomb with mortar between."""

    wall = rng.random()

    def shaken(x, y):
        # The same corner of neighbouring stones is shaken the same way.
        shake = random.Random(f"{wall} {round(x)} {round(y)}")
        return x + shake.uniform(-0.21, 0.21) * cell, y + shake.uniform(-0.17, 0.17) * cell

    stones = []
    for row in range(-1, round(size[1] / cell / 0.72) + 2):
        for column in range(-1, size[0] // cell + 2):
            x, y = (column + row % 2 / 2) * cell, row * cell * 0.72
            around = ((0, -0.48), (0.5, -0.24), (0.5, 0.24), (0, 0.48), (-0.5, 0.24), (-0.5, -0.24))
            corners = [shaken(x + dx * cell, y + dy * cell) for dx, dy in around]
            shrink = 1 - joint / cell
            stones.append([(x + (a - x) * shrink, y + (b - y) * shrink) for a, b in corners])
    return masonry(rng, size, palette, stones, "#a8a297", 0.8, 60)


def quoins(rng, size, palette):
    """A corner of tall and short blocks between two walls of the same stone."""
    wall = ashlar(rng, size, palette)
    stones = []
    for row in range(size[1] // 130 + 1):
        reach = 250 if row % 2 else 170
        top = row * 130
        stones.append(rounded(rng, size[0] // 2 - reach, top, size[0] // 2 - 3, top + 122, 2))
        stones.append(rounded(rng, size[0] // 2 + 3, top, size[0] // 2 + 420 - reach, top + 122, 2))
    corner = masonry(rng, size, palette, stones, mix(palette.base, "#8d8880", 0.6), 0.75, 40)
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    for stone in stones:
        draw.polygon(stone, fill=255)
    wall.paste(corner, (0, 0), mask)
    # The right wall of the corner lies in the shade.
    shade = Image.new("RGB", (size[0] - size[0] // 2, size[1]), "#a8a8ac")
    right = wall.crop((size[0] // 2, 0, *size))
    wall.paste(ImageChops.multiply(right, shade), (size[0] // 2, 0))
    return wall


def soffit(rng, size, palette, step=150):
    """Boards of a soffit with rows of small holes for air."""
    wall = boards(rng, size, palette, [40, 140] + [128] * 14 + [108, 70], step)
    draw = ImageDraw.Draw(wall)
    hole, rim = mix(palette.base, "#000000", 0.62), mix(palette.base, "#ffffff", 0.4)
    for top in range(step // 2, size[1], step):
        for y in (top - 26, top, top + 26):
            for x in range(12, size[0], 24):
                draw.ellipse((x, y, x + 7, y + 7), fill=rim)
                draw.ellipse((x, y - 1, x + 6, y + 5), fill=hole)
    return wall
