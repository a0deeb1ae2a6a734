"""Small signs for dealers: two colours, a simple shape."""

from PIL import Image, ImageDraw

from suz.local.demo.pictures import webp

SIDE = 480
COLOURS = ("#1f4e79", "#7a3b2e", "#2f6b4f", "#6b5b95", "#8a6d3b", "#30475e", "#a63d40", "#466060")
PALE = ("#f2efe9", "#e8eef4", "#f6f1e3", "#eef3ec")


def logo(rng):
    """WebP bytes of a square sign, 160 pixels."""
    image = Image.new("RGB", (SIDE, SIDE), rng.choice(PALE))
    draw = ImageDraw.Draw(image)
    first, second = rng.sample(COLOURS, 2)
    rng.choice((_house, _planks, _bricks, _arc, _diamond))(draw, first, second)
    return webp(image.resize((160, 160), Image.Resampling.LANCZOS))


def _house(draw, first, second):
    draw.polygon([(60, 240), (240, 80), (420, 240)], fill=first)
    draw.rectangle((110, 240, 370, 400), fill=second)
    draw.rectangle((205, 290, 275, 400), fill="#ffffff")


def _planks(draw, first, second):
    for row in range(5):
        top = 80 + row * 66
        draw.rounded_rectangle(
            (70 + row % 2 * 40, top, 400 + row % 2 * 10, top + 48),
            12,
            fill=(first, second)[row % 2],
        )


def _bricks(draw, first, second):
    for row in range(4):
        for column in range(3):
            left = 60 + column * 124 - row % 2 * 40
            draw.rectangle(
                (left, 100 + row * 74, left + 108, 158 + row * 74),
                fill=first if (row + column) % 3 else second,
            )


def _arc(draw, first, second):
    draw.pieslice((70, 70, 410, 410), 180, 360, fill=first)
    draw.rectangle((70, 250, 410, 300), fill=second)
    draw.rectangle((70, 320, 410, 370), fill=first)


def _diamond(draw, first, second):
    draw.polygon([(240, 50), (430, 240), (240, 430), (50, 240)], fill=first)
    draw.polygon([(240, 140), (340, 240), (240, 340), (140, 240)], fill=second)
