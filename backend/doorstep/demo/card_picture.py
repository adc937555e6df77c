"""Draws what a phone would photograph: a front door, and the landlord's card half out of its letterbox, by hand."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1600, 1200
SMALL_WIDTH = 800
"""Enough to read the card by, and a quarter of the work: a year has four hundred of them."""
TINY_WIDTH = 240
"""Enough to tell one card from another: a vast landlord has a quarter of a million of them."""
DOORS = ("#1f3d2b", "#23395d", "#6b1f24", "#3b3a36", "#5a4a2f", "#7a6a1e", "#2f4f4f", "#dcd7c9", "#4b2e4f", "#8c4a2b")
METALS = (("#b79a4d", "#6f5a24"), ("#c9ced2", "#6c7479"), ("#2a2a2a", "#0c0c0c"), ("#8f6b3e", "#4d3a20"))
INK, PAPER, PENS = "#20242a", "#f4f1e6", ("#1b2f8a", "#14151a", "#7a1420")


def card_picture(code: str, lines: tuple[str, ...], seed: object, width: int = WIDTH) -> bytes:
    """A JPEG of that width, three quarters as high: the card shows `lines`, and the code as if in felt pen.

    The same code, lines and seed give the same bytes; another seed gives another door.
    """
    random = Random(f"card/{seed}/{code}")  # noqa: S311
    scale = width / WIDTH
    size = (width, round(HEIGHT * scale))
    colour, metal = random.choice(DOORS), random.choice(METALS)
    door = Image.new("RGB", size, colour)
    pen = ImageDraw.Draw(door)
    _panels(pen, random, scale, colour)
    _grain(pen, random, size, 300 if width == WIDTH else 120)
    slot = (240 + random.randint(-60, 60), 382, 1360 + random.randint(-60, 60), 418)
    pen.rounded_rectangle(_scaled((slot[0] - 60, 330, slot[2] + 60, 470), scale), 26 * scale, *metal, 6)
    pen.rectangle(_scaled(slot, scale), "#15110a")
    turned = _card(code, lines, random, scale).rotate(random.uniform(-5, 5), Image.Resampling.BILINEAR, expand=True)
    door.paste(turned, (round((330 + random.randint(-40, 40)) * scale), round(395 * scale)), turned)
    pen.rectangle(_scaled((slot[0], slot[1], slot[2], 400), scale), "#15110a")
    written = BytesIO()
    door.save(written, "JPEG", quality=82 if width == WIDTH else 50)
    return written.getvalue()


def _panels(pen: ImageDraw.ImageDraw, random: Random, scale: float, colour: str) -> None:
    """Two mouldings, a frame at one side, and perhaps a spyhole: no two doors are alike."""
    for top in (40, 640):
        left = 120 + random.randint(0, 60)
        pen.rectangle(_scaled((left, top, WIDTH - left, top + 500), scale), None, "#14100c", max(1, round(8 * scale)))
    if random.random() < 0.5:
        pen.rectangle(_scaled((0, 0, random.randint(30, 110), HEIGHT), scale), "#cfc8b8", colour, 3)
    if random.random() < 0.6:
        x, y, radius = 800 + random.randint(-30, 30), random.randint(120, 200), random.randint(14, 22)
        pen.ellipse(_scaled((x - radius, y - radius, x + radius, y + radius), scale), "#0d0d0f", "#b8b2a0", 3)


def _grain(pen: ImageDraw.ImageDraw, random: Random, size: tuple[int, int], lines: int) -> None:
    draw = random.random
    for _ in range(lines):
        x, y, shade = int(draw() * size[0]), int(draw() * size[1]), int(draw() * 70)
        pen.line((x, y, x + int(draw() * 7) - 3, y + 20 + int(draw() * 240)), (shade, shade, shade // 2), 1)


def _card(code: str, lines: tuple[str, ...], random: Random, scale: float) -> Image.Image:
    card = Image.new("RGBA", (round(900 * scale), round(640 * scale)), PAPER)
    pen = ImageDraw.Draw(card)
    pen.rectangle(_scaled((0, 0, 899, 639), scale), None, "#c9c3b0", 3)
    pen.text((50 * scale, 70 * scale), "Sorry, nobody came to the door", INK, _font(round(52 * scale)))
    for place, line in enumerate(lines):
        pen.text((50 * scale, (170 + place * 58) * scale), line, INK, _font(round(40 * scale)))
    pen.text((50 * scale, 470 * scale), "Code", INK, _font(round(40 * scale)))
    colour, left = random.choice(PENS), 190.0
    for letter in code:
        # By hand: no letter stands quite where a printer would put it.
        size = random.randint(104, 118)
        pen.text((left * scale, (430 + random.randint(-9, 9)) * scale), letter, colour, _font(round(size * scale)))
        left += random.randint(98, 116)
    return card


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _scaled(box: tuple[float, float, float, float], scale: float) -> tuple[float, float, float, float]:
    return (box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale)
