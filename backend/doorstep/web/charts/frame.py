"""The frame of every picture: its size for wide and for narrow screens, its name, and what leads on from its marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import msgspec
from markupsafe import Markup

from doorstep.web.charts.markup import PAPER, QUIET, element, joined, words

Chart = TypeVar("Chart")
_NARROW, _USUAL, _BROAD = 0.42, 0.65, 1.0
_BOLD: Final = 1.1
_BROAD_ONES: Final = frozenset("mwMWQOGD@%&—…")
LAST_LATIN: Final = 0x24F
"""Shares of a letter's size; a letter of another alphabet may be as broad as it is high."""


class Form(msgspec.Struct, frozen=True):
    """`width` in px of the picture, `size` of its words."""

    name: str
    width: int
    size: int
    most_ticks: int

    @property
    def is_narrow(self) -> bool:
        """Whether what stands side by side is put one under the other."""
        return self is NARROW


WIDE: Final = Form("wide", 690, 15, 7)
NARROW: Final = Form("narrow", 288, 16, 4)
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


def span_of(text: str, size: int) -> float:
    """How wide a text is at most, in px, in the wider of the typefaces that a system may have."""
    return size * sum(map(_share, text))


def room_for(figures: Iterable[str], size: int) -> float:
    """How wide the widest of bold figures is at most, and what stands free before it."""
    return max((_BOLD * span_of(said, size) for said in figures), default=0.0) + 14


def figures_below(ticks: Iterable[tuple[float, str]], y: float, size: int) -> list[Markup]:
    """The figures of an axis under their ticks; one that would lie over the one before it is left out."""
    drawn, reached = [], 0.0
    for at, said in ticks:
        half = span_of(said, size) / 2
        x = max(at, half)
        if x - half >= reached:
            drawn.append(words(said, x, y, size, text_anchor="middle", fill=QUIET))
            reached = x + half + 4
    return drawn


def _share(letter: str) -> float:
    if letter in "ijlft.,:;'|!() ":
        return _NARROW
    return _BROAD if letter in _BROAD_ONES or ord(letter) > LAST_LATIN else _USUAL


def bold_lines_of(text: str, room: float, size: int) -> list[str]:
    """A text that is written bold, in lines of so many px."""
    return lines_of(text, room / _BOLD, size)


def lines_of(text: str, room: float, size: int) -> list[str]:
    """A text in lines of so many px; a word that is longer than a line is broken, at a hyphen of its own if it can."""
    lines = [""]
    for word in text.split():
        rest = word
        if lines[-1] and span_of(f"{lines[-1]} {rest}", size) <= room:
            lines[-1] += f" {rest}"
            continue
        if lines[-1]:
            lines.append("")
        while span_of(rest, size) > room and len(rest) > 1:
            fits = max((at for at in range(1, len(rest)) if span_of(f"{rest[:at]}-", size) <= room), default=1)
            own = rest.rfind("-", 0, fits) + 1
            lines[-1], rest = (rest[:own], rest[own:]) if own else (f"{rest[:fits]}-", rest[fits:])
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
        # Where a person's own colours are forced, ours stay: they need our paper under them.
        element("rect", class_="ds-chart__paper", width=form.width, height=height, fill=PAPER),
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
