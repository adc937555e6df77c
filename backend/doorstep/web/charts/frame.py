"""The frame of every picture: its size for wide and for narrow screens, its name, and what leads on from its marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from markupsafe import Markup

from doorstep.web.charts.markup import element, joined

Chart = TypeVar("Chart")


class Form(msgspec.Struct, frozen=True):
    """`width` in px of the picture, `size` of its words, `glyph` the room that a letter takes, on the safe side."""

    name: str
    width: int
    size: int
    glyph: float
    most_ticks: int

    @property
    def is_narrow(self) -> bool:
        """Whether what stands side by side is put one under the other."""
        return self is NARROW

    def letters_in(self, room: float) -> int:
        """How many letters a line of so many px holds."""
        return max(int(room / self.glyph), 4)


WIDE: Final = Form("wide", 690, 15, 8.2, 7)
NARROW: Final = Form("narrow", 288, 16, 8.8, 4)
"""At 16 px in a picture of 288: it is never shown smaller, whatever the screen."""


class Named(msgspec.Struct, frozen=True):
    """What a picture is called, what it says in a sentence, and the id of the caption of the table under it."""

    chart_id: str
    title: str
    description: str
    caption_id: str


class Spot(msgspec.Struct, frozen=True):
    """A part of the picture that leads on when it is pressed."""

    url: str
    x: float
    y: float
    width: float
    height: float


def lines_of(text: str, letters: int) -> list[str]:
    """A text in lines of so many letters; a word that is longer than a line is broken."""
    lines = [""]
    for word in text.split():
        rest = word
        if lines[-1] and len(lines[-1]) + 1 + len(rest) <= letters:
            lines[-1] += f" {rest}"
            continue
        if lines[-1]:
            lines.append("")
        while len(rest) > letters:
            lines[-1], rest = rest[: letters - 1] + "-", rest[letters - 1 :]
            lines.append("")
        lines[-1] = rest
    return lines


def framed(named: Named, form: Form, height: float, drawn: list[Markup], spots: list[Spot]) -> Markup:
    """The picture, told as one image; over it, for whoever points, the ways that the table's links lead too.

    The links lie in a layer of their own, which no keyboard stops at and nothing reads out: an image has no parts.
    """
    mark = f"{named.chart_id}-{form.name}"
    size = {"viewBox": f"0 0 {form.width} {height:g}", "width": form.width, "height": height}
    image = element(
        "svg",
        element("title", named.title, id=f"{mark}-title"),
        element("desc", named.description, id=f"{mark}-desc"),
        *drawn,
        class_="ds-chart__image",
        role="img",
        aria_labelledby=f"{mark}-title",
        aria_describedby=f"{mark}-desc {named.caption_id}",
        **size,
    )
    links = element("svg", joined(map(_link, spots)), class_="ds-chart__links", aria_hidden="true", **size)
    return element("div", image, *([links] if spots else []), class_=f"ds-chart ds-chart--{form.name}")


def both(draw: Callable[[Chart, Form], Markup], chart: Chart) -> Markup:
    """A picture in both forms; the screen shows the one that it has room for, paper the wide one."""
    return joined(draw(chart, form) for form in (WIDE, NARROW))


def _link(spot: Spot) -> Markup:
    given = {"x": spot.x, "y": spot.y, "width": spot.width, "height": spot.height}
    return element("a", element("rect", fill="transparent", **given), href=spot.url, tabindex="-1")
