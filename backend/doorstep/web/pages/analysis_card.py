"""A contractor's scorecard in sections: its shares, its checks, their grades, and like work beside like."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from doorstep.application.wastage.scorecards import RECORDS, Beside, Scorecard
from doorstep.web.charts.dot_whisker import DotWhisker, Row, dot_whisker
from doorstep.web.charts.frame import Named, both
from doorstep.web.pages.analysis_answered import Aside
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_figures import Meaning
from doorstep.web.pages.analysis_records import KINDS, NAME
from doorstep.web.pages.analysis_sections import Cell, Section, shown_cells
from doorstep.web.pages.analysis_told import plain_cells, plain_dot, plain_section
from doorstep.web.pages.analysis_words import Speech, say_interval, say_rate
from doorstep.web.pages.words import say


class _Lines(msgspec.Struct, frozen=True):
    """Lines of one section: `dimension` and `counters` say where the appointments behind each of them are."""

    asked: Asked
    contractor: str
    dimension: str
    is_handed_out: bool

    def behind(self, counter: str, code: str | None = None) -> str:
        """Where this contractor's appointments are; whoever is handed the card cannot open them."""
        if self.is_handed_out:
            return ""
        value = (self.contractor,) if code is None else (self.contractor, code)
        return self.asked.behind(NAME, counter, self.dimension, value)


def card_sections(asked: Asked, card: Scorecard, speech: Speech, *, is_handed_out: bool) -> tuple[Section, ...]:
    """Every section of the card; of all others only what they come to together."""
    shares = {each.name: each for each in card.shares}
    lines = _Lines(asked, card.contractor, "contractor", is_handed_out)
    sections = [_shares(lines, kind, [shares[name] for name in names]) for kind, names in KINDS.items()]
    for kind, found in (("failed", card.failed), ("waived", card.waived), ("checks", card.graded)):
        dimension = "contractor_graded" if kind == "checks" else f"contractor_{kind}"
        sections.append(_checks(msgspec.structs.replace(lines, dimension=dimension), kind, found, speech))
    sections.append(_trades(msgspec.structs.replace(lines, dimension="contractor_trade"), card, speech))
    return tuple(sections)


def _section(kind: str, labelled: Sequence[tuple[str, Beside, str, str]], notes: tuple[str, ...] = ()) -> Section:
    """Rows of (label, figures, where the part is, where the whole is), drawn and in a table."""
    title = say(f"scorecard.kind.{kind}")
    says = say("scorecard.beside") if labelled else say("analysis.nothing")
    mine, others = say("scorecard.mine"), say("scorecard.others")
    chart = DotWhisker(
        Named(f"card-{kind}", title, says, f"{kind}-figures"),
        tuple(Row(label, (plain_dot(each.mine, part), plain_dot(each.others))) for label, each, part, _ in labelled),
        (mine, others),
    )
    rows = tuple(
        (
            Cell(label, is_number=False),
            *_named(plain_cells(each.mine, part, whole, label), mine),
            Cell(f"{each.others.whole:,}", is_of_rate=True),
            *_named(shown_cells(each.others), others),
        )
        for label, each, part, whole in labelled
    )
    columns = (
        say("analysis.share"),
        *(say(f"analysis.{kind}") for kind in ("counted", "of", "rate", "interval")),
        *(say(f"scorecard.{kind}") for kind in ("others_of", "others_rate", "others_interval")),
    )
    return plain_section(kind, title, says, both(dot_whisker, chart), columns, rows if labelled else (), notes)


def _named(cells: Sequence[Cell], name: str) -> tuple[Cell, ...]:
    return tuple(msgspec.structs.replace(cell, named=name) for cell in cells)


def _shares(lines: _Lines, kind: str, found: Sequence[Beside]) -> Section:
    ratios = [RECORDS.ratio(each.name) for each in found]
    return _section(
        kind,
        [
            (say(f"measures.{NAME}.share.{each.name}"), each, lines.behind(ratio.part), lines.behind(ratio.whole))
            for each, ratio in zip(found, ratios, strict=True)
        ],
    )


def _checks(lines: _Lines, kind: str, found: Sequence[Beside], speech: Speech) -> Section:
    """Of failures and waivers the whole is every record; of a grade, those in which that check was graded."""
    every = msgspec.structs.replace(lines, dimension="contractor")
    labelled = []
    for each in found:
        if not each.mine.whole or not (each.mine.part or each.others.part):
            # A check that none of this contractor's records came to says nothing of it.
            continue
        whole = every.behind("put_to_audit")
        if kind == "checks":
            whole = lines.behind("put_to_audit", f"{each.name.partition('=')[0]}=")
        labelled.append((speech.check(each.name), each, lines.behind("put_to_audit", each.name), whole))
    return _section(kind, labelled, (say(f"scorecard.note.{kind}"),))


def _trades(lines: _Lines, card: Scorecard, speech: Speech) -> Section:
    """The share complete the first time within each trade, and over those trades that both work in."""
    main = RECORDS.ratios[0]
    labelled = [
        (
            speech.group("trade", (each.name,)),
            each,
            lines.behind(main.part, each.name),
            lines.behind(main.whole, each.name),
        )
        for each in card.trades
    ]
    compared = card.compared
    if compared.rate_of_one is None or compared.rate_of_other is None:
        alike = say("scorecard.none_alike")
    else:
        rates = {
            "mine": f"{100 * compared.rate_of_one:.1f}%",
            "others": f"{100 * compared.rate_of_other:.1f}%",
            "n": f"{compared.appointments:,}",
            "left_out": f"{compared.left_out:,}",
        }
        alike = say("scorecard.alike", **rates)
    return _section("trades", labelled, (alike, say("analysis.no_interval"), say("measures.association")))


def card_says(card: Scorecard) -> str:
    """The first share of the card in a sentence, beside all others."""
    main = card.shares[0]
    if not main.mine.whole:
        return say("analysis.nothing")
    if not main.mine.is_given:
        facts = {"part": f"{main.mine.part:,}", "whole": f"{main.mine.whole:,}"}
        return say("analysis.few", share=say(f"measures.{NAME}.share.{main.name}"), **facts)
    return say(
        "scorecard.says",
        rate=say_rate(main.mine),
        between=say_interval(main.mine),
        n=f"{main.mine.whole:,}",
        others=say_rate(main.others),
    )


def card_terms() -> list[tuple[str, str]]:
    """Each share with what it means."""
    return [
        (say(f"measures.{NAME}.share.{ratio.name}"), say(f"scorecard.means.{ratio.name}")) for ratio in RECORDS.ratios
    ]


def card_asides(asked: Asked, card: Scorecard) -> list[Aside]:
    """What is told apart, of this contractor."""
    counts = (("cancelled_before", card.left_out, True), ("undecided", card.undecided, False))
    return [
        Aside(counter, count, is_left_out, asked.behind(NAME, counter, "contractor", (card.contractor,)))
        for counter, count, is_left_out in counts
        if count
    ]


def card_meaning(card: Scorecard, of: str) -> Meaning:
    """What every line of its figures repeats."""
    counts = (("cancelled_before", card.left_out), ("undecided", card.undecided))
    left_out = "; ".join(f"{say(f'measures.aside.{counter}')}: {count}" for counter, count in counts if count)
    asks = f"{say('scorecard.title')}: {of}"
    return Meaning(asks, say(f"measures.{NAME}.says"), say("scorecard.cannot_say"), left_out)
