"""What a page about a measure that is no share of counters says, and the pieces that several of them have."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.domain.wastage.dimensions import TOTAL
from doorstep.domain.wastage.rate import Rate
from doorstep.web.charts.marks import Dot
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_sections import Cell, Section, shown_cells
from doorstep.web.pages.analysis_words import Speech, say_interval, say_rate
from doorstep.web.pages.words import say


class Told(msgspec.Struct, frozen=True):
    """What a page says: its answer, its sections, by what it may be told, and where its list goes on."""

    says: str
    sections: tuple[Section, ...] = ()
    groups: tuple[str, ...] = (TOTAL,)
    next_fields: tuple[tuple[str, str], ...] = ()


class Question(msgspec.Struct, frozen=True):
    """Who asks what, of which office; `beyond` is where a list goes on."""

    office: Office
    person: Person
    asked: Asked
    speech: Speech
    beyond: tuple[str, str] = ("", "")


def plain_dot(rate: Rate, url: str = "") -> Dot:
    """A rate as a mark."""
    if rate.value is None or rate.low is None or rate.high is None:
        return Dot(say_rate(rate), url=url)
    return Dot(say_rate(rate), 100 * rate.value, 100 * rate.low, 100 * rate.high, url)


def answered(name: str, rate: Rate) -> str:
    """The answer that a rate gives."""
    facts = {"part": f"{rate.part:,}", "whole": f"{rate.whole:,}"}
    if not rate.whole:
        return say("analysis.nothing")
    if not rate.is_given:
        return say("analysis.few", share=say(f"measures.{name}.title"), **facts)
    return say(f"analysis.answer.{name}", rate=say_rate(rate), between=say_interval(rate), **facts)


def plain_cells(rate: Rate, part_url: str = "", whole_url: str = "", of: str = "") -> tuple[Cell, ...]:
    """How many, of how many, the rate and its interval."""
    counts = (
        Cell(f"{rate.part:,}", part_url if rate.part else "", of, is_of_rate=True),
        Cell(f"{rate.whole:,}", whole_url if rate.whole else "", of, is_of_rate=True),
    )
    return *counts, *shown_cells(rate)


def rate_columns() -> tuple[str, ...]:
    """Over plain_cells."""
    return say("analysis.counted"), say("analysis.of"), say("analysis.rate"), say("analysis.interval")


def plain_section(
    name: str,
    title: str,
    says: str,
    picture: Markup,
    columns: tuple[str, ...],
    rows: tuple[tuple[Cell, ...], ...],
    notes: tuple[str, ...] = (),
) -> Section:
    """A section whose table says that it has the figures of its picture."""
    return Section(name, title, says, picture, say("analysis.same_figures", title=title), columns, rows, notes)
