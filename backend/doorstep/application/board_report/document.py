"""A report in words, ready to be laid out: every text is plain, and whoever lays it out shows it as it stands."""

from __future__ import annotations

import msgspec


class Figures(msgspec.Struct, frozen=True):
    """A table. The first `words` columns hold words, the others numbers; no rows: `empty` is said instead.

    `is_even`: the columns' names are long, and share the room.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    is_even: bool = False
    empty: str = ""


class Picture(msgspec.Struct, frozen=True):
    """A picture as SVG of our own drawing, with what it is called and what it says in a sentence."""

    name: str
    title: str
    says: str
    svg: str
    narrow_svg: str = ""


class Part(msgspec.Struct, frozen=True):
    """A heading with what stands under it; `level` 2 or 3. `cautions` are set apart: what a figure cannot say."""

    part_id: str
    title: str
    says: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Figures, ...] = ()
    cautions: tuple[str, ...] = ()
    level: int = 2


class Answered(msgspec.Struct, frozen=True):
    """A question of the board's, its answer, and how that compares with the month and the year before."""

    asks: str
    says: str
    since: tuple[str, ...] = ()


class Labels(msgspec.Struct, frozen=True):
    """The few words that the layout itself says. `page_of` has {page} and {pages} in it."""

    page_of: str
    answers: str
    cautions: str
    differs: str
    skip: str


class Document(msgspec.Struct, frozen=True):
    """One report in one language. `issued` says when it was made and from what; `differs` what another edition said."""

    language: str
    landlord: str
    title: str
    subtitle: str
    issued: tuple[str, ...]
    answers: tuple[Answered, ...]
    parts: tuple[Part, ...]
    foot: str
    made_at_ms: int
    labels: Labels
    differs: tuple[str, ...] = ()
    differences: Figures | None = None
