"""The queries of the list of visits: which rows, in which order, and the figures beside the filters."""

from __future__ import annotations

from typing import Any

from doorstep.adapters.sqlite.rows import VISIT_COLUMNS
from doorstep.application.lists import VisitFilter
from doorstep.domain.deciding import SECOND_LOOK

PRESSING = "(priority='emergency' OR instr(priority,'hazard')>0)"
LOOKED_AT = f"(standing<>'recorded' OR lot<? OR waived_count>0 OR alert_count>0 OR grade='contradicted' OR {PRESSING})"
"""Who is looked at: see application.lists.is_looked_at."""
ORDERS = {
    "newest": ("day DESC,visit_id DESC", "(day,visit_id)<(?,?)"),
    "oldest": ("day,visit_id", "(day,visit_id)>(?,?)"),
    "weakest": ("weakness DESC,day,visit_id", "(-weakness,day,visit_id)>(-?,?,?)"),
}
"""For each order: how rows are sorted, and which of them lie beyond a cursor."""


def given(*conditions: tuple[str, str | None]) -> tuple[list[str], list[Any]]:
    """Those of the conditions to which a value was given, one that always holds before them, and the values."""
    asked = [(condition, value) for condition, value in conditions if value]
    return ["1", *(condition for condition, _ in asked)], [value for _, value in asked]


def rows_wanted(wanted: VisitFilter) -> tuple[Any, ...]:
    """The query of one page, with its parameters."""
    tests, values = _tests(wanted)
    if wanted.standings:
        tests.append(f"standing IN({','.join('?' * len(wanted.standings))})")
        values += wanted.standings
    if wanted.grades:
        tests.append(f"grade IN({','.join('?' * len(wanted.grades))})")
        values += wanted.grades
    order, beyond = ORDERS[wanted.order]
    if wanted.after:
        tests.append(beyond)
        values += wanted.beyond if wanted.order == "weakest" else wanted.beyond[1:]
    sql = f"SELECT {VISIT_COLUMNS} FROM visits WHERE {' AND '.join(tests)} ORDER BY {order} LIMIT ?"
    return sql, *values, wanted.limit


def counts_wanted(wanted: VisitFilter) -> tuple[Any, ...]:
    """The figures by standing and grade, with their parameters: what is wanted of both, and the page, aside."""
    tests, values = _tests(wanted)
    sql = (
        f"SELECT standing,count(*),sum(alert_count>0),sum(waived_count>0),sum{PRESSING},grade FROM visits "
        f"WHERE {' AND '.join(tests)} GROUP BY standing,grade ORDER BY standing,grade"
    )
    return sql, *values


def _tests(wanted: VisitFilter) -> tuple[list[str], list[Any]]:
    tests, values = given(
        ("day>=?", wanted.first_day),
        ("day<=?", wanted.last_day),
        ("operative_id=?", wanted.operative_id),
        ("patch=?", wanted.patch),
    )
    for test, is_wanted in (
        ("alert_count>0", wanted.had_alert),
        ("waived_count>0", wanted.had_waiver),
        (PRESSING, wanted.was_pressing),
        (f"instr(flags,'\"{SECOND_LOOK}\"')>0", wanted.wants_second_look),
    ):
        if is_wanted:
            tests.append(test)
    if wanted.lots is not None:
        tests.append(f"NOT {LOOKED_AT}" if wanted.not_looked_at else LOOKED_AT)
        values.append(wanted.lots)
    words = wanted.words.casefold().split()
    if words:
        # Asked of the figures' index, which holds the words and little else: in the table a miss reads every visit.
        every = " AND ".join(["instr(words,?)>0"] * len(words))
        tests.append(f"visit_id IN(SELECT visit_id FROM visits WHERE {every})")
        values += words
    return tests, values
