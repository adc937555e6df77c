"""Elements of SVG, safe by construction: whatever is put in is escaped, and nothing bears a style of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

INK: Final = "#0b0c0c"
QUIET: Final = "#484f53"
RULE: Final = "#d3d6d8"
PAPER: Final = "#ffffff"
BLUE: Final = "#1d70b8"
BROWN: Final = "#8a3b00"


def element(name: str, *inside: str, **attributes: object) -> Markup:
    """One element: `stroke_width=3` is written `stroke-width="3"`; an attribute that is None is left out."""
    written = Markup("").join(
        Markup(' {}="{}"').format(Markup(key.rstrip("_").replace("_", "-")), _said(value))  # noqa: S704 - our own names
        for key, value in attributes.items()
        if value is not None
    )
    held = joined(inside)
    return Markup("<{}{}>{}</{}>").format(Markup(name), written, held, Markup(name))  # noqa: S704 - our own names


def joined(parts: Iterable[str]) -> Markup:
    """One after another, each escaped unless it is markup already."""
    return Markup("").join(escape(part) for part in parts)


def words(text: str, x: float, y: float, size: int, **attributes: object) -> Markup:
    """A line of text whose foot stands at y, with a rim of paper, so that it can be read over lines."""
    given: dict[str, object] = {"fill": INK, "stroke": PAPER, "stroke_width": 4, "paint_order": "stroke"}
    return element("text", text, x=x, y=y, font_size=size, **(given | attributes))


def _said(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
