"""What each picture is drawn of: large and tiny n, long names, one group, forty, none given, 0 % and 100 %."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from doorstep.domain.wastage.rate import rate_of, shown_percent
from doorstep.web.charts.dot_whisker import DotWhisker, Row
from doorstep.web.charts.frame import Named
from doorstep.web.charts.heat_map import HeatMap, HeatRow
from doorstep.web.charts.marks import Dot
from doorstep.web.charts.small_multiples import Panel, SmallMultiples
from doorstep.web.charts.waterfall import Step, Waterfall

Chart = DotWhisker | HeatMap | SmallMultiples | Waterfall
Counts = tuple[int, int]

LEAST: Final = 200
TINY: Final[Sequence[Counts]] = ((0, 0), (1, 1), (1, 2), (2, 9), (17, 199), (17, 200))
"""None, one, two, and what lies just below and just above the least that a rate is given of."""
LARGE: Final[Sequence[Counts]] = ((190_123, 2_110_000), (414_000, 6_905_000), (362_000, 7_240_000), (58_001, 1_520_000))
ENDS: Final[Sequence[Counts]] = ((0, 200), (200, 200), (0, 2_000_000), (2_000_000, 2_000_000), (1, 2_000_000))
LONG: Final = (
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "Ysgol: gollwng a chasglu rhwng 09:30 a 14:30 yn ystod y tymor yn unig",
    "Boiler and heating systems, communal, planned and responsive (contractor's own staff and agency)",
    "GWASANAETHAU CYNNAL A CHADW CYFYNGEDIG Y GOGLEDD-ORLLEWIN A’R CANOLBARTH",
    "Ŵyn, ŷd & <b>gêm</b>",
)
SHARES: Final = ("missed: nobody in", "our failures: landlord side", "kept: work done or begun")
CYMRAEG: Final = (
    "wedi'u colli: neb i mewn, neu neb yn ateb",
    "ein methiannau ni: ochr y landlord",
    "wedi'u cadw: gwaith wedi'i wneud neu wedi'i ddechrau",
)
WEEK: Final = tuple((day, day[:3]) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"))
WYTHNOS: Final = (
    ("Dydd Llun", "Llun"),
    ("Dydd Mawrth", "Maw"),
    ("Dydd Mercher", "Mer"),
    ("Dydd Iau", "Iau"),
    ("Dydd Gwener", "Gwe"),
    ("Dydd Sadwrn", "Sad"),
    ("Dydd Sul", "Sul"),
)
HATCHED: Final = "Hatched: too few to give a rate, or none at all"
DASH: Final = "A dash at the foot: too few to give a rate, or none at all"


def dot(counts: Counts, welsh: bool = False) -> Dot:
    """What the analysis draws of so many of so many."""
    part, whole = counts
    rate = rate_of(part, whole, LEAST)
    if rate.value is None or rate.low is None or rate.high is None:
        few = "rhy ychydig i roi cyfradd" if welsh else "too few to give a rate"
        return Dot(f"n = {whole:,}: {few}", url="/few")
    return Dot(f"{shown_percent(rate)}%", 100 * rate.value, 100 * rate.low, 100 * rate.high, "/some")


def named(kind: str, edge: str) -> Named:
    """A name that no other picture has."""
    chart_id = f"{kind}-{edge}".replace(" ", "-")
    return Named(chart_id, f"{kind}: {edge}", f"{kind} of {edge}.", f"{chart_id}-figures")


def forty() -> list[Counts]:
    """Forty groups, from small to large, with rates of all sizes."""
    return [(round(each * each * 37 * (each % 11) / 14), each * each * 37) for each in range(40)]


def dots(edge: str, rows: Sequence[tuple[str, Sequence[Counts]]], series: Sequence[str]) -> DotWhisker:
    """Rates one under the other; a name in Welsh has its words in Welsh."""
    welsh = series == CYMRAEG
    return DotWhisker(
        named("dots", edge),
        tuple(Row(label, tuple(dot(each, welsh) for each in counts)) for label, counts in rows),
        tuple(series),
    )


def every_dots() -> dict[str, DotWhisker]:
    """Dots and whiskers."""
    one, two = SHARES[:1], SHARES[:2]
    return {
        "large": dots("large", [(f"Window {at}", (each,)) for at, each in enumerate(LARGE)], one),
        "tiny": dots("tiny", [(f"n is {each[1]}", (each,)) for each in TINY], one),
        "tiny with large": dots("mixed", [(f"n {each[1]:,}", (each,)) for each in (*TINY, *LARGE)], one),
        "ends": dots("ends", [(f"{part:,} of {whole:,}", ((part, whole),)) for part, whole in ENDS], one),
        "one": dots("one", [("All day", (LARGE[0],))], one),
        "none": dots("none", [], one),
        "all too few": dots("few", [(label, ((9, 199), (1, 2))) for label in LONG], two),
        "long in Welsh": dots("welsh", [(label, (LARGE[0], TINY[4], TINY[5])) for label in LONG], CYMRAEG),
        "forty": dots("forty", [(f"Patch {at}", (each,)) for at, each in enumerate(forty())], one),
        "two series": dots("two", [(f"{at} Oct 2026", (LARGE[at], LARGE[3 - at])) for at in range(4)], two),
    }


def cells(edge: str, rows: Sequence[tuple[str, Sequence[Counts]]], days: tuple[tuple[str, str], ...] = WEEK) -> HeatMap:
    """Rates by weekday and window."""
    drawn = tuple(HeatRow(label, tuple(dot(each) for each in counts)) for label, counts in rows)
    return HeatMap(named("cells", edge), days, drawn, HATCHED)


def every_cells() -> dict[str, HeatMap]:
    """Weekdays within windows."""
    week = [LARGE[at % 4] for at in range(6)]
    some = forty()
    return {
        "large": cells("large", [(f"Window {at}", week[at:] + week[:at]) for at in range(4)]),
        "tiny": cells("tiny", [("AM 08:00 to 13:00", TINY), ("Evening", TINY[::-1])]),
        "ends": cells("ends", [("All day", (*ENDS, (1000, 2000)))]),
        "one": cells("one", [("All day", week[:1])], WEEK[:1]),
        "all too few": cells("few", [(label, [(1, 2)] * 6) for label in LONG[:2]]),
        "long in Welsh": cells("welsh", [(label, [*week, (3, 9)]) for label in LONG], WYTHNOS),
        "forty": cells("forty", [(f"Slot {at}", [some[(at + day * 7) % 40] for day in range(6)]) for at in range(40)]),
    }


def panels(edge: str, groups: Sequence[tuple[str, Sequence[Counts]]], months: int) -> SmallMultiples:
    """Months of groups, each in a picture of its own."""
    drawn = tuple(
        Panel(label, tuple(dot(each) for each in counts), at % 3) for at, (label, counts) in enumerate(groups)
    )
    names = tuple(f"{'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[at % 12]} 2026" for at in range(months))
    return SmallMultiples(named("panels", edge), names, drawn, DASH)


def every_panels() -> dict[str, SmallMultiples]:
    """Months."""
    year = [LARGE[at % 4] for at in range(12)]
    return {
        "large": panels("large", [("Missed", year), ("Our failures", year[::-1])], 12),
        "tiny": panels("tiny", [("Missed", TINY), ("Our failures", TINY[::-1]), ("Kept", TINY)], 6),
        "ends": panels("ends", [("At the ends", ENDS)], 5),
        "one month": panels("month", [("Missed", LARGE[:1])], 1),
        "all too few": panels("few", [("Missed", [(1, 2)] * 3)], 3),
        "long in Welsh": panels("welsh", [(label, year[:3]) for label in LONG], 3),
        "forty months": panels("months", [("Missed", [LARGE[at % 4] for at in range(40)])], 40),
        "forty groups": panels("groups", [(f"Patch {at}", year[:6]) for at in range(40)], 6),
    }


def steps(edge: str, amounts: Sequence[tuple[str, float, int]], sides: tuple[str, str] = SHARES[:2]) -> Waterfall:
    """What each costs, and their sum."""
    drawn = [Step(label, each, said_pounds(each), side, url="/some") for label, each, side in amounts]
    whole = sum(each for _, each, _ in amounts)
    drawn.append(Step("Together", whole, said_pounds(whole), 2, is_sum=True))
    return Waterfall(named("steps", edge), tuple(drawn), sides)


def said_pounds(amount: float) -> str:
    """Whole pounds, a minus before the sign of the pound."""
    return f"{'−' if amount < 0 else ''}£{abs(amount):,.0f}"


def every_steps() -> dict[str, Waterfall]:
    """Costs."""
    usual = [("Missed, no access", 24_975.0, 0), ("Arrived outside window", 8_051.0, 1), ("Wrong trade", 5_877.0, 1)]
    return {
        "large": steps("large", [(label, each * 4_321, side) for label, each, side in usual]),
        "tiny": steps("tiny", [("Missed", 0.31, 0), ("Not notified", 0.02, 1)]),
        "zero": steps("zero", [("Missed", 0.0, 0), ("Not notified", 812.0, 1), ("Wrong address", 0.0, 1)]),
        "all zero": steps("all zero", [("Missed", 0.0, 0), ("Not notified", 0.0, 1)]),
        "less": steps("less", [*usual, ("Recovered from contractors", -6_120.0, 1), ("Not notified", 4_055.0, 1)]),
        "below nothing": steps("below", [("Missed", 900.0, 0), ("Recovered", -2_400.0, 1), ("Wrong", 300.0, 1)]),
        "one": steps("one", usual[:1]),
        "none": steps("none", []),
        "long in Welsh": steps("welsh", [(label, 1_234.5 * at, at % 2) for at, label in enumerate(LONG)], CYMRAEG[:2]),
        "forty": steps("forty", [(f"Outcome {at}", 97.0 * at, at % 2) for at in range(40)]),
    }


def every_picture() -> Mapping[str, Mapping[str, Chart]]:
    """All of them, by their kind and their edge."""
    return {"dots": every_dots(), "cells": every_cells(), "panels": every_panels(), "steps": every_steps()}
