"""Draws the phone's icons, a door ajar on a step, into static_pwa/public: `python static_pwa/script/icons.py`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

PUBLIC = Path(__file__).parent.parent / "public"
GRID = 512
"""The drawing's own units, as in icon.svg."""
FINER = 4
INK, PAPER, LETTERBOX = "#0b0c0c", "#ffffff", "#ffdd00"

# A launcher may cut a maskable icon to a circle of 80%: so its drawing is smaller, and its ground fills the square.
ICONS = {
    "icon-180.png": (180, 1.0),
    "icon-192.png": (192, 1.0),
    "icon-512.png": (512, 1.0),
    "icon-maskable-192.png": (192, 0.8),
    "icon-maskable-512.png": (512, 0.8),
}


def drawn(size: int, scale: float) -> Image.Image:
    """The icon at that size: drawn finer and made small, so that its edges are smooth."""
    side = size * FINER
    picture = Image.new("RGB", (side, side), INK)
    pen = ImageDraw.Draw(picture)

    def at(*places: float) -> list[float]:
        return [((place - GRID / 2) * scale + GRID / 2) * side / GRID for place in places]

    def bar(x0: float, y0: float, x1: float, y1: float, colour: str, radius: float = 0) -> None:
        pen.rounded_rectangle(at(x0, y0, x1, y1), radius * scale * side / GRID, fill=colour)

    bar(140, 92, 372, 404, PAPER)
    bar(172, 124, 340, 404, INK)
    bar(84, 388, 428, 420, PAPER, 16)
    bar(191, 221, 321, 251, LETTERBOX, 15)
    pen.ellipse(at(299, 287, 333, 321), fill=PAPER)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Write them all."""
    for name, (size, scale) in ICONS.items():
        drawn(size, scale).quantize(64, dither=Image.Dither.NONE).save(PUBLIC / name, optimize=True)


if __name__ == "__main__":
    main()
