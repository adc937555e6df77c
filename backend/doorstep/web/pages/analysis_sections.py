"""A section of a page of the analysis: a question, a sentence, a picture, and the same figures in a table under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from markupsafe import Markup

from doorstep.application.wastage.answers import Answer, Group
from doorstep.domain.wastage.dimensions import TOTAL
from doorstep.domain.wastage.measures.definition import Measure, Ratio
from doorstep.domain.wastage.rate import Rate
from doorstep.web.charts.dot_whisker import DotWhisker, Row, dot_whisker
from doorstep.web.charts.frame import Named, both
from doorstep.web.charts.marks import MOST_SERIES, Dot
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_words import Speech, ordered, say_interval, say_rate
from doorstep.web.pages.words import say

MOST_DRAWN = 40
MOST_LISTED = 200


class Cell(msgspec.Struct, frozen=True):
    """`url` leads on; `of` says to somebody who hears the link alone what the number is of.

    `rate` is on the cell that shows one; what stands beside it, its counts and its interval, `is_of_rate`.
    `named` says which of several rates of a row it is.
    """

    text: str
    url: str = ""
    of: str = ""
    is_number: bool = True
    rate: Rate | None = None
    is_of_rate: bool = False
    named: str = ""


class Section(msgspec.Struct, frozen=True):
    """`columns` begin with that of the row's name; each row begins with it."""

    section_id: str
    title: str
    says: str
    picture: Markup
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def caption_id(self) -> str:
        """What the picture is described by."""
        return f"{self.section_id}-figures"


def rate_dot(asked: Asked, answer: Answer, group: Group, ratio: Ratio) -> Dot:
    """A share of a group as a mark, which leads to what it counted."""
    rate = group.rates[ratio.name]
    url = behind_url(asked, answer, group, ratio.part)
    if rate.value is None or rate.low is None or rate.high is None:
        return Dot(say_rate(rate), url=url)
    return Dot(say_rate(rate), 100 * rate.value, 100 * rate.low, 100 * rate.high, url)


def behind_url(asked: Asked, answer: Answer, group: Group, counter: str) -> str:
    """Where the appointments behind a count of a group are listed."""
    by = answer.dimension if group.value else TOTAL
    return asked.behind(answer.name, counter, by, group.value, answer.part if group.part else "", group.part)


def rate_cells(asked: Asked, answer: Answer, group: Group, ratio: Ratio, label: str) -> tuple[Cell, ...]:
    """How many, of how many, the rate and its interval; both counts lead to what they counted."""
    rate = group.rates[ratio.name]
    counts = ((rate.part, ratio.part), (rate.whole, ratio.whole))
    linked = [
        Cell(f"{count:,}", behind_url(asked, answer, group, counter) if count else "", label, is_of_rate=True)
        for count, counter in counts
    ]
    return *linked, *shown_cells(rate)


def shown_cells(rate: Rate) -> tuple[Cell, Cell]:
    """The rate and its interval, or that neither is given."""
    shown = say_rate(rate) if rate.is_given else say("analysis.not_given_rate")
    return Cell(shown, rate=rate), Cell(say_interval(rate), is_of_rate=True)


def groups_section(
    asked: Asked,
    measure: Measure,
    answer: Answer,
    speech: Speech,
    section_id: str = "groups",
    title: str = "",
    label_url: Callable[[tuple[str, ...]], str] = lambda _: "",
) -> Section:
    """The measure's shares by the groups that were asked for, or of all; `label_url` leads on from a group's name."""
    main, ratios = measure.ratios[0], measure.ratios[:MOST_SERIES]
    groups = ordered(answer.groups, answer.dimension, main, speech) if answer.groups else [answer.total]
    listed = groups[:MOST_LISTED]
    labels = [speech.group(answer.dimension, group.value) for group in listed]
    names = {ratio.name: say(f"measures.{measure.name}.share.{ratio.name}") for ratio in measure.ratios}
    title = title or titled_by(answer.dimension)
    says = says_of_groups(listed, labels, main, answer.dimension)
    asks = f"{say(f'analysis.ask.{measure.name}')} {title}"
    named = Named(f"{section_id}-by-{answer.dimension}", asks, says, f"{section_id}-figures")
    chart = DotWhisker(
        named,
        tuple(
            Row(label, tuple(rate_dot(asked, answer, group, ratio) for ratio in ratios))
            for label, group in list(zip(labels, listed, strict=True))[:MOST_DRAWN]
        ),
        tuple(names[ratio.name] for ratio in ratios),
    )
    rows = [
        (
            Cell(label, label_url(group.value), is_number=False),
            Cell(names[ratio.name], is_number=False),
            *rate_cells(asked, answer, group, ratio, f"{label}, {names[ratio.name]}"),
        )
        for label, group in zip(labels, listed, strict=True)
        for ratio in measure.ratios
    ]
    return Section(
        section_id,
        title,
        says,
        both(dot_whisker, chart),
        say("analysis.same_figures", title=title),
        (
            say(f"measures.by.{answer.dimension}"),
            say("analysis.share"),
            say("analysis.counted"),
            say("analysis.of"),
            say("analysis.rate"),
            say("analysis.interval"),
        ),
        tuple(rows),
        _notes(len(groups), answer),
    )


def titled_by(dimension: str) -> str:
    """What a section by these groups is called."""
    return say("analysis.in_all") if dimension == TOTAL else say("analysis.by", what=say(f"measures.by.{dimension}"))


def _notes(groups: int, answer: Answer) -> tuple[str, ...]:
    notes = []
    if groups > MOST_DRAWN:
        notes.append(say("analysis.most_drawn", drawn=MOST_DRAWN, n=f"{groups:,}"))
    if groups > MOST_LISTED:
        notes.append(say("analysis.most_listed", listed=MOST_LISTED))
    if answer.dimension in ("clauses_failed", "clauses_waived"):
        notes.append(say("analysis.in_several"))
    if answer.dimension == "operative":
        notes.append(say("analysis.beside_peers"))
    if answer.dimension != TOTAL:
        notes.append(say("measures.association"))
    return tuple(notes)


def says_of_groups(groups: Sequence[Group], labels: Sequence[str], ratio: Ratio, dimension: str) -> str:
    """The main figure in a sentence: the highest and the lowest, and whether that may be chance; of people, neither."""
    given = [(group.rates[ratio.name], label) for group, label in zip(groups, labels, strict=True)]
    given = [(rate, label) for rate, label in given if rate.is_given]
    if dimension == "operative":
        return say("analysis.operatives", n=len(given), few=len(groups) - len(given))
    if not given:
        return say("analysis.none_given")
    if len(given) == 1:
        return say("analysis.one_given", label=given[0][1], rate=say_rate(given[0][0]))
    most, least = (choose(given, key=lambda each: each[0].value or 0.0) for choose in (max, min))
    facts = {"most": most[1], "highest": say_rate(most[0]), "least": least[1], "lowest": say_rate(least[0])}
    if facts["highest"] == facts["lowest"]:
        return say("analysis.all_alike", n=len(given), rate=facts["highest"])
    overlaps = (most[0].low or 0.0) <= (least[0].high or 0.0)
    return say("analysis.may_be_chance" if overlaps else "analysis.from_to", **facts)
