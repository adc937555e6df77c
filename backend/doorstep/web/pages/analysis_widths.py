"""Would broader windows help? Every two widths over like jobs, as a section."""

from __future__ import annotations

from doorstep.application.wastage.widths import compare_widths
from doorstep.domain.wastage.like_with_like import Compared
from doorstep.web.charts.dot_whisker import DotWhisker, Row, dot_whisker
from doorstep.web.charts.frame import Named, both
from doorstep.web.charts.marks import Dot
from doorstep.web.pages.analysis_sections import Cell
from doorstep.web.pages.analysis_told import Question, Told, plain_section
from doorstep.web.pages.words import say


async def tell_widths(asks: Question) -> Told:
    """Would broader windows help: every two widths, over like jobs only."""
    pairs = await compare_widths(asks.office, asks.person, asks.asked.days, asks.asked.wanted)
    says = _says_of_widths(asks, pairs)
    rows, drawn = [], []
    for each in pairs:
        one, other = (asks.speech.group("width", (width,)) for width in (each.one, each.other))
        label = say("analysis.two_widths", one=one, other=other)
        rates = [_percent(rate) for rate in (each.rate_of_one, each.rate_of_other)]
        drawn.append(Row(label, tuple(Dot(said, value) for said, value in rates)))
        counts = ((each.appointments, "compared"), (each.left_out, "left_out"))
        linked = (
            Cell(
                f"{n:,}",
                asks.asked.behind("widths", "population", value=(each.one, each.other), only=only) if n else "",
                label,
            )
            for n, only in counts
        )
        rows.append(
            (Cell(label, is_number=False), *(Cell(said) for said, _ in rates), Cell(f"{each.strata:,}"), *linked)
        )
    if not rows:
        return Told(says)
    title = say("analysis.widths_title")
    names = (say("analysis.narrower"), say("analysis.broader"))
    chart = DotWhisker(Named("widths", title, says, "widths-figures"), tuple(drawn), names)
    columns = (
        say("measures.by.width"),
        *names,
        *(say(f"analysis.width_{kind}") for kind in ("strata", "n", "left_out")),
    )
    behind = asks.asked.url("where", "like_with_like")
    first = (Cell(say("analysis.widths_each"), behind, is_number=False), *(Cell("") for _ in columns[1:]))
    notes = (say("analysis.no_interval"), say("measures.association"))
    return Told(says, (plain_section("widths", title, says, both(dot_whisker, chart), columns, (*rows, first), notes),))


def _says_of_widths(asks: Question, pairs: list[Compared]) -> str:
    """The two widths that most appointments are compared of."""
    if not pairs:
        return say("analysis.nothing")
    most = max(pairs, key=lambda each: each.appointments)
    one, other = (asks.speech.group("width", (width,)) for width in (most.one, most.other))
    (narrower, is_given), (broader, _) = _percent(most.rate_of_one), _percent(most.rate_of_other)
    if is_given is None:
        return say("analysis.none_given")
    return say("analysis.answer.widths", one=one, other=other, narrower=narrower, broader=broader)


def _percent(rate: float | None) -> tuple[str, float | None]:
    return (say("analysis.too_few_alike"), None) if rate is None else (f"{100 * rate:.1f}%", 100 * rate)
