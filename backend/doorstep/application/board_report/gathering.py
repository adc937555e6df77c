"""Gather a month's figures: every question of the analysis, asked of every patch, and how the record itself stands."""

from __future__ import annotations

from typing import Final

from doorstep.application.board_report.figures import (
    CostFigures,
    CostLine,
    Grouped,
    GroupRow,
    Hazards,
    Measured,
    Median,
    MonthDot,
    MonthFigures,
    MonthPart,
    Share,
)
from doorstep.application.board_report.months import SHOWN, months_back, named
from doorstep.application.board_report.record import AuditNotes, disputes_of, open_exceptions, record_of
from doorstep.application.office import Office
from doorstep.application.rows import Person
from doorstep.application.wastage.answers import Answer, Group
from doorstep.application.wastage.cases import LENGTHS, hazard_cases, medians, orders_made, recovery, repeats
from doorstep.application.wastage.costs import cost_of_waste
from doorstep.application.wastage.overview import overview
from doorstep.application.wastage.shares import measure
from doorstep.application.wastage.spans import Period
from doorstep.application.wastage.widths import compare_widths
from doorstep.domain.office_events import SYSTEM
from doorstep.domain.wastage.cost import Cost
from doorstep.domain.wastage.rate import Rate

BOARD: Final = Person(SYSTEM, SYSTEM, "Doorstep", "auditor", "", "")
"""Who asks: the board is told of every patch."""
BY: Final = (("missed", "window"), ("reminders", "receipt"), ("notice", "notice"), ("equity", "alerts"))
TOLD: Final = (
    "missed",
    "landlord",
    "kept",
    "where",
    "reminders",
    "notice",
    "equity",
    "evidence",
    "planner",
    "audits",
    "disputes",
)
"""The measures that are shares and are told to a board; contractors have a scorecard of their own."""
CASES_AT_ONCE: Final = 1_000


async def gather_month(office: Office, month: Period, audit_notes: AuditNotes) -> MonthFigures:
    """The figures of a month as everything stands now. The log's head is read first: what it covers is in them."""
    made_at = office.clock.now_ms()
    head = office.store.tree_head()
    rules = office.rules.wastage
    groups = [await _grouped(office, month, name, dimension) for name, dimension in BY]
    middles = [(length, await medians(office, BOARD, month, length)) for length in LENGTHS]
    return MonthFigures(
        landlord=office.landlord,
        made_at=made_at,
        tree_size=head.size,
        root=head.root.hex(),
        least_appointments=rules.least_appointments,
        least_visits=rules.least_visits,
        repeat_visits=rules.repeat_visits,
        repeat_days=rules.repeat_days,
        now=await _part(office, month),
        before=await _part(office, months_back(month, 1)),
        year_before=await _part(office, months_back(month, 12)),
        trend=await _trend(office, month),
        groups=tuple(groups),
        widths=tuple(await compare_widths(office, BOARD, month)),
        hazards=await _hazards(office, month),
        medians=tuple(Median(name, found[0].count, found[0].median_ms) for name, found in middles if found),
        disputes=await disputes_of(office, month),
        exceptions=await open_exceptions(office, made_at),
        record=await record_of(office, month, audit_notes),
    )


async def _part(office: Office, month: Period) -> MonthPart:
    answers = await overview(office, BOARD, month)
    measured = [_measured(answers[name]) for name in TOLD]
    orders = await orders_made(office, BOARD, month)
    measured.append(Measured(4, "orders", (Share("orders", "made", orders.rate),)))
    homes = await repeats(office, BOARD, month, limit=1)
    measured.append(Measured(9, "repeats", (Share("repeats", "several", homes.share),)))
    found = (await recovery(office, BOARD, month)).total
    shares = (Share("recovery", "rebooked", found.rebooked), Share("recovery", "completed", found.completed))
    measured.append(Measured(10, "recovery", shares))
    total = answers["missed"].total
    return MonthPart(
        month=named(month),
        appointments=total.count("appointments"),
        population=total.count("population"),
        measures=tuple(sorted(measured, key=lambda each: each.number)),
        cost=await _cost(office, month),
    )


def _measured(answer: Answer) -> Measured:
    shares = tuple(Share(answer.name, name, rate) for name, rate in answer.total.rates.items())
    return Measured(answer.number, answer.name, shares, answer.asides)


async def _cost(office: Office, month: Period) -> CostFigures:
    found = await cost_of_waste(office, BOARD, month)
    lines = tuple(_line(each.outcome, each.side, each.cost) for each in found.outcomes)
    return CostFigures(
        lines,
        _line("", "missed", found.missed),
        _line("", "landlord", found.landlord),
        found.rates,
        found.unrated,
        found.untimed,
    )


def _line(outcome: str, side: str, cost: Cost) -> CostLine:
    return CostLine(outcome, side, cost.visits, cost.minutes, cost.time_pence, cost.rebooking_pence, cost.total_pence)


async def _trend(office: Office, month: Period) -> tuple[MonthDot, ...]:
    """Both sides by month, one read: the month last, and those without an appointment among them."""
    first = months_back(month, SHOWN - 1)
    whole = Period(first.first, month.last)
    answers = [await measure(office, BOARD, name, whole, part="month") for name in ("missed", "landlord")]
    held = [{group.part: group.rates[answer.name] for group in answer.groups} for answer in answers]
    months = [named(months_back(month, back)) for back in range(SHOWN - 1, -1, -1)]
    nothing = Rate(0, 0)
    return tuple(MonthDot(each, held[0].get(each, nothing), held[1].get(each, nothing)) for each in months)


async def _grouped(office: Office, month: Period, name: str, dimension: str) -> Grouped:
    answer = await measure(office, BOARD, name, month, dimension=dimension)
    share = next(iter(answer.total.rates))

    def largest(group: Group) -> tuple[int, tuple[str, ...]]:
        return -group.rates[share].whole, group.value

    large = [group for group in answer.groups if group.rates[share].is_given]
    small = [group for group in answer.groups if not group.rates[share].is_given and group.rates[share].whole]
    rows = tuple(GroupRow(group.value, group.rates[share]) for group in sorted(large, key=largest))
    return Grouped(name, share, dimension, rows, len(small), sum(group.rates[share].whole for group in small))


async def _hazards(office: Office, month: Period) -> Hazards:
    beyond = ("", "")
    counts = [0, 0, 0, 0]
    while cases := await hazard_cases(office, BOARD, month, beyond=beyond, limit=CASES_AT_ONCE):
        for case in cases:
            told = (True, case.attempts > 0, len(case.methods) > 1, case.is_attended)
            counts = [held + each for held, each in zip(counts, told, strict=True)]
        beyond = cases[-1].first_day, cases[-1].work_order_ref
    return Hazards(*counts)
