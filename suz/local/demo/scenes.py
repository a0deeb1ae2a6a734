"""Scenes that show a surface as a catalogue does: on a wall of a room, on a house, as a profile."""

import itertools
import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from suz.local.demo.surfaces import (
    BICUBIC,
    Palette,
    fractal,
    mix,
    noise,
    planks_upright,
    shaded,
    toned,
    vertical,
)

SIZE = (1200, 900)
# The line where the wall of a room meets the floor.
FLOOR = 742


def blurred(size, radius, draw):
    """A soft mask (mode L): ``draw`` paints it in white at a quarter of the size."""
    small = Image.new("L", (size[0] // 4, size[1] // 4), 0)
    draw(ImageDraw.Draw(small))
    return small.filter(ImageFilter.GaussianBlur(radius / 4)).resize(size, BICUBIC)


def quarter(points):
    return [(x / 4, y / 4) for x, y in points]


def darken(image, mask, share):
    """Lay a shadow through a mask; share from 0 (none) to 1 (black)."""
    return Image.composite(
        ImageChops.multiply(image, Image.new("RGB", image.size, (round(255 * (1 - share)),) * 3)),
        image,
        mask,
    )


def lighten(image, mask, share, colour="#fff3df"):
    """Lay warm light through a mask; share from 0 to 1."""
    return Image.composite(
        ImageChops.screen(image, Image.new("RGB", image.size, mix("#000000", colour, share))),
        image,
        mask,
    )


def receding(texture, size, depth=2.6):
    """A floor: the texture tipped back, its far edge shrunk ``depth`` times."""
    far = size[0] / depth / 2
    middle = size[0] / 2
    # Where each corner of the result is taken from: the far edge shows more of the texture.
    source = [
        (middle - far * depth, 0),
        (middle + far * depth, 0),
        (middle + far, texture.height),
        (middle - far, texture.height),
    ]
    target = [(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])]
    return texture.transform(
        size, Image.Transform.PERSPECTIVE, perspective(target, source), BICUBIC
    )


def perspective(target, source):
    """The eight numbers that Pillow wants to map the target's corners onto the source's."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):  # Gauss-Jordan elimination with pivots
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = rows[column][column]
        rows[column] = [value / lead for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]


def window_light(image, rng, strength=0.17):
    """Daylight from a window on the left: a slanting bright patch with the bar's shadow."""
    shift = rng.randint(-120, 160)

    def panes(draw):
        for left, right in ((110, 320), (362, 570)):
            corners = ((left, 40), (right, 110), (right + 150, 640), (left + 150, 560))
            draw.polygon(quarter([(x + shift, y) for x, y in corners]), fill=255)

    # Sunlight multiplies what is there: a dark wall stays dark in it.
    sunny = image.point([min(255, round(i * (1 + strength) + 8)) for i in range(256)] * 3)
    image = Image.composite(sunny, image, blurred(SIZE, 15, panes))
    fall = Image.linear_gradient("L").rotate(90).resize(SIZE)
    return darken(image, fall.point([round(i * 0.8) for i in range(256)]), 0.2)


def room(wall, rng, floor="#b39873", furnished=False):
    """A room with the surface on its wall, white skirting and a floor."""
    scene = wall.resize(SIZE, BICUBIC) if wall.size != SIZE else wall.copy()
    scene = window_light(scene, rng)
    corner = vertical([70, 0, 0, 0, 0, 0, 110], (SIZE[0], FLOOR))
    shade = Image.new("L", SIZE, 0)
    shade.paste(corner, (0, 0))
    scene = darken(scene, shade, 0.25)
    depth = SIZE[1] - FLOOR
    boards = planks_upright(rng, (SIZE[0], 420), Palette.of(floor, 0.2), step=96)
    ground = receding(boards, (SIZE[0], depth))
    mirrored = scene.crop((0, FLOOR - depth * 2, SIZE[0], FLOOR))
    mirrored = mirrored.resize((SIZE[0], depth)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    ground = Image.blend(ground, mirrored.filter(ImageFilter.GaussianBlur(14)), 0.2)
    ground = shaded(ground, vertical([84, 118, 130, 134, 138], (SIZE[0], depth)))
    scene.paste(ground, (0, FLOOR))
    skirting = shaded(
        Image.new("RGB", (SIZE[0], 34), "#efece6"),
        vertical([150, 132, 126, 126, 124, 120, 104], (SIZE[0], 34)),
    )
    scene.paste(skirting, (0, FLOOR - 30))
    if furnished:
        scene = sideboard(scene, rng)
    return scene


def sideboard(scene, rng):
    """A low white sideboard with a vase, so that the wall has a scale."""
    left, top, right, bottom = 610, 560, 1080, 752

    def shadow(draw):
        draw.polygon(
            quarter([(left - 6, top), (right + 70, top + 26), (right + 86, 772), (left, 790)]),
            fill=255,
        )

    scene = darken(scene, blurred(SIZE, 30, shadow), 0.5)
    draw = ImageDraw.Draw(scene)
    for leg in (left + 22, right - 36):
        draw.polygon(
            [(leg, bottom), (leg + 16, bottom), (leg + 12, bottom + 44), (leg + 4, bottom + 44)],
            fill="#8a6a45",
        )
    body = Image.new("RGB", (right - left, bottom - top), "#f1eee8")
    body = shaded(
        body,
        Image.linear_gradient("L")
        .rotate(90)
        .resize(body.size)
        .point([136 - i // 9 for i in range(256)]),
    )
    scene.paste(body, (left, top))
    draw.rectangle((left, top, right, top + 12), fill="#a9835a")
    for part in (1, 2):
        x = left + (right - left) * part // 3
        draw.line((x, top + 14, x, bottom), fill="#c4bfb5", width=3)
    draw.line((left, bottom, right, bottom), fill="#bdb7ab", width=2)
    vase = [
        (x, y)
        for x, y in (
            (700, 560),
            (688, 520),
            (700, 480),
            (712, 462),
            (728, 462),
            (740, 480),
            (752, 520),
            (740, 560),
        )
    ]
    draw.polygon(vase, fill="#5d6b66")
    draw.polygon([(704, 556), (696, 520), (708, 480), (714, 480), (708, 556)], fill="#82918b")
    for _branch in range(7):
        angle = rng.uniform(-1.0, 1.0)
        length = rng.uniform(90, 170)
        tip = (720 + math.sin(angle) * length, 464 - math.cos(angle) * length)
        draw.line((720, 464, *tip), fill="#6b6a4c", width=3)
        for step in (0.45, 0.6, 0.75, 0.9, 1):
            x, y = 720 + (tip[0] - 720) * step, 464 + (tip[1] - 464) * step
            for side in (-9, 9):
                draw.ellipse((x + side - 9, y - 7, x + side + 9, y + 5), fill="#7d8a58")
    return scene


def leaf_shadow(rng, size):
    """The shadow of a tree on a sunny wall (mode L)."""
    leaves = fractal(rng, (size[0] // 3, size[1] // 3), 34, 3)
    leaves = leaves.point([255 if level > 138 else 0 for level in range(256)])
    crown = noise(rng, leaves.size, (200, 160)).point(
        [max(0, min(255, (level - 120) * 4)) for level in range(256)]
    )
    leaves = ImageChops.multiply(leaves, crown).filter(ImageFilter.GaussianBlur(3.5))
    return leaves.resize(size, BICUBIC)


def facade(wall, rng, leaves=0.17):
    """A wall of a house in the sun: shadow of the eaves above, of leaves across, paving below."""
    scene = wall.resize(SIZE, BICUBIC) if wall.size != SIZE else wall.copy()
    scene = lighten(scene, Image.new("L", SIZE, 255), 0.07)
    eaves = rng.randint(34, 60)

    def shadow(draw):
        draw.polygon(quarter([(0, 0), (1200, 0), (1200, eaves), (0, eaves + 16)]), fill=255)

    scene = darken(scene, leaf_shadow(rng, SIZE), leaves)
    scene = darken(scene, blurred(SIZE, 14, shadow), 0.42)
    paving = toned(noise(rng, (SIZE[0], 96), (3, 2)), Palette("#a5a097", "#7d7971", "#c4c0b7"))
    paving = shaded(paving, vertical([70, 120, 128, 134], paving.size))
    scene.paste(paving, (0, SIZE[1] - 70))
    draw = ImageDraw.Draw(scene)
    draw.rectangle((0, SIZE[1] - 84, SIZE[0], SIZE[1] - 70), fill="#5b5852")
    draw.line((0, SIZE[1] - 84, SIZE[0], SIZE[1] - 84), fill="#8c8880", width=2)
    return scene


def profile(outline, colour, rng, turn=(0.5, -0.3), depth=760, scale=1.9):
    """An extruded profile on a light table: ``outline`` is the cross-section, open or closed.

    Points are pixels around (0, 0) before scaling; ``turn`` is the direction of the length on the
    picture for each pixel of ``depth``.
    """
    grain = toned(noise(rng, SIZE, (3, 3)), Palette("#e6e4df", "#e0ded8", "#edebe7"))
    scene = shaded(grain, vertical([140, 134, 126, 122, 128, 132], SIZE))
    dx, dy = turn[0] * depth, turn[1] * depth
    xs, ys = [x * scale for x, _ in outline], [y * scale for _, y in outline]
    left = (SIZE[0] - (max(xs) - min(xs) + dx)) / 2 - min(xs)
    top = (SIZE[1] - (max(ys) - min(ys) + dy)) / 2 - min(ys)
    front = [(x + left, y + top) for x, y in zip(xs, ys, strict=True)]
    low = max(y for _x, y in front) + 6

    def shadow(draw):
        a, b = min(x for x, _ in front), max(x for x, _ in front)
        draw.polygon(
            quarter(
                [(a, low - 16), (b + 40, low), (b + dx + 60, low + dy), (a + dx, low + dy - 16)]
            ),
            fill=255,
        )

    scene = darken(scene, blurred(SIZE, 40, shadow), 0.42)
    # Twice as large, then reduced: the edges come out smooth.
    big = scene.resize((SIZE[0] * 2, SIZE[1] * 2), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(big)

    def double(points):
        return [(x * 2, y * 2) for x, y in points]

    sides = sorted(
        itertools.pairwise(front),
        # From the far side to the near one: what lies higher and to the right is behind.
        key=lambda side: (side[0][1] + side[1][1]) - 0.35 * (side[0][0] + side[1][0]),
    )
    for (x1, y1), (x2, y2) in sides:
        length = math.hypot(x2 - x1, y2 - y1) or 1
        facing = abs((x2 - x1) / length) * 0.75 - ((y2 - y1) / length) * 0.12
        tone = (
            mix(colour, "#ffffff", max(0, facing - 0.3) * 0.5)
            if facing > 0.3
            else mix(colour, "#20242a", (0.42 - facing) * 0.5)
        )
        draw.polygon(
            double([(x1, y1), (x2, y2), (x2 + dx, y2 + dy), (x1 + dx, y1 + dy)]), fill=tone
        )
    if front[0] == front[-1]:
        draw.polygon(double(front), fill=mix(colour, "#ffffff", 0.2))
    draw.line(double(front), fill=mix(colour, "#ffffff", 0.45), width=14, joint="curve")
    draw.line(double(front), fill=mix(colour, "#15181c", 0.16), width=8, joint="curve")
    return big.resize(SIZE, Image.Resampling.BOX)


def carton(label, rng):
    """A cardboard box with a coloured label, for fasteners sold by the pack."""
    grain = toned(noise(rng, SIZE, (3, 3)), Palette("#e6e4df", "#e0ded8", "#edebe7"))
    scene = shaded(grain, vertical([140, 134, 126, 122, 128, 132], SIZE))

    def shadow(draw):
        draw.polygon(quarter([(330, 690), (700, 740), (1010, 640), (900, 560)]), fill=255)

    scene = darken(scene, blurred(SIZE, 36, shadow), 0.5)
    faces = (
        ([(330, 400), (690, 450), (690, 730), (330, 660)], "#c39a6b"),
        ([(690, 450), (900, 370), (900, 625), (690, 730)], "#a47d52"),
        ([(330, 400), (545, 335), (900, 370), (690, 450)], "#d6b388"),
    )
    fibres = noise(rng, SIZE, (40, 2)).point([round(112 + i / 8) for i in range(256)])
    draw = ImageDraw.Draw(scene)
    for corners, colour in faces:
        draw.polygon(corners, fill=colour)
    mask = Image.new("L", SIZE, 0)
    for corners, _colour in faces:
        ImageDraw.Draw(mask).polygon(corners, fill=255)
    scene = Image.composite(shaded(scene, fibres), scene, mask)
    draw = ImageDraw.Draw(scene)
    draw.polygon([(400, 470), (620, 502), (620, 640), (400, 604)], fill="#f4f1ea")
    draw.polygon([(400, 470), (620, 502), (620, 540), (400, 507)], fill=label)
    for line, width in ((545, 170), (570, 130), (592, 150)):
        draw.line((420, line - 14, 420 + width, line + width * 0.145 - 14), fill="#9b958a", width=6)
    draw.line((437, 368, 795, 409), fill="#e7d3b0", width=16)
    return scene


def tube(label, rng):
    """A standing cartridge with a coloured band and a nozzle: glue, sealant, foam."""
    grain = toned(noise(rng, SIZE, (3, 3)), Palette("#e6e4df", "#e0ded8", "#edebe7"))
    scene = shaded(grain, vertical([140, 134, 126, 122, 128, 132], SIZE))

    def shadow(draw):
        draw.polygon(quarter([(500, 800), (720, 806), (1010, 700), (900, 660)]), fill=255)

    scene = darken(scene, blurred(SIZE, 34, shadow), 0.45)
    body = Image.new("RGB", SIZE, "#f4f2ee")
    draw = ImageDraw.Draw(body)
    draw.rectangle((490, 400, 710, 640), fill=label)
    draw.rectangle((490, 640, 710, 664), fill=mix(label, "#ffffff", 0.5))
    for line, width in ((440, 150), (476, 110), (512, 130)):
        draw.rectangle((600 - width / 2, line, 600 + width / 2, line + 14), fill="#f4f1ea")
    draw.rectangle((490, 290, 710, 322), fill="#d9d6d0")
    # Round: light in the middle, dark at the edges.
    light = Image.new("L", SIZE, 128)
    columns = ImageDraw.Draw(light)
    for x in range(490, 711):
        across = (x - 490) / 220
        columns.line((x, 0, x, SIZE[1]), fill=round(70 + 74 * math.sin(math.pi * across**0.85)))
    body = shaded(body, light)
    mask = Image.new("L", SIZE, 0)
    shape = ImageDraw.Draw(mask)
    shape.rectangle((490, 300, 710, 780), fill=255)
    shape.ellipse((490, 756, 710, 804), fill=255)
    shape.ellipse((490, 276, 710, 324), fill=255)
    shape.polygon([(578, 284), (622, 284), (608, 96), (592, 96)], fill=255)
    return Image.composite(body, scene, mask.filter(ImageFilter.GaussianBlur(1)))
