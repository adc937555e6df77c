"""Every measure of a report: its definition, its shares with n and interval, what is told apart, what it cannot say."""

from __future__ import annotations

from doorstep.application.board_report.document import Figures, Part
from doorstep.application.board_report.figures import Grouped, GroupRow, Measured, MonthFigures
from doorstep.domain.instants import MS_PER_DAY
from doorstep.web.board_report.cost import cost_part
from doorstep.web.board_report.said import counts, rate_or_not, share_name, short_month
from doorstep.web.pages.analysis_words import IN_ORDER, Speech
from doorstep.web.pages.times import duration
from doorstep.web.pages.words import say

MEDIAN_OF = {"evidence": "wait", "audits": "age"}
GROUPED_UNDER = {"missed": "where"}
"""Missed visits by time slot stand under the measure that asks where."""
COST, HAZARDS = 5, 15


def measure_parts(figures: MonthFigures, speech: Speech) -> tuple[Part, ...]:
    """One part for each of the sixteen, in their order, after how they are counted."""
    told = [(each.number, _part(figures, each, speech)) for each in figures.now.measures]
    told += [(COST, cost_part(figures, speech)), (HAZARDS, _hazards(figures))]
    told.sort(key=lambda each: each[0])
    how = Part(
        "measures",
        say("reports.measures"),
        (
            say("measures.population"),
            say("analysis.least", appointments=figures.least_appointments, visits=figures.least_visits),
            say("measures.interval"),
            say("reports.chance_means"),
        ),
    )
    return how, *(part for _, part in told)


def _part(figures: MonthFigures, measured: Measured, speech: Speech) -> Part:
    name = measured.name
    facts = {"least": figures.repeat_visits, "days": figures.repeat_days} if name == "repeats" else {}
    tables = [_shares(figures, measured)]
    tables += [
        _groups(each, speech) for each in figures.groups if GROUPED_UNDER.get(each.measure, each.measure) == name
    ]
    if name == "where":
        tables.append(_widths(figures, speech))
    if middle := _median(figures, name):
        tables.append(middle)
    if apart := [(say(f"measures.aside.{told.counter}"), f"{told.count:,}") for told in measured.asides if told.count]:
        tables.append(Figures(say("analysis.apart"), (say("reports.what"), say("analysis.counted")), tuple(apart)))
    return Part(
        f"measure-{name}",
        say("reports.numbered", number=measured.number, title=say(f"measures.{name}.title", **facts)),
        (say(f"measures.{name}.says", **facts),),
        tables=tuple(tables),
        cautions=_cautions(figures, name),
        level=3,
    )


def _cautions(figures: MonthFigures, name: str) -> tuple[str, ...]:
    cautions = [say(f"measures.{name}.cannot_say")]
    if name == "repeats":
        cautions.insert(0, say("analysis.ends_with_period", days=figures.repeat_days))
    if name == "where":
        cautions += [say("measures.widths.cannot_say"), say("analysis.no_interval")]
    if any(GROUPED_UNDER.get(each.measure, each.measure) == name for each in figures.groups):
        cautions.append(say("measures.association"))
    return tuple(cautions)


def _shares(figures: MonthFigures, measured: Measured) -> Figures:
    rows = tuple(
        (
            share_name(share.measure, share.share),
            *counts(share.rate),
            *(rate_or_not(then.rate(share.measure, share.share)) for then in (figures.before, figures.year_before)),
        )
        for share in measured.shares
    )
    columns = (
        say("analysis.share"),
        say("analysis.counted"),
        say("analysis.of"),
        say("analysis.rate"),
        say("analysis.interval"),
        short_month(figures.before.month),
        short_month(figures.year_before.month),
    )
    return Figures(say("analysis.in_all"), columns, rows)


def _groups(grouped: Grouped, speech: Speech) -> Figures:
    rows = [(speech.group(grouped.dimension, row.value), *counts(row.rate)) for row in _ordered(grouped)]
    if grouped.small:
        small = say("reports.small", n=f"{grouped.small:,}")
        rows.append((small, "", f"{grouped.small_whole:,}", say("analysis.not_given_rate"), ""))
    name = say(f"measures.by.{grouped.dimension}")
    columns = (
        name,
        say("analysis.counted"),
        say("analysis.of"),
        say("analysis.rate"),
        say("analysis.interval"),
    )
    caption = say("reports.by", share=share_name(grouped.measure, grouped.share), what=name)
    return Figures(caption, columns, tuple(rows), empty=say("analysis.nothing"))


def _ordered(grouped: Grouped) -> list[GroupRow]:
    """Bands in their order, the rest with the largest first, as they were gathered."""
    places = IN_ORDER.get(grouped.dimension, ())
    return sorted(grouped.rows, key=lambda row: places.index(row.value[0]) if row.value[0] in places else len(places))


def _widths(figures: MonthFigures, speech: Speech) -> Figures:
    rows = []
    for each in figures.widths:
        one, other = (speech.group("width", (width,)) for width in (each.one, each.other))
        rates = [
            say("analysis.too_few_alike") if rate is None else f"{100 * rate:.1f}%"
            for rate in (each.rate_of_one, each.rate_of_other)
        ]
        alike = (f"{each.strata:,}", f"{each.appointments:,}", f"{each.left_out:,}")
        rows.append((say("analysis.two_widths", one=one, other=other), *rates, *alike))
    columns = (
        say("measures.by.width"),
        say("analysis.narrower"),
        say("analysis.broader"),
        *(say(f"analysis.width_{kind}") for kind in ("strata", "n", "left_out")),
    )
    return Figures(say("measures.widths.title"), columns, tuple(rows), is_even=True, empty=say("analysis.nothing"))


def _median(figures: MonthFigures, name: str) -> Figures | None:
    found = next((each for each in figures.medians if each.name == MEDIAN_OF.get(name)), None)
    if found is None:
        return None
    title = say(f"measures.{name}.median")
    if found.median_ms is None:
        middle = say("analysis.not_given_rate")
    elif found.name == "wait":
        middle = duration(round(found.median_ms))
    else:
        middle = say("analysis.in_days", days=f"{found.median_ms / MS_PER_DAY:.1f}")
    return Figures(title, (title, say("analysis.of")), ((middle, f"{found.count:,}"),))


def _hazards(figures: MonthFigures) -> Part:
    found = figures.hazards
    rows = tuple(
        (say(f"reports.hazards.{name}"), f"{count:,}")
        for name, count in (
            ("cases", found.cases),
            ("attempted", found.attempted),
            ("by_several", found.by_several),
            ("attended", found.attended),
        )
    )
    return Part(
        "measure-hazards",
        say("reports.numbered", number=HAZARDS, title=say("measures.hazards.title")),
        (say("measures.hazards.says"),),
        tables=(Figures(say("analysis.in_all"), (say("reports.what"), say("analysis.counted")), rows),),
        cautions=(say("measures.hazards.cannot_say"),),
        level=3,
    )
