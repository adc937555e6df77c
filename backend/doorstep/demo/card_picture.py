"""Draws what a phone would photograph: the landlord's card, half out of a letterbox, with its code written on it."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = (1600, 1200)
DOORS = ("#1f3d2b", "#23395d", "#6b1f24", "#3b3a36", "#5a4a2f")
INK, PAPER, PEN = "#20242a", "#f4f1e6", "#1b2f8a"


def card_picture(code: str, lines: tuple[str, ...], seed: object) -> bytes:
    """A JPEG of 1600 x 1200 pixels: the card shows `lines`, and the code as if in felt pen. The same each time."""
    random = Random(f"card/{seed}/{code}")  # noqa: S311
    door = Image.new("RGB", SIZE, random.choice(DOORS))
    _grain(door, random)
    pen = ImageDraw.Draw(door)
    pen.rounded_rectangle((180, 330, 1420, 470), 26, "#b79a4d", "#6f5a24", 6)
    pen.rectangle((240, 382, 1360, 418), "#15110a")
    card = _card(code, lines).rotate(random.uniform(-4, 4), resample=Image.Resampling.BICUBIC, expand=True)
    door.paste(card, (330 + random.randint(-20, 20), 395), card)
    pen.rectangle((240, 382, 1360, 400), "#15110a")
    written = BytesIO()
    door.filter(ImageFilter.GaussianBlur(0.6)).save(written, "JPEG", quality=82)
    return written.getvalue()


def _grain(door: Image.Image, random: Random) -> None:
    pen = ImageDraw.Draw(door)
    for _ in range(900):
        x, y = random.randrange(SIZE[0]), random.randrange(SIZE[1])
        shade = random.randrange(0, 70)
        pen.line((x, y, x + random.randint(-3, 3), y + random.randint(20, 260)), (shade, shade, shade // 2), 1)


def _card(code: str, lines: tuple[str, ...]) -> Image.Image:
    card = Image.new("RGBA", (900, 640), PAPER)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, 899, 639), None, "#c9c3b0", 3)
    pen.text((50, 70), "Sorry, nobody came to the door", INK, ImageFont.load_default(52))
    for place, line in enumerate(lines):
        pen.text((50, 170 + place * 58), line, INK, ImageFont.load_default(40))
    pen.text((50, 470), "Code", INK, ImageFont.load_default(40))
    pen.text((190, 430), " ".join(code), PEN, ImageFont.load_default(110))
    return card
