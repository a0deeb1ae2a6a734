"""Houses clad with a surface, for the covers of collections."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from suz.local.demo.scenes import SIZE, blurred, darken, leaf_shadow, lighten, quarter
from suz.local.demo.surfaces import BICUBIC, Palette, fractal, mix, noise, shaded, toned, vertical

HORIZON = 700
ROOFS = ("#4d4743", "#5b3d33", "#3f4a52", "#6a4a3a")
FRAMES = ("#f3f1ec", "#f3f1ec", "#3c4146")
GREENS = ("#5c7a4a", "#6b8a50", "#4f7048", "#7a9457")


def outdoors(rng):
    """Sky, trees and lawn."""
    scene = Image.composite(
        Image.new("RGB", SIZE, "#8fbbe0"),
        Image.new("RGB", SIZE, "#e3eef4"),
        vertical([255, 190, 110, 30, 0], SIZE),
    )
    clouds = Image.blend(noise(rng, SIZE, (460, 120)), noise(rng, SIZE, (190, 52)), 0.4)
    clouds = clouds.point([max(0, min(255, round((i - 132) * 2.6))) for i in range(256)])
    scene = lighten(scene, clouds.filter(ImageFilter.GaussianBlur(9)), 0.7, "#ffffff")
    hedge = toned(fractal(rng, (SIZE[0], 90), 24, 4), Palette("#567348", "#3b5535", "#7c9a63"))
    scene.paste(shaded(hedge, vertical([140, 112, 90], hedge.size)), (0, HORIZON - 70))
    for _tree in range(16):
        scene = _tree_at(scene, rng, rng.randint(-40, SIZE[0] + 40), rng.randint(70, 150))
    lawn = toned(fractal(rng, (SIZE[0], 230), 16, 5), Palette("#7c9a58", "#5b7b41", "#a2ba78"))
    scene.paste(shaded(lawn, vertical([100, 124, 132, 136], lawn.size)), (0, HORIZON))
    return scene


def _tree_at(scene, rng, x, size):
    box = (size * 3, size * 3)
    mask = Image.new("L", box, 0)
    draw = ImageDraw.Draw(mask)
    for _clump in range(9):
        left = rng.randint(size // 4, size * 3 // 2)
        top = rng.randint(size // 5, size * 3 // 2)
        width = rng.randint(size * 2 // 3, size)
        draw.ellipse((left, top, left + width, top + width), fill=255)
    draw.rectangle((size // 3, size * 2, size * 5 // 2, size * 3), fill=255)
    leaves = fractal(rng, box, 22, 4)
    mask = ImageChops.multiply(mask, leaves.point([min(255, 150 + i) for i in range(256)]))
    crown = toned(leaves, Palette.of(rng.choice(GREENS), 0.3))
    crown = shaded(crown, vertical([150, 132, 112, 90], box))
    scene.paste(
        crown, (x - box[0] // 2, HORIZON + 20 - box[1]), mask.filter(ImageFilter.GaussianBlur(2))
    )
    return scene


def _clad(scene, wall, rng, outline):
    """Fill an outline with the wall, in the sun and partly in a tree's shadow."""
    front = wall.resize(SIZE, BICUBIC)
    front = lighten(front, Image.new("L", SIZE, 255), 0.08)
    front = darken(front, leaf_shadow(rng, SIZE), 0.22)
    mask = Image.new("L", SIZE, 0)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    return Image.composite(front, scene, mask)


def gable(wall, rng):
    """The gable end, seen straight on."""
    roof, frame = rng.choice(ROOFS), rng.choice(FRAMES)
    outline = [(190, 770), (190, 400), (600, 130), (1010, 400), (1010, 770)]
    scene = _clad(outdoors(rng), wall, rng, outline)

    def under_roof(draw):
        draw.line(quarter([(190, 424), (600, 154), (1010, 424)]), fill=255, width=12)

    scene = darken(scene, blurred(SIZE, 10, under_roof), 0.5)
    for box in ((300, 470, 470, 680), (730, 470, 900, 680), (535, 270, 665, 400)):
        scene = window(scene, box, frame)
    draw = ImageDraw.Draw(scene)
    for drop, colour, width in (
        (20, mix(roof, "#000000", 0.35), 40),
        (12, roof, 26),
        (0, mix(roof, "#ffffff", 0.22), 4),
    ):
        line = [(120, 432 + drop), (600, 92 + drop), (1080, 432 + drop)]
        draw.line(line, fill=colour, width=width, joint="curve")
    return _plinth(scene, rng, 182, 1018)


def long_side(wall, rng):
    """The long side with a door, under a wide roof."""
    roof, frame = rng.choice(ROOFS), rng.choice(FRAMES)
    outline = [(110, 770), (110, 360), (1090, 360), (1090, 770)]
    scene = _clad(outdoors(rng), wall, rng, outline)
    scene = darken(
        scene,
        blurred(
            SIZE, 12, lambda draw: draw.rectangle((110 / 4, 340 / 4, 1090 / 4, 420 / 4), fill=255)
        ),
        0.55,
    )
    for box in ((190, 470, 370, 670), (450, 470, 630, 670), (920, 470, 1030, 670)):
        scene = window(scene, box, frame)
    scene = _door(scene, (725, 455, 845, 768), mix(roof, "#7a5a3c", 0.5), frame)
    slope = [(40, 376), (190, 170), (1010, 170), (1160, 376)]
    tiles = shaded(
        toned(noise(rng, SIZE, (60, 9)), Palette.of(roof, 0.18)),
        _rows([150, 128, 122, 70], 26),
    )
    mask = Image.new("L", SIZE, 0)
    ImageDraw.Draw(mask).polygon(slope, fill=255)
    scene = Image.composite(tiles, scene, mask)
    draw = ImageDraw.Draw(scene)
    draw.rectangle((36, 372, 1164, 388), fill=mix(frame, "#d8d4cc", 0.4))
    draw.line((190, 170, 1010, 170), fill=mix(roof, "#ffffff", 0.2), width=8)
    return _plinth(scene, rng, 100, 1100)


def _rows(profile, step):
    """A map of light with the profile repeated every ``step`` pixels."""
    rows = Image.new("L", SIZE)
    strip = vertical(profile, (SIZE[0], step))
    for top in range(0, SIZE[1], step):
        rows.paste(strip, (0, top))
    return rows


def by_the_window(wall, rng):
    """A corner of the facade: a tall window, a lantern, a box of plants."""
    frame = rng.choice(FRAMES)
    scene = lighten(wall.resize(SIZE, BICUBIC), Image.new("L", SIZE, 255), 0.06)
    scene = darken(scene, leaf_shadow(rng, SIZE), 0.2)
    scene = darken(
        scene,
        blurred(SIZE, 16, lambda draw: draw.rectangle((0, 0, SIZE[0] / 4, 11), fill=255)),
        0.45,
    )
    scene = window(scene, (640, 170, 1010, 640), frame)
    scene = _lantern(scene, (300, 250))
    draw = ImageDraw.Draw(scene)
    leaves = toned(fractal(rng, (430, 150), 20, 4), Palette("#5f8148", "#35502c", "#9dba72"))
    mask = Image.new("L", leaves.size, 0)
    bush = ImageDraw.Draw(mask)
    for _clump in range(46):
        x, y = rng.randint(0, 400), rng.randint(20, 100)
        bush.ellipse((x, y, x + rng.randint(24, 48), y + rng.randint(20, 44)), fill=255)
    bush.rectangle((20, 90, 410, 150), fill=255)
    scene.paste(leaves, (610, 588), mask.filter(ImageFilter.GaussianBlur(1.2)))
    for _flower in range(34):
        x, y = rng.randint(625, 1020), rng.randint(608, 690)
        petal = rng.choice(("#f2f0ea", "#e8c9cf", "#d98a96"))
        draw.ellipse((x, y, x + 11, y + 10), fill=petal)
    draw.rectangle((606, 704, 1044, 784), fill="#8c6b4a")
    draw.rectangle((606, 704, 1044, 716), fill="#a9855f")
    draw.rectangle((606, 770, 1044, 784), fill="#6d5238")
    return scene


def _lantern(scene, place):
    x, y = place

    def glow(draw):
        draw.ellipse(((x - 150) / 4, (y - 40) / 4, (x + 190) / 4, (y + 330) / 4), fill=150)

    scene = lighten(scene, blurred(SIZE, 90, glow), 0.35)
    draw = ImageDraw.Draw(scene)
    draw.rectangle((x + 8, y, x + 32, y + 26), fill="#2f3236")
    draw.rectangle((x, y + 26, x + 40, y + 118), fill="#3a3e43")
    draw.rectangle((x + 6, y + 36, x + 34, y + 108), fill="#f7e3b4")
    draw.line((x + 20, y + 36, x + 20, y + 108), fill="#3a3e43", width=3)
    return scene


def window(scene, box, frame):
    """A window with the sky in its panes."""
    left, top, right, bottom = box

    def shadow(draw):
        draw.rectangle((left / 4, top / 4, right / 4 + 5, bottom / 4 + 6), fill=255)

    scene = darken(scene, blurred(SIZE, 9, shadow), 0.45)
    draw = ImageDraw.Draw(scene)
    draw.rectangle((left - 12, top - 12, right + 12, bottom + 12), fill=frame)
    size = (right - left, bottom - top)
    glass = Image.composite(
        Image.new("RGB", size, "#9db6c8"),
        Image.new("RGB", size, "#3d4d5b"),
        vertical([235, 170, 90, 40, 20], size),
    )
    shine = Image.new("L", size, 0)
    ImageDraw.Draw(shine).polygon(
        [
            (size[0] * 0.1, size[1]),
            (size[0] * 0.62, 0),
            (size[0] * 0.86, 0),
            (size[0] * 0.34, size[1]),
        ],
        fill=255,
    )
    glass = lighten(glass, shine.filter(ImageFilter.GaussianBlur(6)), 0.16, "#ffffff")
    scene.paste(glass, (left, top))
    middle = (left + right) // 2
    draw.rectangle((middle - 5, top, middle + 5, bottom), fill=frame)
    draw.line((left, top + size[1] // 3, right, top + size[1] // 3), fill=frame, width=8)
    draw.rectangle(
        (left - 20, bottom + 10, right + 20, bottom + 20), fill=mix(frame, "#808080", 0.12)
    )
    return scene


def _door(scene, box, colour, frame):
    left, top, right, bottom = box
    draw = ImageDraw.Draw(scene)
    draw.rectangle((left - 12, top - 12, right + 12, bottom), fill=frame)
    draw.rectangle(box, fill=colour)
    for y in (top + 20, top + 170):
        draw.rectangle(
            (left + 18, y, right - 18, y + 120), outline=mix(colour, "#000000", 0.3), width=4
        )
    draw.ellipse(
        (right - 24, (top + bottom) // 2, right - 12, (top + bottom) // 2 + 12), fill="#d9c48a"
    )
    return scene


def _plinth(scene, rng, left, right):
    stone = toned(fractal(rng, (right - left, 42), 20, 4), Palette.of("#8f897f", 0.25))
    scene.paste(shaded(stone, vertical([140, 126, 96], stone.size)), (left, 752))

    def shadow(draw):
        draw.rectangle((left / 4, 790 / 4, right / 4 + 14, 806 / 4), fill=255)

    return darken(scene, blurred(SIZE, 12, shadow), 0.4)
