"""The measures of orders, homes and cases, as sections; and by name, all that are no shares of counters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from doorstep.application.wastage.cases import (
    RECOVERY_GROUPS,
    RecoveryGroup,
    hazard_cases,
    orders_made,
    recovery,
    repeats,
)
from doorstep.domain.wastage.dimensions import TOTAL
from doorstep.web.charts.dot_whisker import DotWhisker, Row, dot_whisker
from doorstep.web.charts.frame import Named, both
from doorstep.web.home_paths import home_url
from doorstep.web.pages.analysis_asked import Asked
from doorstep.web.pages.analysis_costs import tell_cost
from doorstep.web.pages.analysis_sections import MOST_LISTED, Cell, titled_by
from doorstep.web.pages.analysis_told import (
    Question,
    Told,
    answered,
    plain_cells,
    plain_dot,
    plain_section,
    rate_columns,
)
from doorstep.web.pages.analysis_widths import tell_widths
from doorstep.web.pages.times import short_day
from doorstep.web.pages.words import find_words, say

A_PAGE: Final = 50


async def _orders(asks: Question) -> Told:
    found = await orders_made(asks.office, asks.person, asks.asked.days, asks.asked.wanted)
    label, title = say("analysis.orders_made"), say("measures.orders.title")
    says = answered("orders", found.rate)
    if not found.rate.whole:
        return Told(says)
    named = Named("orders", title, says, "orders-figures")
    chart = DotWhisker(named, (Row(label, (plain_dot(found.rate),)),), (label,))
    made = asks.asked.behind("orders", "population", only="first_of_order")
    waiting = asks.asked.behind("orders", "orders_waiting") if found.waiting else ""
    said = say("analysis.counter.orders_waiting")
    rows = (
        (
            Cell(label, is_number=False),
            *plain_cells(found.rate, made, of=label),
            Cell(f"{found.waiting:,}", waiting, said),
        ),
    )
    columns = (say("analysis.orders"), *rate_columns(), said)
    return Told(says, (plain_section("orders", title, says, both(dot_whisker, chart), columns, rows),))


async def _recovery(asks: Question) -> Told:
    by = asks.asked.by if asks.asked.by in RECOVERY_GROUPS else TOTAL
    found = await recovery(asks.office, asks.person, asks.asked.days, asks.asked.wanted, by)
    says = answered("recovery", found.total.rebooked)
    groups = found.groups or (found.total,)
    if not found.total.missed:
        return Told(says, groups=(TOTAL, *RECOVERY_GROUPS))
    title = titled_by(by)
    shares = (say("analysis.rebooked"), say("analysis.completed"))
    labels = [asks.speech.group(by, group.value) for group in groups]
    chart = DotWhisker(
        Named("recovery", title, says, "recovery-figures"),
        tuple(
            Row(
                label,
                tuple(
                    plain_dot(rate, _became(asks.asked, by, group, only))
                    for rate, only in ((group.rebooked, "rebooked"), (group.completed, "completed"))
                ),
            )
            for label, group in zip(labels, groups, strict=True)
        ),
        shares,
    )
    rows = [
        (
            Cell(label, is_number=False),
            Cell(share, is_number=False),
            *plain_cells(
                rate,
                _became(asks.asked, by, group, only),
                _became(asks.asked, by, group, "known_order"),
                f"{label}, {share}",
            ),
            *_missed(asks.asked, by, group, label),
        )
        for label, group in zip(labels, groups, strict=True)
        for share, rate, only in zip(shares, (group.rebooked, group.completed), ("rebooked", "completed"), strict=True)
    ]
    columns = (
        say(f"measures.by.{by}"),
        say("analysis.share"),
        *rate_columns(),
        say("analysis.missed_in_all"),
        say("analysis.unknown_order"),
        say("analysis.never"),
    )
    notes = (say("analysis.of_with_order"), say("measures.association"))
    section = plain_section(
        "recovery", title, says, both(dot_whisker, chart), columns, tuple(rows[:MOST_LISTED]), notes
    )
    return Told(says, (section,), (TOTAL, *RECOVERY_GROUPS))


def _missed(asked: Asked, by: str, group: RecoveryGroup, label: str) -> tuple[Cell, ...]:
    counts = ((group.missed, ""), (group.unknown, "unknown_order"), (group.never, "never"))
    return tuple(Cell(f"{n:,}", _became(asked, by, group, only) if n else "", label) for n, only in counts)


def _became(asked: Asked, by: str, group: RecoveryGroup, only: str) -> str:
    """Where the missed visits of a group are whose orders came to that."""
    return asked.behind("recovery", "missed", by, group.value, only=only)


async def _repeats(asks: Question) -> Told:
    missed, home = asks.beyond
    beyond = (int(missed), home) if missed.isdecimal() and len(missed) < 9 else (0, "")
    found = await repeats(asks.office, asks.person, asks.asked.days, asks.asked.wanted, beyond, A_PAGE + 1)
    says = answered("repeats", found.share)
    rows = found.found.page[:A_PAGE]
    year = asks.asked.within(*map(date.fromisoformat, (found.span.first_day, found.span.last_day)))
    sees_homes = asks.person.role == "supervisor"
    cells = tuple(
        (
            Cell(each.property_ref, home_url(each.property_ref) if sees_homes else "", is_number=False),
            Cell(
                f"{each.missed:,}",
                year.behind("repeats", "missed", value=(each.property_ref,)),
                each.property_ref,
            ),
            Cell(
                say("measures.value.alerts.with" if each.has_alert else "measures.value.alerts.without"),
                is_number=False,
            ),
            Cell(short_day(each.last_day), is_number=False),
        )
        for each in rows
    )
    title = say("analysis.homes_title", least=found.least, days=found.days)
    columns = tuple(say(f"analysis.home_{kind}") for kind in ("ref", "missed", "alerts", "last"))
    notes = (say("analysis.ends_with_period", days=found.days),)
    more = len(found.found.page) > A_PAGE
    following = (("after_day", str(rows[-1].missed)), ("after", rows[-1].property_ref)) if more else ()
    return Told(says, (plain_section("homes", title, says, Markup(""), columns, cells, notes),), next_fields=following)


async def _hazards(asks: Question) -> Told:
    found = await hazard_cases(asks.office, asks.person, asks.asked.days, asks.asked.wanted, asks.beyond, A_PAGE + 1)
    rows = found[:A_PAGE]
    says = say("analysis.answer.hazards") if rows else say("analysis.nothing")
    cells = tuple(
        (
            Cell(each.work_order_ref or say("analysis.no_order"), _visits_of(each.work_order_ref), is_number=False),
            Cell(short_day(each.first_day), is_number=False),
            Cell(
                f"{each.appointments:,}",
                asks.asked.behind("hazards", "population", value=(each.work_order_ref,)),
                each.work_order_ref,
            ),
            Cell(f"{each.attempts:,}"),
            Cell(", ".join(map(_method, each.methods)) or "–", is_number=False),
            Cell(say("analysis.got_in" if each.is_attended else "analysis.not_in"), is_number=False),
        )
        for each in rows
    )
    title = say("measures.hazards.title")
    columns = tuple(say(f"analysis.case_{kind}") for kind in ("ref", "first", "n", "attempts", "methods", "got_in"))
    following = (("after_day", rows[-1].first_day), ("after", rows[-1].work_order_ref)) if len(found) > A_PAGE else ()
    return Told(says, (plain_section("hazards", title, says, Markup(""), columns, cells),), next_fields=following)


def _visits_of(work_order_ref: str) -> str:
    return f"/office/visits?{urlencode({'view': 'all', 'q': work_order_ref})}" if work_order_ref else ""


def _method(code: str) -> str:
    return find_words(f"channel.{code}") or find_words(f"analysis.method.{code}") or code


CASES: Final[Mapping[str, Callable[[Question], Awaitable[Told]]]] = {
    "orders": _orders,
    "cost": tell_cost,
    "widths": tell_widths,
    "repeats": _repeats,
    "recovery": _recovery,
    "hazards": _hazards,
}
