"""Protects the search for photos that look the same: it finds a recompressed one, and leaves other doors alone."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageEnhance

from doorstep.adapters.lookalikes import MOST_FOUND, Lookalikes
from doorstep.adapters.photo_derivatives import Derivatives, derive


def _door(seed: int) -> Image.Image:
    """A made-up front door: panels, letterbox and number where chance puts them."""
    random = Random(seed)
    picture = Image.new("RGB", (800, 1000), tuple(random.randrange(60, 200) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(24):
        x, y = random.randrange(700), random.randrange(900)
        shade = tuple(random.randrange(256) for _ in range(3))
        draw.rectangle((x, y, x + random.randrange(30, 300), y + random.randrange(30, 300)), fill=shade)
    return picture


def _dhash(picture: Image.Image, quality: int = 90) -> str:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    made = derive(out.getvalue())
    assert isinstance(made, Derivatives)
    return made.decoded.dhash


def test_a_photo_made_again_is_found() -> None:
    """One that was recompressed, scaled and brightened looks the same; two hundred other doors do not."""
    held = Lookalikes()
    held.hold({f"door {seed}": _dhash(_door(seed)) for seed in range(200)})
    again = ImageEnhance.Brightness(_door(7).resize((500, 625))).enhance(1.15)
    assert held.near(_dhash(again, quality=40)) == ["door 7"]


def test_a_picture_with_nothing_in_it_looks_like_nothing() -> None:
    """A dark pocket or a white wall must not make every other such photo a suspect."""
    assert _dhash(Image.new("RGB", (400, 300), "black")) == ""
    held = Lookalikes()
    held.hold({"dark": ""})
    assert held.near("") == []


def test_the_nearest_come_first() -> None:
    """Of many alike a person sees the likest, and not more than they can compare; 16 bits are near and 17 are not."""
    held = Lookalikes()
    held.hold({f"{bits} bits": f"{(1 << bits) - 1:064x}" for bits in range(18)})
    assert held.near("0" * 64) == [f"{bits} bits" for bits in range(17)]
    held.hold({f"again {number}": "0" * 64 for number in range(2000)})
    assert len(held.near("0" * 64)) == MOST_FOUND
