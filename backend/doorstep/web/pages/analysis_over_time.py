"""Two sections more of a measure: by weekday within each time slot, and by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.answers import Answer, Group
from doorstep.application.wastage.shares import measure
from doorstep.domain.wastage.dimensions import TOTAL
from doorstep.domain.wastage.measures.definition import Measure, Ratio
from doorstep.domain.wastage.rate import Rate
from doorstep.web.charts.frame import Named, both
from doorstep.web.charts.heat_map import HeatMap, HeatRow, heat_map
from doorstep.web.charts.marks import MOST_SERIES, Dot
from doorstep.web.charts.small_multiples import Panel, SmallMultiples, small_multiples
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_sections import Cell, Section, rate_cells, rate_dot
from doorstep.web.pages.analysis_words import Speech, months_between, ordered, say_rate
from doorstep.web.pages.words import say

WEEK: Final = ("1", "2", "3", "4", "5", "6", "0")
MOST_PANELS: Final = 6
MOST_ROWS: Final = 15
NO_RATE: Final = Rate(0, 0)


async def heat_section(office: Office, person: Person, asked: Asked, measured: Measure, speech: Speech) -> Section:
    """The first share by weekday and time slot; days without any appointment at all are left out."""
    answer = await measure(office, person, measured.name, asked.days, asked.wanted, "window", "weekday")
    main = measured.ratios[0]
    held = {(group.value, group.part): group for group in answer.groups if group.rates[main.name].whole}
    days = [day for day in WEEK if any(part == day for _, part in held)]
    sizes = {value: sum(held[key].rates[main.name].whole for key in held if key[0] == value) for value, _ in held}
    windows = sorted(sizes, key=lambda value: -sizes[value])[:MOST_ROWS]
    name = say(f"measures.{measured.name}.share.{main.name}")
    title = say("analysis.week_title", share=name)
    says = _says_of_week(held, main, speech)
    picture = Markup("")
    if days:
        chart = HeatMap(
            Named("week", title, says, "week-figures"),
            tuple((speech.part("weekday", day), _short(day)) for day in days),
            tuple(
                HeatRow(
                    speech.group("window", window),
                    tuple(
                        rate_dot(asked, answer, held[window, day], main)
                        if (window, day) in held
                        else Dot(say_rate(NO_RATE))
                        for day in days
                    ),
                )
                for window in windows
            ),
            say("analysis.hatched"),
        )
        picture = both(heat_map, chart)
    rows = []
    for window in windows:
        for day in days:
            if group := held.get((window, day)):
                label = f"{speech.group('window', window)}, {speech.part('weekday', day)}"
                rows.append((Cell(label, is_number=False), *rate_cells(asked, answer, group, main, label)))
    columns = (say("analysis.window_and_day"), *_rate_columns())
    notes = (say("measures.association"),) if rows else ()
    return Section("week", title, says, picture, say("analysis.same_figures", title=title), columns, tuple(rows), notes)


def _says_of_week(held: dict[tuple[tuple[str, ...], str], Group], main: Ratio, speech: Speech) -> str:
    given = [(group.rates[main.name], key) for key, group in held.items() if group.rates[main.name].is_given]
    if not held:
        return say("analysis.nothing")
    if not given:
        return say("analysis.none_given")
    rate, (window, day) = max(given, key=lambda each: each[0].value or 0.0)
    return say(
        "analysis.week_says",
        window=speech.group("window", window),
        day=speech.part("weekday", day),
        rate=say_rate(rate),
        few=len(held) - len(given),
    )


def _short(day: str) -> str:
    """The weekday as a narrow column has room for it."""
    return say("analysis.weekdays_short").split(", ")[WEEK.index(day)]


def _rate_columns() -> tuple[str, ...]:
    return say("analysis.counted"), say("analysis.of"), say("analysis.rate"), say("analysis.interval")


async def months_section(office: Office, person: Person, asked: Asked, measured: Measure, speech: Speech) -> Section:
    """The shares month by month; with a group chosen, the first share of the largest groups."""
    answer = await measure(office, person, measured.name, asked.days, asked.wanted, asked.by, "month")
    months = months_between(asked.days.first, asked.days.last)
    held = {(group.value, group.part): group for group in answer.groups}
    panels, rows = [], []
    for label, ratio, value, series in _panels(answer, measured, speech):
        dots = []
        for month in months:
            group = held.get((value, month))
            dots.append(rate_dot(asked, answer, group, ratio) if group else Dot(say_rate(NO_RATE)))
            if group and group.rates[ratio.name].whole:
                said = f"{label}, {speech.part('month', month)}"
                rows.append((Cell(said, is_number=False), *rate_cells(asked, answer, group, ratio, said)))
        panels.append(Panel(label, tuple(dots), series))
    title = say("analysis.months_title")
    says = _says_of_months(rows, panels, [speech.part("month", month) for month in months])
    named = Named("months", title, says, "months-figures")
    chart = SmallMultiples(
        named, tuple(speech.part("month", month) for month in months), tuple(panels), say("analysis.dash")
    )
    columns = (say("analysis.group_and_month"), *_rate_columns())
    picture = both(small_multiples, chart) if panels else Markup("")
    return Section("months", title, says, picture, say("analysis.same_figures", title=title), columns, tuple(rows))


def _panels(answer: Answer, measured: Measure, speech: Speech) -> list[tuple[str, Ratio, tuple[str, ...], int]]:
    """What each panel shows: its name, the share, the group, and the mark."""
    main = measured.ratios[0]
    if answer.dimension == TOTAL:
        shares = measured.ratios[:MOST_SERIES]
        return [
            (say(f"measures.{measured.name}.share.{ratio.name}"), ratio, (), series)
            for series, ratio in enumerate(shares)
        ]
    sizes: dict[tuple[str, ...], int] = {}
    firsts: dict[tuple[str, ...], Group] = {}
    for group in answer.groups:
        sizes[group.value] = sizes.get(group.value, 0) + group.rates[main.name].whole
        firsts.setdefault(group.value, group)
    largest = set(sorted(sizes, key=lambda value: -sizes[value])[:MOST_PANELS])
    chosen = ordered([group for value, group in firsts.items() if value in largest], answer.dimension, main, speech)
    return [(speech.group(answer.dimension, group.value), main, group.value, 0) for group in chosen]


def _says_of_months(rows: Sequence[object], panels: Sequence[Panel], months: Sequence[str]) -> str:
    if not rows:
        return say("analysis.nothing")
    given = [place for place, dot in enumerate(panels[0].dots) if dot.value is not None]
    if not given:
        return say("analysis.none_given")
    dots = panels[0].dots
    first, last = given[0], given[-1]
    return say(
        "analysis.months_says",
        label=panels[0].label,
        first=months[first],
        begins=dots[first].said,
        last=months[last],
        ends=dots[last].said,
    )
