"""The figures of a page of the analysis as CSV: a line for each, with what it is, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from doorstep.application.exports.taking_out import BOM, written
from doorstep.domain.wastage.rate import shown_ends, shown_percent
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_sections import Cell, Section
from doorstep.web.pages.words import say

COLUMNS: Final = (
    *("question", "first_day", "last_day", "narrowed_to", "section", "row", "figure", "counted", "of", "value"),
    *("unit", "low", "high", "given", "means", "cannot_say", "left_out"),
)
PERCENT: Final = "%"


class Meaning(msgspec.Struct, frozen=True):
    """What every line of a page repeats, so that a line by itself cannot be misread."""

    asks: str
    means: str
    cannot_say: str
    left_out: str
    goes_on: bool = False


def figures_csv(asked: Asked, meaning: Meaning, sections: Sequence[Section]) -> tuple[str, int]:
    """The text, and how many figures are in it."""
    lines = [line for section in sections for row in section.rows for line in _lines(section, row)]
    about = (meaning.asks, asked.days.first.isoformat(), asked.days.last.isoformat(), _narrowed(asked))
    after = (meaning.means, meaning.cannot_say, meaning.left_out)
    rows = [(*about, *line, *after) for line in lines]
    if meaning.goes_on:
        rows.append((*about, say("analysis.goes_on"), *("",) * 9, *after))
    return BOM + written([[say(f"analysis.csv.{name}") for name in COLUMNS], *rows]), len(lines)


def _lines(section: Section, row: Sequence[Cell]) -> Iterator[tuple[str, ...]]:
    """A line for each rate of a row, with its counts and ends; and one for each other number that stands in it."""
    names = [cell.text for cell in row if not cell.is_number]
    label, said = names[0] if names else "", ", ".join(names[1:])
    for column, cell in zip(section.columns, row, strict=True):
        rate = cell.rate
        if rate is not None:
            low, high = shown_ends(rate)
            figure = (cell.named or said or column, f"{rate.part}", f"{rate.whole}", shown_percent(rate), PERCENT)
            yield section.title, label, *figure, low, high, _is_given(is_given=rate.is_given)
        elif cell.is_number and not cell.is_of_rate and cell.text:
            is_given = cell.text not in (say("analysis.not_given_rate"), say("analysis.too_few_alike"))
            name = ", ".join(each for each in (column, said) if each)
            yield (
                section.title,
                label,
                name,
                "",
                "",
                cell.text if is_given else "",
                "",
                "",
                "",
                _is_given(is_given=is_given),
            )


def _is_given(*, is_given: bool) -> str:
    return say("analysis.csv.is_given" if is_given else "analysis.csv.not_given")


def _narrowed(asked: Asked) -> str:
    wanted = msgspec.structs.asdict(asked.wanted)
    return "; ".join(f"{say(f'analysis.narrow.{name}')}: {value}" for name, value in wanted.items() if value)
