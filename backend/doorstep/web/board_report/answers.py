"""The first page of a report: what a board asks, each question with its answer, then and a year before."""

from __future__ import annotations

from doorstep.application.board_report.document import Answered
from doorstep.application.board_report.figures import MonthFigures, MonthPart
from doorstep.domain.wastage.rate import Rate
from doorstep.web.board_report.said import beside, month_words, overlap
from doorstep.web.pages.analysis_costs import exact, pounds
from doorstep.web.pages.analysis_told import answered
from doorstep.web.pages.analysis_words import say_interval, say_rate
from doorstep.web.pages.times import short_day
from doorstep.web.pages.words import say


def answers_of(figures: MonthFigures) -> tuple[Answered, ...]:
    """The questions in the order in which a board asks them."""
    return (
        _asked(figures, "missed", "missed"),
        _asked(figures, "landlord", "landlord"),
        Answered(say("reports.ask.whose"), _whose(figures.now)),
        _asked(figures, "kept", "kept"),
        _asked(figures, "evidence", "complete_first_time"),
        Answered(
            say("reports.ask.overturned"),
            _overturned(figures.now.rate("audits", "overturned")),
            _since(figures, "audits", "overturned"),
        ),
        _disputed(figures),
        _cost(figures),
    )


def _asked(figures: MonthFigures, measure: str, share: str) -> Answered:
    says = answered(measure, figures.now.rate(measure, share))
    return Answered(say(f"analysis.ask.{measure}"), says, _since(figures, measure, share))


def _since(figures: MonthFigures, measure: str, share: str) -> tuple[str, ...]:
    now = figures.now.rate(measure, share)
    return tuple(beside(then.month, now, then.rate(measure, share)) for then in (figures.before, figures.year_before))


def _whose(now: MonthPart) -> str:
    """Ours beside theirs: which is larger, if either surely is."""
    missed, ours = now.rate("missed", "missed"), now.rate("landlord", "landlord")
    if not missed.whole:
        return say("analysis.nothing")
    if not missed.is_given:
        return say("reports.whose.few", missed=f"{missed.part:,}", ours=f"{ours.part:,}", whole=f"{missed.whole:,}")
    facts = {"missed": say_rate(missed), "ours": say_rate(ours)}
    if overlap(missed, ours):
        return say("reports.whose.neither", **facts)
    return say("reports.whose.missed" if missed.part > ours.part else "reports.whose.ours", **facts)


def _overturned(rate: Rate) -> str:
    facts = {"part": f"{rate.part:,}", "whole": f"{rate.whole:,}"}
    if not rate.whole:
        return say("reports.overturned.none")
    if not rate.is_given:
        return say("reports.overturned.few", **facts)
    return say("reports.overturned.rate", rate=say_rate(rate), between=say_interval(rate), **facts)


def _disputed(figures: MonthFigures) -> Answered:
    told = _asked(figures, "disputes", "disputed")
    heard = figures.disputes
    also = say(
        "reports.disputes", received=f"{heard.received:,}", answered=f"{heard.answered:,}", open=f"{heard.open:,}"
    )
    return Answered(told.asks, f"{told.says} {also}", told.since)


def _cost(figures: MonthFigures) -> Answered:
    cost = figures.now.cost
    rates = " ".join(
        say(
            "measures.cost.rates",
            hour=exact(each.pence_per_hour)[1:],
            rebook=exact(each.pence_to_rebook)[1:],
            day=short_day(each.from_day),
        )
        for each in cost.rates
    )
    since = [_cost_then(then) for then in (figures.before, figures.year_before)]
    since.append(say("reports.no_interval"))
    return Answered(say("analysis.ask.cost"), f"{_spent(figures.now)} {rates}".strip(), tuple(since))


def _spent(part: MonthPart) -> str:
    cost = part.cost
    if not cost.rates:
        return say("analysis.answer.cost_none")
    return say("analysis.answer.cost", missed=pounds(cost.missed.total_pence), ours=pounds(cost.landlord.total_pence))


def _cost_then(part: MonthPart) -> str:
    return say("reports.since.cost", month=month_words(part.month), says=_spent(part))
